import type { OpenTrial } from '../../session/sessionState.ts';
import { playFaults } from '../../session/trials/judgePlay.ts';
import type { AnswerForm, PartControls, PartsDraft } from '../../tasks/shared/answerForm.ts';
import { element } from '../shared/element.ts';
import type { Page } from './page.ts';
import { type PlayReport, SoundBlocked } from './player.ts';
import { clipPath, type Heard, heardBefore, heardNow, judged, showTrial } from './trialFrame.ts';

/** The sounds of a trial, and the report of all of them once each was heard whole. */
export interface Parts extends PartControls {
  /** Which play of the trial it is, from 1. */
  attempt: number;
  heard: Promise<{ report: PlayReport; overAtMs: number }>;
  status: HTMLElement;
}

/**
 * Sounds that are played at will, one at a time. A play counts as begun with the first of them, and is reported when each
 * was heard whole and undisturbed. A page that was opened again goes on with the play it had begun: the server still
 * counts the time from there.
 *
 * @param trial - The open trial; its clip has the parts.
 * @param plays - Plays of the trial so far.
 */
export function partsOf(page: Page, trial: OpenTrial, plays: number): Parts {
  const { clip, position } = trial;
  const parts = clip.parts!;
  const status = element('p', { role: 'status', class: 'status' });
  const before = heardSoFar(page, position);
  const attempt = before?.attempt === plays ? plays : plays + 1;
  const reports = new Map(attempt === plays ? before!.reports : []);
  let settle: (heard: { report: PlayReport; overAtMs: number }) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const heard = new Promise<{ report: PlayReport; overAtMs: number }>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  let begun: Promise<unknown> | null = trial.heard ? Promise.resolve() : null;
  const begin = () => {
    begun ??= page.api.beginPlay(position, attempt);
    return begun;
  };
  const playPart = async (place: number) => {
    const part = parts[place]!;
    const onStart = () => {
      status.textContent = page.text('sound.listen');
      // Somebody who changed their mind while the sound was loading.
      if (wanted !== null) setTimeout(() => page.player.stop());
    };
    status.classList.remove('problem');
    status.textContent = page.text('sound.loading');
    const { report, overAtMs } = await page.player.play(clipPath(clip.token), {
      attempt,
      begin,
      onStart,
      part,
    });
    status.textContent = '';
    const wasOpen = reports.size < parts.length;
    if (playFaults(report, { ...clip, seconds: part.seconds }).length === 0) reports.set(place, report);
    const isDone = reports.size === parts.length;
    if (wasOpen) keepHeard(page, isDone ? null : { position, attempt, reports: [...reports] });
    if (wasOpen && isDone) settle({ report: whole([...reports.values()]), overAtMs });
  };
  let wanted: number | null = null;
  let playing: Promise<void> = Promise.resolve();
  const play = (place: number) => {
    wanted = place;
    page.player.stop();
    // Whoever presses a third button while the second waits wants the third alone.
    playing = playing.then(async () => {
      if (wanted !== place) return;
      wanted = null;
      await playPart(place).catch((error) => {
        if (!(error instanceof SoundBlocked)) return fail(error);
        status.classList.add('problem');
        status.textContent = page.text('sound.blocked');
      });
    });
    return playing;
  };
  return {
    attempt,
    count: parts.length,
    play,
    isHeard: (place) => trial.heard || reports.has(place),
    ...draftOf(page, position),
    heard,
    status,
  };
}

/** What was done on the screen of a trial, in the browser's memory until another trial's stands there. */
function draftOf({ memory }: Page, position: number): Pick<PartControls, 'kept' | 'keep'> {
  type Kept = PartsDraft & { position: number };
  return {
    kept: () => {
      const kept = memory.drafts()['parts'] as Kept | undefined;
      return kept?.position === position ? kept : null;
    },
    keep: (draft) => memory.setDrafts({ ...memory.drafts(), parts: { ...draft, position } }),
  };
}

/** Sounds of a trial that were heard whole in a play that is not over. */
interface HeardSoFar {
  position: number;
  attempt: number;
  reports: [place: number, report: PlayReport][];
}

function heardSoFar({ memory }: Page, position: number): HeardSoFar | null {
  const kept = memory.drafts()['heard'] as HeardSoFar | null | undefined;
  return kept?.position === position ? kept : null;
}

function keepHeard({ memory }: Page, heard: HeardSoFar | null): void {
  memory.setDrafts({ ...memory.drafts(), heard });
}

/** One report for all parts, each heard whole: as if they had been played one after the other. */
function whole(reports: readonly PlayReport[]): PlayReport {
  const first = reports[0]!;
  const heard = reports.map(({ scheduledAt, endedAt }) => endedAt! - scheduledAt);
  const behind = reports.map(({ wallSeconds }, i) => wallSeconds - heard[i]!);
  const worst = behind.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  const seconds = heard.reduce((sum, value) => sum + value, 0);
  return {
    ...first,
    endedAt: first.scheduledAt + seconds,
    wallSeconds: Math.max(0, seconds + worst),
    bufferSeconds: reports.reduce((sum, { bufferSeconds }) => sum + bufferSeconds, 0),
  };
}

/**
 * Shows a trial whose sounds are played at will, and waits until each was heard whole; the form can be used meanwhile.
 *
 * @param options - The trial, its sounds and its form, plays so far, and whether the server had it begin anew.
 * @returns When the last sound was over, and whether the play counts.
 */
export async function hearParts(
  display: HTMLElement,
  page: Page,
  {
    trial,
    parts,
    form,
    plays,
    isRepeated,
  }: { trial: OpenTrial; parts: Parts; form: AnswerForm; plays: number; isRepeated: boolean },
): Promise<Heard> {
  const { status } = parts;
  if (isRepeated) status.textContent = page.text('sound.interrupted');
  showTrial(display, page, { trial, content: [form.root, status] });
  if (trial.heard) return heardBefore(plays);
  const { report, overAtMs } = await parts.heard;
  const counts = judged(page, trial.position, report).then(({ heard }) => heard);
  return heardNow({ times: { fromMs: overAtMs, formAtMs: overAtMs }, plays: parts.attempt, counts });
}
