import type { OpenTrial } from '../../session/sessionState.ts';
import { button, element, richText } from '../shared/element.ts';
import { answerForm, type GivenAnswer, type Question } from './answerForm.ts';
import { clipPath, type Heard, hear, phaseTitle } from './hear.ts';
import { newName } from './newName.ts';
import { continueScreen, type Page, type StepData, showScreen } from './page.ts';
import { noiseButton } from './plainSteps.ts';
import { watchConduct } from './watchConduct.ts';

const headphoneQuestions: Record<string, Question> = {
  antiphase: {
    kind: 'choice',
    prompt: 'Which of the three tones was the softest (quietest)?',
    labels: ['1', '2', '3'],
    choose: 1,
    unknownAnswer: false,
  },
  huggins: {
    kind: 'choice',
    prompt: 'Which of the three noises had a faint tone in it?',
    labels: ['1', '2', '3'],
    choose: 1,
    unknownAnswer: false,
  },
};

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
  const begun = { startedAt: Date.now(), clock: clockOffsetMs() };
  const question = headphoneQuestions[trial.phase] ?? page.study.tasks[trial.task]!;
  for (let plays = trial.plays, isRepeated = false; ; isRepeated = true) {
    const form = answerForm(question);
    const watch = watchConduct();
    const heard = await hear(display, page, { trial, form, plays, isRepeated });
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
    if (!(await heard.counts)) {
      page.memory.setPending(null);
      continue;
    }
    const { feedback, session } = await page.api.answerTrial(trial.position, answer);
    page.memory.setPending(null);
    page.state = session;
    if (feedback) await showFeedback(display, feedback);
    return { position: trial.position, task: trial.task, ...answer };
  }
}

async function introduce(display: HTMLElement, page: Page, trial: OpenTrial): Promise<void> {
  if (trial.breakBefore) await breakScreen(display, page, trial);
  if (!trial.opensTask) return;
  const instructions = headphoneInstructions(trial) ?? [
    richText(page.study.tasks[trial.task]!.instructionsHtml),
    element('p', {}, trial.phase === 'practice' ? 'First some practice.' : 'Now the main part begins.'),
  ];
  await continueScreen(display, { title: phaseTitle(trial), content: instructions, label: 'Start' });
}

/** A break; whoever took the headphones off may check the volume again, if it was set in this study. */
function breakScreen(display: HTMLElement, page: Page, trial: OpenTrial): Promise<void> {
  const done = `You have done ${trial.number - 1} of ${trial.of} sounds. Rest as long as you like.`;
  return new Promise((resolve, reject) => {
    const go = button('Go on', resolve, { class: 'primary' });
    const noise = noiseButton(page, { onPlayed: () => {}, onError: reject, next: go });
    const advice = 'If you took off your headphones or changed the volume, please check it before you go on.';
    const check = [element('p', {}, advice), element('p', {}, noise.button), noise.status];
    const hasLevel = page.study.steps.includes('level');
    showScreen(
      display,
      'Time for a break',
      element('p', {}, done),
      ...(hasLevel ? check : []),
      element('p', {}, go),
    );
  });
}

function headphoneInstructions(trial: OpenTrial): Node[] | null {
  if (!(trial.phase in headphoneQuestions)) return null;
  const what =
    trial.phase === 'antiphase'
      ? 'You hear three tones. Say which of them was the softest.'
      : 'You hear three bursts of noise. One of them has a faint tone in it. Say which.';
  const again =
    'That did not work. Please make sure that you wear headphones, on both ears, and try once more.';
  return [
    ...(trial.attempt > 1 ? [element('p', { class: 'note' }, again)] : []),
    element('p', {}, `This checks that you wear headphones; it does not work with loudspeakers. ${what}`),
  ];
}

/** Device's date less the page's own clock, ms: constant unless somebody sets the date, or the device sleeps. */
const clockOffsetMs = () => Date.now() - performance.now();

function answerBody(given: GivenAnswer, begun: { startedAt: number; clock: number }, { times }: Heard) {
  const { response, firstInputAt, keystrokes, typed } = given;
  const since = (timeMs: number) => (times === null ? null : Math.max(0, timeMs - times.overAtMs));
  return {
    key: newName(),
    response,
    rtMs: since(performance.now()),
    firstInputMs: firstInputAt === null ? null : since(firstInputAt),
    formMs: times === null ? null : since(times.formAtMs),
    resumed: times === null,
    clockJumpMs: Math.round(clockOffsetMs() - begun.clock),
    keystrokes,
    typed: typed.slice(0, 200),
    startedAt: begun.startedAt,
    respondedAt: Date.now(),
  };
}

function showFeedback(display: HTMLElement, feedback: { correct: boolean; target: string }): Promise<void> {
  const verdict = feedback.correct ? 'That is right.' : 'That was not it.';
  const answer = element('p', {}, 'The right answer was: ', element('strong', {}, feedback.target));
  return continueScreen(display, {
    title: verdict,
    content: feedback.correct ? [] : [answer],
  });
}
