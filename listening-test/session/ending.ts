import type { Study } from '../study/studySchema.ts';
import { recruiters } from './recruiting/recruiters.ts';
import type { Session, Site } from './site.ts';

/** How a session ended, and where the browser goes now. */
export interface Ending {
  outcome: 'done' | 'screenedOut' | 'withdrawn';
  /** Step in which the session ended early. */
  reason: string;
  /** Completion code; empty if there is none. */
  code: string;
  /** Completion address; empty if there is none. The page puts the recruiter's id where `{participantId}` stands. */
  url: string;
}

/**
 * The ending of a session that is no longer active.
 *
 * @returns Outcome, code and address.
 */
export function endingOf(site: Pick<Site, 'loaded'>, session: Session): Ending {
  const exit = exitOf(site, session);
  return { ...exit, outcome: outcomes[session.state], reason: session.end_reason };
}

const outcomes: Record<Session['state'], Ending['outcome']> = {
  active: 'withdrawn',
  complete: 'done',
  'screened-out': 'screenedOut',
  'timed-out': 'screenedOut',
  withdrawn: 'withdrawn',
  left: 'withdrawn',
  erased: 'withdrawn',
};

/** Which of the study's codes a session ends with. */
const codeOf: Record<Session['state'], keyof Study['recruitment']['codes']> = {
  ...outcomes,
  'timed-out': 'timedOut',
};

/**
 * Code and address with which a session ends. Who leaves before the first trial is answered gets neither: a code for
 * nothing would be worth taking.
 *
 * @param site - The study.
 * @param session - The session; one that is active ends as if it were left.
 * @returns The code and the address with the code in it; `{participantId}` stands in it still.
 */
export function exitOf(
  site: Pick<Site, 'loaded'>,
  session: Pick<Session, 'id' | 'state' | 'next_position'>,
): Pick<Ending, 'code' | 'url'> {
  const { platform, codes, urls } = site.loaded.study.recruitment;
  const isAtOnce = outcomes[session.state] === 'withdrawn' && session.next_position === 0;
  if (isAtOnce) return { code: '', url: '' };
  const code = codes[codeOf[session.state]] || (isPaidByCode.has(platform) ? '' : session.id);
  const usual = platform === 'none' || code === '' ? '' : recruiters[platform].completionUrl;
  const url = urls[codeOf[session.state]] ?? usual;
  return { code, url: url.replaceAll('{code}', encodeURIComponent(code)) };
}

/** A code that the recruiter does not know would only confuse. */
const isPaidByCode: ReadonlySet<string> = new Set(['prolific', 'cloudresearch']);
