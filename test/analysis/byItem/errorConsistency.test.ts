import { describe, expect, it } from 'vitest';
import { beyondChance, errorConsistency, noCounts } from '../../../src/analysis/byItem/errorConsistency.ts';
import reference from '../../reference/estimates.json' with { type: 'json' };

function countsOf(first: readonly number[], second: readonly number[]) {
  const counts = noCounts();
  first.forEach((a, i) => {
    const b = second[i]!;
    if (a && b) counts.bothRight += 1;
    else if (a) counts.onlyFirst += 1;
    else if (b) counts.onlySecond += 1;
    else counts.bothWrong += 1;
  });
  return counts;
}
const digits = (text: string) => [...text].map(Number);

describe('errorConsistency', () => {
  it('of 1110010111 and 1010110110 is .347826, unbiased .372093', () => {
    const result = errorConsistency(countsOf(digits('1110010111'), digits('1010110110')));
    expect(result.observedConsistency).toBeCloseTo(0.7, 12);
    expect(result.expectedConsistency).toBeCloseTo(0.54, 12);
    expect(result.kappa).toBeCloseTo(0.347826, 6);
    expect(result.kappaUnbiased).toBeCloseTo(0.372093, 6);
  });

  it('is Cohen’s κ of right and wrong (scikit-learn)', () => {
    const { first, second, kappa } = reference.kappa;
    expect(errorConsistency(countsOf(first, second)).kappa).toBeCloseTo(kappa, 12);
  });

  it.each([
    [0.9, 0.7, -0.17647, 0.41176],
    [0.82, 0.98, Number.NaN, 0.17],
  ])('with accuracies %f and %f is bounded by the published values', (a, b, least, most) => {
    const n = 10_000;
    const counts = {
      bothRight: n * a * b,
      onlyFirst: n * a * (1 - b),
      onlySecond: n * (1 - a) * b,
      bothWrong: n * (1 - a) * (1 - b),
    };
    const result = errorConsistency(counts);
    expect(result.kappa).toBeCloseTo(0, 10);
    if (!Number.isNaN(least)) expect(result.kappaMin).toBeCloseTo(least, 5);
    expect(result.kappaMax).toBeCloseTo(most, 3);
  });

  it('is NaN where both are always right, always wrong, or without trials', () => {
    expect(errorConsistency({ ...noCounts(), bothRight: 20 }).kappa).toBeNaN();
    expect(errorConsistency({ ...noCounts(), bothWrong: 20 }).kappa).toBeNaN();
    expect(errorConsistency(noCounts()).kappa).toBeNaN();
  });

  it('reaches its bounds', () => {
    const result = errorConsistency({ bothRight: 70, onlyFirst: 20, onlySecond: 0, bothWrong: 10 });
    expect(result.kappa).toBeCloseTo(result.kappaMax, 12);
  });
});

it.each([
  { observed: 0.7, expected: 0.54, kappa: 0.16 / 0.46 },
  { observed: 1, expected: 1 - 1e-8, kappa: 1 },
  { observed: 1, expected: 1 - 1e-10, kappa: Number.NaN },
  { observed: 1, expected: 1, kappa: Number.NaN },
])('beyondChance of $observed where $expected is expected is $kappa', ({ observed, expected, kappa }) => {
  expect(beyondChance(observed, expected)).toEqual(
    Number.isNaN(kappa) ? Number.NaN : expect.closeTo(kappa, 6),
  );
});
