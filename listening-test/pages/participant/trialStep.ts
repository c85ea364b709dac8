import type { PlayVerdict } from '../../session/recordPlay.ts';
import type { OpenTrial } from '../../session/sessionState.ts';
import { button, element, richText } from '../shared/element.ts';
import { type AnswerForm, answerForm, type GivenAnswer, type Question } from './answerForm.ts';
import { continueScreen, type Page, type StepData, showScreen } from './page.ts';
import { noiseButton } from './plainSteps.ts';
import { type PlayReport, SoundBlocked } from './player.ts';

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

const clipPath = (token: string) => `/session/clips/${token}`;

/**
 * The open trial: break and instructions where they are due, one play, one answer, feedback in practice.
 *
 * @param display - Where.
 * @param page - The page.
 * @returns Position, answer and times.
 */
export async function trialStep(display: HTMLElement, page: Page): Promise<StepData> {
  const { trial, upcoming } = page.state!;
  if (!trial) throw new Error('trialStep: no trial is open');
  page.player.prefetch(
    [...(trial.heard ? [] : [trial.clip]), ...upcoming].map(({ token }) => clipPath(token)),
  );
  await introduce(display, page, trial);
  const question = headphoneQuestions[trial.phase] ?? page.study.tasks[trial.task]!;
  const form = answerForm(question);
  const startedAt = Date.now();
  const soundOverAt = await hear(display, page, { trial, form });
  const given = await form.answered;
  const answer = answerBody(given, startedAt, soundOverAt);
  page.memory.setPending({ position: trial.position, body: answer });
  form.root.querySelectorAll('button').forEach((control) => {
    control.disabled = true;
  });
  const { feedback, session } = await page.api.answerTrial(trial.position, answer);
  page.memory.setPending(null);
  page.state = session;
  if (feedback) await showFeedback(display, feedback);
  return { position: trial.position, task: trial.task, ...answer };
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

function phaseTitle(trial: OpenTrial): string {
  const titles: Record<string, string> = {
    antiphase: 'Headphone check',
    huggins: 'Headphone check',
    practice: 'Practice',
  };
  return titles[trial.phase] ?? 'Main part';
}

/** Shows the trial and waits until its sound was heard; returns when it was over, by the page's clock. */
async function hear(
  display: HTMLElement,
  page: Page,
  { trial, form }: { trial: OpenTrial; form: AnswerForm },
): Promise<number> {
  const status = element('p', { role: 'status', class: 'status' });
  const play = button('Play the sound', () => {}, { class: 'primary play' });
  const progress = element('progress', { max: trial.of, value: trial.number - 1, 'aria-label': 'Progress' });
  const title = `${phaseTitle(trial)}: sound ${trial.number} of ${trial.of}`;
  form.root.hidden = !trial.heard;
  if (trial.heard) {
    status.textContent = 'You heard this sound before you left the page. Please answer now.';
    showScreen(display, title, progress, status, form.root);
    return performance.now();
  }
  showScreen(display, title, progress, element('p', {}, play), status, form.root);
  let overAtMs = 0;
  for (let plays = trial.plays; ; ) {
    await pressed(play);
    play.disabled = true;
    status.classList.remove('problem');
    status.textContent = 'Listen…';
    const verdict = await playOnce(page, trial, plays + 1);
    if (verdict) plays++;
    if (verdict?.heard) {
      overAtMs = verdict.overAtMs;
      break;
    }
    status.classList.add('problem');
    status.textContent =
      verdict === null
        ? 'The browser blocked the sound. Please press the button again.'
        : 'The sound was interrupted. Please stay on this page and play it again.';
    play.disabled = false;
    play.focus();
  }
  status.textContent = '';
  play.textContent = 'Played';
  form.root.hidden = false;
  form.focus();
  return overAtMs;
}

/** Plays the clip and has the play judged; null when the browser blocked it. */
async function playOnce(
  page: Page,
  trial: OpenTrial,
  attempt: number,
): Promise<(PlayVerdict & { overAtMs: number }) | null> {
  try {
    const keep = (report: PlayReport) => page.memory.setOpenPlay({ position: trial.position, report });
    const { report, overAtMs } = await page.player.play(clipPath(trial.clip.token), attempt, keep);
    keep(report);
    const verdict = await page.api.reportPlay(trial.position, report);
    page.memory.setOpenPlay(null);
    return { ...verdict, overAtMs };
  } catch (error) {
    if (error instanceof SoundBlocked) return null;
    throw error;
  }
}

function pressed(control: HTMLButtonElement): Promise<void> {
  return new Promise((resolve) => {
    control.addEventListener('click', () => resolve(), { once: true });
  });
}

function answerBody(given: GivenAnswer, startedAt: number, soundOverAt: number) {
  const { response, firstInputAt, keystrokes, typed } = given;
  return {
    key: newKey(),
    response,
    rtMs: performance.now() - soundOverAt,
    firstInputMs: firstInputAt === null ? null : Math.max(0, firstInputAt - soundOverAt),
    keystrokes,
    typed: typed.slice(0, 200),
    startedAt,
    respondedAt: Date.now(),
  };
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function showFeedback(display: HTMLElement, feedback: { correct: boolean; target: string }): Promise<void> {
  const verdict = feedback.correct ? 'That is right.' : 'That was not it.';
  const answer = element('p', {}, 'The right answer was: ', element('strong', {}, feedback.target));
  return continueScreen(display, {
    title: verdict,
    content: feedback.correct ? [] : [answer],
  });
}
