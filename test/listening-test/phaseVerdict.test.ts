import { expect, test } from 'vitest';
import { phaseVerdict } from '../../listening-test/session/trials/phaseVerdict.ts';

const study = {
  screening: { antiphasePassMark: 5, hugginsPassMark: 6, attempts: 2 },
  practice: { passMark: 2 },
} as never;

test.each([
  ['antiphase', 1, 6, 'passed'],
  ['antiphase', 1, 5, 'passed'],
  ['antiphase', 1, 4, 'again'],
  ['antiphase', 2, 5, 'passed'],
  ['antiphase', 2, 4, 'failed'],
  ['antiphase', 3, 4, 'failed'],
  ['huggins', 1, 6, 'passed'],
  ['huggins', 1, 5, 'again'],
  ['huggins', 2, 5, 'failed'],
  ['practice', 1, 2, 'passed'],
  ['practice', 1, 1, 'failed'],
  ['main', 1, 0, 'passed'],
])('phaseVerdict: %s, attempt %i, %i right → %s', (phase, attempt, right, verdict) => {
  expect(phaseVerdict(study, { phase, attempt, right })).toBe(verdict);
});

test('phaseVerdict lets everybody pass a practice without a mark', () => {
  const lenient = { ...(study as object), practice: { passMark: 0 } } as never;
  expect(phaseVerdict(lenient, { phase: 'practice', attempt: 1, right: 0 })).toBe('passed');
});
