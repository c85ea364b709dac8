import { describe, expect, it } from 'vitest';
import { analysisRules, effectiveRules, ruleOfRecordedId } from '../../src/records/analysisRules.ts';
import { type ConductTally, type ConductTrial, conductTally } from '../../src/records/conductTally.ts';
import {
  type Conduct,
  exclusionLimits,
  isRoundedDown,
  participantExclusions,
  passMark,
  trialExclusions,
} from '../../src/records/exclusionRules.ts';

const limits = exclusionLimits.parse({ hearingLoss: true });
const trial = (change: Partial<ConductTrial> = {}): ConductTrial => ({
  block: 'main',
  task: 'word',
  trialIndex: 0,
  response: 'w1',
  correct: true,
  rtMs: 900,
  playValid: true,
  ...change,
});
const varied = Array.from({ length: 20 }, (_, i) => trial({ response: `w${i}` }));
const choices: Record<string, number> = { word: 64, pair: 2, four: 4, ten: 10 };
const tallied = (trials: readonly ConductTrial[]): ConductTally => {
  const tally = conductTally();
  for (const each of trials) tally.push(each);
  return tally.finish((task) => choices[task]!);
};
const catches = (right: number, wrong: number) =>
  [...Array(right).fill(true), ...Array(wrong).fill(false)].map((correct) =>
    trial({ block: 'catch', correct }),
  );
const alike = (count: number, of: number, task = 'word') =>
  Array.from({ length: of }, (_, i) => trial({ task, response: i < count ? 'same' : `w${i}` }));
const good = { state: 'complete', endReason: '', hearingLoss: 'no', byHand: [] };

describe('conductTally', () => {
  it('leaves out practice and catch trials in which nothing is right or wrong, and counts such main trials', () => {
    const blocks = ['practice', 'catch', 'main'] as const;
    const graded = blocks.map((block) => trial({ block }));
    const rated = blocks.map((block) => trial({ block, correct: null }));
    expect(tallied([...graded, ...rated])).toMatchObject({
      practice: { trials: 1, correct: 1 },
      catch: { trials: 1, correct: 1 },
      mainTrials: 2,
    });
  });
});

