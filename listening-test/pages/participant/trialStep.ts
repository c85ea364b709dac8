import type { OpenTrial } from '../../session/sessionState.ts';
import { isHeadphoneCheck } from '../../session/steps.ts';
import { type GivenAnswer, labelText, type Question } from '../../tasks/shared/answerForm.ts';
import { taskForm } from '../../tasks/taskForms.ts';
import { button, element, richText } from '../shared/element.ts';
import { hear } from './hear.ts';
import { hearParts, partsOf } from './hearParts.ts';
import { newName } from './newName.ts';
import { continueScreen, type Page, type StepData, showScreen } from './page.ts';
import { noiseButton } from './plainSteps.ts';
import { clipPath, type Heard, phaseTitle } from './trialFrame.ts';
import { watchConduct } from './watchConduct.ts';

/** The question of a headphone check; null for other phases. */
function headphoneQuestion({ text }: Page, phase: string): Question | null {
  if (!isHeadphoneCheck(phase)) return null;
  const prompt = text(`headphones.${phase}Question`);
  return { form: 'choice', prompt, labels: ['1', '2', '3'], choose: 1, unknownAnswer: false };
}

const headphoneRules = { plays: 1, intervalSeconds: 0, answerDuring: false };

/**
 * The open trial: break and instructions where they are due, one play, one answer, feedback in practice. The form is
 * there as soon as the sound is over; should the server find afterwards that the play does not count, the sound is
 * played again and asked about anew.
 *
 * @returns Position, answer and times.
 */
export async function trialStep(display: HTMLElement, page: Page): Promise<StepData> {
  const { trial, upcoming } = page.state!;
  if (!trial) throw new Error('trialStep: no trial is open');
  page.player.prefetch(
    [...(trial.heard ? [] : [trial.clip]), ...upcoming].map(({ token }) => clipPath(token)),
  );
  await introduce(display, page, trial);
  const begun = { startedAtMs: Date.now(), clockMs: clockOffsetMs() };
  const task = page.study.tasks[trial.task] ?? headphoneRules;
  const question = headphoneQuestion(page, trial.phase) ?? page.study.tasks[trial.task]!;
  for (let plays = trial.plays, isRepeated = false; ; isRepeated = true) {
    const parts = trial.clip.parts ? partsOf(page, trial, plays) : null;
    const form = taskForm({ ...question, ...(parts ? { parts } : {}) }, page.text);
    const watch = watchConduct();
    const heard = parts
      ? await hearParts(display, page, { trial, parts, form, plays, isRepeated })
      : await hear(display, page, { trial, form, plays, isRepeated, task });
    plays = heard.plays;
    const given = await Promise.race([form.answered, heard.refused]);
    if (given === null) {
      watch.stop();
      continue;
    }
    const answer = { ...answerBody(given, begun, heard), conduct: watch.stop() };
    page.memory.setPending({ position: trial.position, body: answer });
    form.root.querySelectorAll('button').forEach((control) => {
      control.disabled = true;
    });
    if (parts) page.player.stop();
    if (!(await heard.counts)) {
      page.memory.setPending(null);
      continue;
    }
    const { feedback, session } = await page.api.answerTrial(trial.position, answer);
    page.memory.setPending(null);
    page.answeredAtMs = given.answeredAtMs;
    page.state = session;
    if (feedback) await showFeedback(display, page, feedback);
    return { position: trial.position, task: trial.task, ...answer };
  }
}

async function introduce(display: HTMLElement, page: Page, trial: OpenTrial): Promise<void> {
  if (trial.breakBefore) await breakScreen(display, page, trial);
  if (!trial.opensTask) return;
  const instructions = headphoneInstructions(page, trial) ?? [
    richText(page.study.tasks[trial.task]!.instructionsHtml),
    element('p', {}, page.text(trial.phase === 'practice' ? 'part.practiceFirst' : 'part.mainNow')),
  ];
  await continueScreen(display, {
    title: phaseTitle(page, trial.phase),
    content: instructions,
    label: page.text('button.start'),
  });
}

/** A break; whoever took the headphones off may check the volume again, if it was set in this study. */
function breakScreen(display: HTMLElement, page: Page, trial: OpenTrial): Promise<void> {
  const { text } = page;
  const done = text('break.done', { done: trial.number - 1, of: trial.of });
  return new Promise((resolve, reject) => {
    const go = button(text('button.goOn'), resolve, { class: 'primary' });
    const noise = noiseButton(page, { onPlayed: () => {}, onError: reject, next: go });
    const advice = text('break.volume');
    const check = [element('p', {}, advice), element('p', {}, noise.button), noise.status];
    const hasLevel = page.study.steps.includes('level');
    showScreen(
      display,
      text('break.title'),
      element('p', {}, done),
      ...(hasLevel ? check : []),
      element('p', {}, go),
    );
  });
}

function headphoneInstructions({ text }: Page, { phase, attempt }: OpenTrial): Node[] | null {
  if (!isHeadphoneCheck(phase)) return null;
  return [
    ...(attempt > 1 ? [element('p', { class: 'note' }, text('headphones.again'))] : []),
    element('p', {}, `${text('headphones.why')} ${text(`headphones.${phase}`)}`),
  ];
}

/** Device's date less the page's own clock, ms: constant unless somebody sets the date, or the device sleeps. */
const clockOffsetMs = () => Date.now() - performance.now();

function answerBody(given: GivenAnswer, begun: { startedAtMs: number; clockMs: number }, { times }: Heard) {
  const { response, firstInputAtMs, keystrokes, typed, details } = given;
  const since = (timeMs: number) => (times === null ? null : Math.max(0, timeMs - times.fromMs));
  return {
    key: newName(),
    response,
    rtMs: since(given.answeredAtMs),
    firstInputMs: firstInputAtMs === null ? null : since(firstInputAtMs),
    formMs: times === null ? null : since(times.formAtMs),
    resumed: times === null,
    clockJumpMs: Math.round(clockOffsetMs() - begun.clockMs),
    keystrokes,
    typed: typed.slice(0, 200),
    details,
    startedAt: begun.startedAtMs,
    respondedAt: Date.now(),
  };
}

function showFeedback(
  display: HTMLElement,
  { text }: Page,
  { correct, target }: { correct: boolean; target: string },
): Promise<void> {
  const shown = element('strong', {}, labelText(text, target));
  return continueScreen(display, {
    title: text(correct ? 'feedback.right' : 'feedback.wrong'),
    content: correct ? [] : [element('p', {}, text('feedback.answer'), shown)],
    label: text('button.continue'),
  });
}
