import type { Session, Site } from './site.ts';

/** How a session ended, and where the browser goes now. */
export interface Ending {
  outcome: 'done' | 'screenedOut' | 'withdrawn';
  /** Step in which the session ended early. */
  reason: string;
  /** Completion code; empty if there is none. */
  code: string;
  /** Completion address; empty if there is none. */
  url: string;
}

const prolificUrl = 'https://app.prolific.com/submissions/complete?cc={code}';

/**
 * The ending of a session that is no longer active.
 *
 * @param site - The site.
 * @param session - The session.
 * @returns Outcome, code and address.
 */
export function endingOf(site: Site, session: Session): Ending {
  const outcome =
    session.state === 'complete' ? 'done' : session.state === 'screened-out' ? 'screenedOut' : 'withdrawn';
  return { ...exitOf(site, outcome, session.id), outcome, reason: session.end_reason };
}

/**
 * Code and address of an outcome.
 *
 * @param site - The site.
 * @param outcome - The outcome.
 * @param participant - Participant code, which completes an open link's session; empty if there is none yet.
 * @returns The code and the address with the code in it.
 */
export function exitOf(
  site: Site,
  outcome: Ending['outcome'],
  participant: string,
): Pick<Ending, 'code' | 'url'> {
  const { platform, codes, urls } = site.loaded.study.recruitment;
  const code = codes[outcome] || (platform === 'prolific' ? '' : participant);
  const url = urls[outcome] ?? (platform === 'prolific' && code ? prolificUrl : '');
  return { code, url: url.replaceAll('{code}', encodeURIComponent(code)) };
}
