import type { OpenTrial } from '../../session/sessionState.ts';
import type { PlayVerdict } from '../../session/trials/recordPlay.ts';
import type { TextKey } from '../../texts/english.ts';
import { element } from '../shared/element.ts';
import { type Page, showScreen } from './page.ts';
import type { PlayReport } from './player.ts';
import { soundHelp } from './soundHelp.ts';

/**
 * Where a clip is fetched.
 *
 * @param token - Its name in the session.
 * @returns Path below the interface's root.
 */
export const clipPath = (token: string) => `/session/clips/${token}`;

/** A sound that is over, as far as this page can tell. */
export interface Heard {
  /**
   * From when times run (the end of the sound, or its start where it may be answered meanwhile) and when the form could be
   * used, by the page's clock, ms; null if that was before a reload.
   */
  times: { fromMs: number; formAtMs: number } | null;
  /** Plays of this trial so far. */
  plays: number;
  /** Whether the server lets the play count. */
  counts: Promise<boolean>;
  /** Resolves with null should the server not let the play count. */
  refused: Promise<null>;
}

/**
 * A sound that was heard before the page was opened again.
 *
 * @param plays - Plays of the trial so far.
 * @returns A play that counts, without times.
 */
export const heardBefore = (plays: number): Heard => ({
  times: null,
  plays,
  counts: Promise.resolve(true),
  refused: new Promise(() => {}),
});

/**
 * A sound that is over now.
 *
 * @param over - Its times, plays of the trial so far, and whether the server lets this one count.
 * @returns The same with `refused`; errors stay with `counts`.
 */
export function heardNow(over: Omit<Heard, 'refused'>): Heard {
  const refused = new Promise<null>((resolve, reject) => {
    over.counts.then((isCounted) => {
      if (!isCounted) resolve(null);
    }, reject);
  });
  return { ...over, refused };
}

/**
 * Has a play judged by the server; it is remembered until then, should the page go away.
 *
 * @param position - The trial's.
 * @returns The server's verdict.
 */
export async function judged(page: Page, position: number, report: PlayReport): Promise<PlayVerdict> {
  page.memory.setOpenPlay({ position, report });
  const verdict = await page.api.reportPlay(position, report);
  page.memory.setOpenPlay(null);
  return verdict;
}

/**
 * Shows a trial under its heading, with how far the phase has come and what helps when no sound is heard.
 *
 * @param content - What stands between them.
 */
export function showTrial(
  display: HTMLElement,
  page: Page,
  { trial, content }: { trial: OpenTrial; content: readonly HTMLElement[] },
): void {
  const { phase, number, of } = trial;
  const title = page.text('sound.title', { part: phaseTitle(page, phase), number, of });
  const progress = element('progress', {
    max: of,
    value: number - 1,
    'aria-label': page.text('sound.progress'),
  });
  showScreen(display, title, progress, ...content, soundHelp(page.text));
}

/**
 * What the part of the study is called that a trial belongs to.
 *
 * @param phase - The trial's phase.
 * @returns Its name.
 */
export function phaseTitle(page: Page, phase: string): string {
  const titles: Record<string, TextKey> = {
    antiphase: 'part.headphones',
    huggins: 'part.headphones',
    practice: 'part.practice',
  };
  return page.text(titles[phase] ?? 'part.main');
}