describe('participantExclusions', () => {
  it.each<[string, Partial<Conduct>, ConductTrial[], string[]]>([
    ['a faultless participant', {}, varied, []],
    ['one who left', { state: 'left' }, varied, ['incomplete']],
    [
      'a failed headphone check',
      { state: 'screened-out', endReason: 'huggins' },
      [],
      ['incomplete', 'headphones-failed'],
    ],
    [
      'the other headphone check failed',
      { state: 'screened-out', endReason: 'antiphase' },
      [],
      ['incomplete', 'headphones-failed'],
    ],
    ['one who left in the headphone check', { state: 'left', endReason: 'huggins' }, [], ['incomplete']],
    [
      'a failed practice',
      { state: 'screened-out', endReason: 'practice' },
      [],
      ['incomplete', 'practice-failed'],
    ],
    ['one who left in the practice', { state: 'left', endReason: 'practice' }, [], ['incomplete']],
    ['no catch trials', {}, varied, []],
    ['3 of 4 catch trials', {}, [...varied, ...catches(3, 1)], []],
    ['2 of 4 catch trials', {}, [...varied, ...catches(2, 2)], ['catch-failed']],
    ['4 of 5 catch trials', {}, [...varied, ...catches(4, 1)], []],
    ['3 of 5 catch trials', {}, [...varied, ...catches(3, 2)], ['catch-failed']],
    ['8 of 10 catch trials', {}, [...varied, ...catches(8, 2)], []],
    ['7 of 10 catch trials', {}, [...varied, ...catches(7, 3)], ['catch-failed']],
    ['the only catch trial wrong', {}, [...varied, ...catches(0, 1)], ['catch-failed']],
    ['the only catch trial right', {}, [...varied, ...catches(1, 0)], []],
    ['2 invalid plays of 20', {}, varied.map((own, i) => ({ ...own, playValid: i > 1 })), []],
    ['3 invalid plays of 20', {}, varied.map((own, i) => ({ ...own, playValid: i > 2 })), ['invalid-plays']],
    [
      'invalid plays of catch and practice trials do not count',
      {},
      [
        ...varied,
        ...catches(5, 0).map((own) => ({ ...own, playValid: false })),
        ...varied.map((own) => ({ ...own, block: 'practice' as const, playValid: false })),
      ],
      [],
    ],
    [
      'valid plays of catch trials do not count either',
      {},
      [...varied.map((own, i) => ({ ...own, playValid: i > 2 })), ...catches(20, 0)],
      ['invalid-plays'],
    ],
    ['one word 6 times of 20', {}, alike(6, 20), []],
    ['one word 7 times of 20', {}, alike(7, 20), ['same-response']],
    ['one word 19 times of 19', {}, alike(19, 19), []],
    ['no idea 20 times of 20', {}, varied.map((own) => ({ ...own, response: '' })), []],
    [
      'one word first among two 7 times of 20',
      {},
      alike(7, 20).map((own) => ({ ...own, response: `${own.response};w99` })),
      ['same-response'],
    ],
    ['one of two labels always', {}, alike(40, 40, 'pair'), []],
    ['one of four labels 15 times of 20', {}, alike(15, 20, 'four'), []],
    ['one of four labels 16 times of 20', {}, alike(16, 20, 'four'), ['same-response']],
    ['one of ten labels 6 times of 20', {}, alike(6, 20, 'ten'), []],
    ['one of ten labels 7 times of 20', {}, alike(7, 20, 'ten'), ['same-response']],
    ['one word 4 times of 10 in each of two tasks', {}, [...alike(4, 10), ...alike(4, 10, 'ten')], []],
    ['a median of 300 ms', {}, varied.map((own, i) => ({ ...own, rtMs: i < 11 ? 300 : 2000 })), []],
    [
      'a median of 299 ms',
      {},
      varied.map((own, i) => ({ ...own, rtMs: i < 11 ? 299 : 2000 })),
      ['fast-responses'],
    ],
    ['no times', {}, varied.map((own) => ({ ...own, rtMs: null })), []],
    [
      'fast catch and practice trials do not count',
      {},
      [
        ...varied,
        ...Array.from({ length: 30 }, () => trial({ block: 'catch', rtMs: 1 })),
        ...Array.from({ length: 30 }, () => trial({ block: 'practice', rtMs: 1 })),
      ],
      [],
    ],
    ['a hearing loss', { hearingLoss: 'yes' }, varied, ['hearing-loss']],
    ['a hearing loss that is not known', { hearingLoss: '' }, varied, []],
    ['an exclusion by hand', { byHand: ['noisy room'] }, varied, ['experimenter']],
  ])('of %s', (_, change, trials, rules) => {
    expect(participantExclusions(limits, { ...good, ...change, tally: tallied(trials) })).toEqual(rules);
  });

  it.each<[string, Partial<typeof limits>, Partial<Conduct>, ConductTrial[]]>([
    ['catch trials of which none need be right', { catchPassShare: 0 }, {}, catches(0, 8)],
    ['a hearing loss that does not matter', { hearingLoss: false }, { hearingLoss: 'yes' }, varied],
    ['a median that may be anything', { minMedianMs: 0 }, {}, varied.map((own) => ({ ...own, rtMs: 0 }))],
    [
      'plays that may all be invalid',
      { maxInvalidPlayShare: 1 },
      {},
      varied.map((own) => ({ ...own, playValid: false })),
    ],
    ['one answer that may always be given', { maxSameResponseShare: 1 }, {}, alike(20, 20)],
  ])('leaves out a rule that is turned off: %s', (_, change, conduct, trials) => {
    const tally = tallied(trials);
    expect(participantExclusions({ ...limits, ...change }, { ...good, ...conduct, tally })).toEqual([]);
  });
});

