import { describe, expect, test } from 'vitest';
import {
  isHeard,
  mayPlay,
  type PlayMeasurements,
  playFaults,
  remainingMs,
} from '../../listening-test/session/trials/judgePlay.ts';

const clip = { sha256: 'a'.repeat(64), seconds: 2 };
const whole: PlayMeasurements = {
  scheduledAt: 10,
  endedAt: 12,
  wallSeconds: 2,
  bufferSeconds: 2,
  sha256: clip.sha256,
  contextState: 'running',
  stateChanges: 0,
  hidden: false,
};

describe('playFaults', () => {
  test.each<[string, Partial<PlayMeasurements>, string[]]>([
    ['a whole play', {}, []],
    ['an end noticed late by a busy page, by both clocks', { endedAt: 12.4, wallSeconds: 2.4 }, []],
    ['an end 40 ms early', { endedAt: 11.96, wallSeconds: 1.96 }, []],
    ['an end 60 ms early', { endedAt: 11.94, wallSeconds: 1.94 }, ['duration']],
    ['no end', { endedAt: null, wallSeconds: 0 }, ['duration']],
    ['a clip decoded 40 ms longer', { bufferSeconds: 2.04 }, []],
    ['a clip decoded 60 ms longer', { bufferSeconds: 2.06 }, ['duration']],
    ['a clip decoded 60 ms shorter', { bufferSeconds: 1.94 }, ['duration']],
    ['a page clock 90 ms ahead of the audio clock', { wallSeconds: 2.09 }, []],
    ['a page clock 110 ms ahead: the sound stood still', { wallSeconds: 2.11 }, ['stalled']],
    ['a page clock 110 ms behind', { wallSeconds: 1.89 }, ['stalled']],
    ['a context interrupted at the end', { contextState: 'interrupted' }, ['interrupted']],
    ['a context suspended at the end', { contextState: 'suspended' }, ['interrupted']],
    ['a context interrupted and resumed in the middle', { stateChanges: 2 }, ['interrupted']],
    ['one change of state', { stateChanges: 1 }, ['interrupted']],
    [
      'a context interrupted for half a second and resumed',
      { stateChanges: 2, wallSeconds: 2.5 },
      ['stalled', 'interrupted'],
    ],
    ['a page hidden for a moment', { hidden: true }, ['hidden']],
    ['other bytes', { sha256: 'b'.repeat(64) }, ['bytes']],
    ['a page that was closed', { endedAt: null, contextState: 'closed' }, ['duration', 'interrupted']],
  ])('%s: %j → %j', (_, change, faults) => {
    expect(playFaults({ ...whole, ...change }, clip)).toEqual(faults);
  });
});

test.each([
  [0, 0, 2, false],
  [1, 1, 2, true],
  [2, 0, 2, false],
  [3, 0, 2, true],
  [3, 1, 2, true],
  [1, 0, 0, true],
  [0, 0, 0, false],
])('isHeard: %i plays, %i of them valid, %i may go wrong → %s', (plays, valid_plays, allowed, heard) => {
  expect(isHeard({ plays, valid_plays }, allowed)).toBe(heard);
});

test.each([
  [0, 0, 1, true],
  [1, 1, 1, false],
  [2, 0, 1, true],
  [3, 0, 1, false],
  [3, 1, 1, false],
  [1, 1, 3, true],
  [4, 2, 3, true],
  [5, 2, 3, false],
  [3, 3, 3, false],
])(
  'mayPlay: %i plays, %i of them valid, 2 may go wrong, heard %i times at most → %s',
  (begun, valid, most, may) => {
    expect(mayPlay({ plays: begun, valid_plays: valid }, { maxInvalidPlays: 2, plays: most })).toBe(may);
  },
);

test.each([
  [1000, 1000, 2, 1950],
  [1000, 2949, 2, 1],
  [1000, 2950, 2, 0],
  [1000, 9000, 2, 0],
])('remainingMs: begun at %i, now %i, a clip of %i s → %i ms', (begunAt, now, seconds, remaining) => {
  expect(remainingMs(begunAt, now, seconds)).toBe(remaining);
});
