import type { OpenTrial } from '../../session/sessionState.ts';
import { isHeard, playFaults } from '../../session/trials/judgePlay.ts';
import type { PlayVerdict } from '../../session/trials/recordPlay.ts';
import type { AnswerForm } from '../../tasks/shared/answerForm.ts';
import { button, element } from '../shared/element.ts';
import type { Page } from './page.ts';
import { type Played, type PlayReport, SoundBlocked } from './player.ts';
import { clipPath, type Heard, heardBefore, heardNow, judged, showTrial } from './trialFrame.ts';

/**
 * Shows the trial and waits until its sound was heard. The page judges the play itself; what the server makes of it
 * comes later.
 *
 * @param options - The trial, the form that appears when the sound is over, plays so far, and whether the server had the
 *   sound played again.
 * @returns When the sound was over, and whether the play counts.
 */
export async function hear(
  display: HTMLElement,
  page: Page,
  {
    trial,
    form,
    plays,
    isRepeated,
    task,
  }: { trial: OpenTrial; form: AnswerForm; plays: number; isRepeated: boolean; task: SoundRules },
): Promise<Heard> {
  const { text } = page;
  const status = element('p', { role: 'status', class: 'status' });
  const play = button(text('sound.play'), () => {}, { class: 'primary play' });
  form.root.hidden = !trial.heard;
  if (trial.heard) {
    status.textContent = text('sound.resumed');
    showTrial(display, page, { trial, content: [status, form.root] });
    return heardBefore(plays);
  }
  showTrial(display, page, { trial, content: [element('p', {}, play), status, form.root] });
  if (isRepeated) say(status, text('sound.interrupted'));
  play.disabled = true;
  await until(page.answeredAtMs + 1000 * task.intervalSeconds);
  play.disabled = false;
  for (;;) {
    await pressed(play);
    play.disabled = true;
    status.classList.remove('problem');
    status.textContent = text('sound.loading');
    let formAtMs = 0;
    const showForm = () => {
      form.root.hidden = false;
      form.focus();
      formAtMs = performance.now();
    };
    const onStart = () => {
      status.textContent = text('sound.listen');
      if (task.answerDuring) showForm();
    };
    const played = await playOnce(page, trial, { attempt: plays + 1, onStart });
    if (played) plays++;
    if (played && isOver(page, { trial, plays, report: played.report })) {
      await until(played.overAtMs);
      status.textContent = '';
      play.textContent = text('sound.played');
      if (!task.answerDuring) showForm();
      const counts = played.verdict.then(({ heard }) => heard);
      const times = { fromMs: task.answerDuring ? played.startedAtMs : played.overAtMs, formAtMs };
      const heard = heardNow({ times, plays, counts });
      if (task.plays > 1) offerReplays(page, { trial, play, status, heard, left: task.plays - 1, form });
      return heard;
    }
    await played?.verdict;
    // What was answered to a sound that was not heard whole is asked anew.
    if (played && task.answerDuring)
      return { times: null, plays, counts: Promise.resolve(false), refused: Promise.resolve(null) };
    say(status, played ? text('sound.interrupted') : text('sound.blocked'));
    play.disabled = false;
    play.focus();
  }
}

/** How often a sound may be heard, and what must pass between answer and sound. */
export interface SoundRules {
  plays: number;
  intervalSeconds: number;
  /** Whether the answer may be given from the sound's start on. */
  answerDuring: boolean;
}

/** Lets the sound be heard again until it is answered; times run from the end of the last play. */
function offerReplays(
  page: Page,
  options: {
    trial: OpenTrial;
    play: HTMLButtonElement;
    status: HTMLElement;
    heard: Heard;
    left: number;
    form: AnswerForm;
  },
): void {
  const { trial, play, status, heard, form } = options;
  const { text } = page;
  let left = options.left;
  let isAnswered = false;
  void form.answered.then(() => {
    isAnswered = true;
    play.disabled = true;
    page.player.stop();
  });
  const again = async () => {
    play.disabled = true;
    await heard.counts;
    const onStart = () => {
      status.textContent = text('sound.listen');
    };
    const played = await playOnce(page, trial, { attempt: heard.plays + 1, onStart });
    status.textContent = '';
    if (!played || isAnswered) return;
    heard.plays++;
    const { valid } = await played.verdict;
    if (valid) left--;
    if (isAnswered) return;
    Object.assign(heard.times!, { fromMs: played.overAtMs, formAtMs: played.overAtMs });
    offer();
  };
  const offer = () => {
    play.disabled = left === 0;
    play.textContent = left === 0 ? text('sound.played') : text('sound.replay', { left });
  };
  // What the server refuses once the answer is there is of no interest.
  play.addEventListener('click', () => void again().catch(() => {}));
  offer();
}

/** Whether the answer is due now: the play counts by this page's measurements, or none of the tries did. */
function isOver(
  page: Page,
  { trial, plays, report }: { trial: OpenTrial; plays: number; report: PlayReport },
): boolean {
  const valid = playFaults(report, trial.clip).length === 0 ? 1 : 0;
  return isHeard({ plays, valid_plays: valid }, page.study.maxInvalidPlays);
}

function say(status: HTMLElement, problem: string): void {
  status.classList.add('problem');
  status.textContent = problem;
}

/** Sound still comes out of the loudspeaker while the browser has nothing more to send. */
async function until(timeMs: number): Promise<void> {
  const waitMs = timeMs - performance.now();
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
}

/** Plays the clip and has the play judged meanwhile; null when the browser blocked it. */
async function playOnce(
  page: Page,
  trial: OpenTrial,
  { attempt, onStart }: { attempt: number; onStart: () => void },
): Promise<(Played & { verdict: Promise<PlayVerdict> }) | null> {
  const { position, clip } = trial;
  const begin = () => page.api.beginPlay(position, attempt);
  try {
    const played = await page.player.play(clipPath(clip.token), { attempt, begin, onStart });
    return { ...played, verdict: judged(page, position, played.report) };
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