it.each([
  [0.8, 4, 3, true],
  [0.8, 5, 4, false],
  [0.8, 10, 8, false],
  [0.8, 1, 1, false],
  [15 / 16, 16, 15, false],
  [15 / 16, 10, 9, true],
  [15 / 16, 4, 3, true],
  [5 / 12, 12, 5, false],
  // 0.29 × 100 is 28.999999999999996 in floating point, 0.07 × 100 is 7.000000000000001.
  [0.29, 100, 29, false],
  [0.07, 100, 7, false],
  [1, 7, 7, false],
  [0.1, 3, 1, false],
  [0, 12, 0, false],
  [0.8, 0, 1, false],
])('passMark(%f, %i) is %i; rounded down: %s', (share, trials, mark, isRounded) => {
  expect(passMark(share, trials)).toBe(mark);
  expect(isRoundedDown(share, trials)).toBe(isRounded);
});

it.each([
  [true, false, []],
  [false, false, ['invalid-play']],
  [true, true, ['replaced']],
  [false, true, ['invalid-play', 'replaced']],
])('trialExclusions of a valid play (%s) of a replaced clip (%s) are %j', (playValid, isReplaced, rules) => {
  expect(trialExclusions({ playValid, isReplaced })).toEqual(rules);
});

describe('conductTally', () => {
  it('takes the last twelve practice trials by their places, whatever their order', () => {
    const practice = Array.from({ length: 14 }, (_, i) =>
      trial({ block: 'practice', trialIndex: i, correct: i === 1 || i === 2 }),
    );
    expect(tallied([...practice].reverse()).practice).toEqual({ trials: 12, correct: 1 });
    expect(tallied(practice.slice(0, 3)).practice).toEqual({ trials: 3, correct: 2 });
  });

  it('counts main trials, plays and medians', () => {
    const trials = [trial({ rtMs: 100 }), trial({ rtMs: 300, playValid: false }), ...catches(1, 1)];
    expect(tallied(trials)).toMatchObject({
      mainTrials: 2,
      catch: { trials: 2, correct: 1 },
      plays: { heard: 2, invalid: 1 },
      medianRtMs: 200,
    });
  });
});

describe('effectiveRules', () => {
  const stated = (rules: object) => analysisRules.parse(rules);

  it.each<[string, object, object | undefined, object]>([
    [
      'the published limits where nothing is known',
      {},
      undefined,
      {
        catch: { leastCorrect: 15 / 16 },
        plays: { mostInvalid: 0.1 },
        responseTime: { leastMedianMs: 300, leastMs: 0, mostMs: null },
        repeatedAnswers: { mostSame: 0.3 },
      },
    ],
    [
      "the study's limits where the configuration says nothing",
      {},
      { catchPassShare: 0.5, maxInvalidPlayShare: 0.2, minMedianMs: 100, maxSameResponseShare: 0.4 },
      {
        catch: { leastCorrect: 0.5 },
        plays: { mostInvalid: 0.2 },
        responseTime: { leastMedianMs: 100, leastMs: 0, mostMs: null },
        repeatedAnswers: { mostSame: 0.4 },
      },
    ],
    [
      "the configuration's before the study's",
      { catch: { leastCorrect: 0.9 }, plays: null, responseTime: { leastMs: 50 }, repeatedAnswers: null },
      { catchPassShare: 0.5 },
      {
        catch: { leastCorrect: 0.9 },
        plays: null,
        responseTime: { leastMedianMs: 0, leastMs: 50, mostMs: null },
        repeatedAnswers: null,
      },
    ],
  ])('takes %s', (_, rules, ofStudy, expected) => {
    const known = ofStudy && exclusionLimits.parse(ofStudy);
    expect(effectiveRules(stated(rules), known)).toMatchObject(expected);
  });

  it.each([
    ['headphones-failed', 'headphones'],
    ['practice-failed', 'practice'],
    ['catch-failed', 'catch'],
    ['invalid-plays', 'plays'],
    ['invalid-play', 'plays'],
    ['fast-responses', 'responseTime'],
    ['same-response', 'repeatedAnswers'],
    ['replaced', 'recorded'],
    ['hearing-loss', 'recorded'],
    ['incomplete', 'recorded'],
    ['experimenter', 'recorded'],
  ])('ruleOfRecordedId(%s) is %s', (id, rule) => {
    expect(ruleOfRecordedId(id)).toBe(rule);
  });
});
