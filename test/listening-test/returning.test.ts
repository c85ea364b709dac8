import { expect, test } from 'vitest';
import { returnOf } from '../../listening-test/session/recruiting/returning.ts';
import type { Session, Site } from '../../listening-test/session/site.ts';

const now = 1_700_000_000_000;
const hour = 3_600_000;

/** What the person's latest session was, and what the study says. */
interface Case {
  state: Session['state'];
  reason?: string;
  visit?: number;
  /** Comes with the submission they came with before. */
  same?: boolean;
  hoursAgo?: number;
  restart?: boolean;
  maxHours?: number | null;
}

function verdict({
  state,
  reason = '',
  visit = 1,
  same = true,
  hoursAgo = 48,
  restart = false,
  maxHours = 72,
}: Case) {
  const site = {
    clock: () => now,
    loaded: {
      study: {
        recruitment: { restartAfterWithdrawal: restart },
        visits: { count: 2, minHours: 24, maxHours },
      },
    },
  } as unknown as Pick<Site, 'loaded' | 'clock'>;
  const last = {
    ...{ state, end_reason: reason, visit, submission_hash: 'a' },
    ...{ ended_at: state === 'active' ? null : now - hoursAgo * hour, last_seen_at: now - hoursAgo * hour },
  } as Session;
  try {
    return returnOf(site, last, same ? 'a' : 'b').way;
  } catch (refusal) {
    return (refusal as { code: string }).code;
  }
}

test.each<[string, Case, string]>([
  ['under way, same submission', { state: 'active' }, 'resume'],
  ['under way, another submission', { state: 'active', same: false }, 'took-part'],
  ['refused for the device', { state: 'screened-out', reason: 'browser' }, 'other-device'],
  [
    'refused for the device, another submission',
    { state: 'screened-out', reason: 'browser', same: false },
    'other-device',
  ],
  ['failed a check', { state: 'screened-out', reason: 'headphones' }, 'resume'],
  [
    'failed a check, another submission',
    { state: 'screened-out', reason: 'headphones', same: false },
    'took-part',
  ],
  ['ran out of time, another submission', { state: 'timed-out', same: false }, 'took-part'],
  ['next visit due', { state: 'complete' }, 'next-visit'],
  ['next visit due to the hour', { state: 'complete', hoursAgo: 24 }, 'next-visit'],
  ['next visit too early, same submission', { state: 'complete', hoursAgo: 23.99 }, 'resume'],
  ['next visit too early', { state: 'complete', hoursAgo: 23.99, same: false }, 'too-early'],
  ['next visit at its last hour', { state: 'complete', hoursAgo: 72, same: false }, 'next-visit'],
  ['next visit too late', { state: 'complete', hoursAgo: 72.01, same: false }, 'too-late'],
  [
    'next visit late where there is no end',
    { state: 'complete', hoursAgo: 720, maxHours: null },
    'next-visit',
  ],
  ['all visits made', { state: 'complete', visit: 2 }, 'resume'],
  ['all visits made, another submission', { state: 'complete', visit: 2, same: false }, 'took-part'],
  ['withdrew', { state: 'withdrawn' }, 'resume'],
  ['withdrew, another submission', { state: 'withdrawn', same: false }, 'withdrew'],
  ['left, another submission', { state: 'left', same: false }, 'withdrew'],
  ['erased, another submission', { state: 'erased', same: false }, 'withdrew'],
  ['withdrew where the study lets people begin anew', { state: 'withdrawn', restart: true }, 'anew'],
  [
    'failed a check where the study lets withdrawn people begin anew',
    { state: 'screened-out', reason: 'headphones', restart: true, same: false },
    'took-part',
  ],
])('who comes again: %s', (_, given, way) => {
  expect(verdict(given)).toBe(way);
});
