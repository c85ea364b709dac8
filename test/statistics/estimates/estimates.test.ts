import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { bootstrap } from '../../../src/statistics/estimates/bootstrap.ts';
import { holmAdjusted, pairedContrasts } from '../../../src/statistics/estimates/contrasts.ts';
import {
  kendall,
  meanCorrelation,
  pearson,
  ranks,
  spearman,
  spearmanBrown,
} from '../../../src/statistics/estimates/correlation.ts';
import { mean, quantile, sortedQuantile } from '../../../src/statistics/estimates/descriptive.ts';
import { wilsonInterval } from '../../../src/statistics/estimates/proportion.ts';
import reference from '../../reference/estimates.json' with { type: 'json' };

describe('intervals of proportions', () => {
  it('wilsonInterval gives what statsmodels gives', () => {
    for (const [k, n, low, high] of reference.wilson) {
      expect(wilsonInterval(k!, n!).low).toBeCloseTo(low!, 10);
      expect(wilsonInterval(k!, n!).high).toBeCloseTo(high!, 10);
    }
  });

  it.each([
    [19, 21, 0.71086, 0.97348],
    [0, 20, 0, 0.16113],
    [20, 20, 0.83887, 1],
    [164, 200, 0.76089, 0.86705],
  ])('wilsonInterval(%i, %i) is %f to %f', (right, count, low, high) => {
    expect(wilsonInterval(right, count).low).toBeCloseTo(low, 5);
    expect(wilsonInterval(right, count).high).toBeCloseTo(high, 5);
  });

  it('wilsonInterval lies in [0, 1], and is NaN without trials', () => {
    expect(wilsonInterval(0, 7).low).toBeGreaterThanOrEqual(0);
    expect(wilsonInterval(7, 7).high).toBeLessThanOrEqual(1);
    expect(wilsonInterval(0, 0)).toEqual({ low: Number.NaN, high: Number.NaN });
  });
});

describe('bootstrap', () => {
  const sample = reference.bootstrap.sample;
  const meanOf = (indices: Int32Array) => mean(Float64Array.from(indices, (i) => sample[i]!));
  const result = bootstrap(sample.length, meanOf, { random: createRandom(3), resamples: 20_000 });

  it('gives the BCa and percentile intervals of SciPy within the resampling error', () => {
    for (const method of ['bca', 'percentile'] as const) {
      expect(result[method].low).toBeCloseTo(reference.bootstrap[method][0]!, 2);
      expect(result[method].high).toBeCloseTo(reference.bootstrap[method][1]!, 2);
      expect(Math.abs(result[method].low - reference.bootstrap[method][0]!)).toBeLessThan(0.002);
      expect(Math.abs(result[method].high - reference.bootstrap[method][1]!)).toBeLessThan(0.002);
    }
  });

  it('covers the true mean of a skewed population in about 95 % of samples', () => {
    const random = createRandom(8);
    let covered = 0;
    for (let repeat = 0; repeat < 300; repeat++) {
      const values = Array.from({ length: 40 }, () => random.uniform() ** 3);
      const { bca } = bootstrap(40, (indices) => mean(Float64Array.from(indices, (i) => values[i]!)), {
        random,
        resamples: 1000,
      });
      covered += bca.low <= 0.25 && bca.high >= 0.25 ? 1 : 0;
    }
    expect(covered / 300).toBeGreaterThan(0.9);
    expect(covered / 300).toBeLessThan(0.985);
  });

  it('has no interval for one unit or an undefined statistic', () => {
    expect(bootstrap(1, () => 3, { random: createRandom(1) }).bca.low).toBeNaN();
    expect(bootstrap(5, () => Number.NaN, { random: createRandom(1) }).percentile.low).toBeNaN();
  });

  it('sortedQuantile interpolates (type 7)', () => {
    expect(sortedQuantile([1, 2, 3, 4], 0.25)).toBeCloseTo(1.75, 12);
    expect(sortedQuantile([1, 2, 3, 4], 0)).toBe(1);
    expect(sortedQuantile([1, 2, 3, 4], 1)).toBe(4);
    expect(sortedQuantile([], 0.5)).toBeNaN();
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  });
});

describe('correlations', () => {
  const { x, y, pearson: r, spearman: rho, kendall: tau } = reference.correlation;
  it('give what SciPy gives, ties included', () => {
    expect(pearson(x, y)).toBeCloseTo(r, 12);
    expect(spearman(x, y)).toBeCloseTo(rho, 12);
    expect(kendall(x, y)).toBeCloseTo(tau, 12);
    expect([...ranks([3, 1, 3])]).toEqual([2.5, 1, 2.5]);
  });

  it('are NaN without variance', () => {
    expect(pearson([0.1, 0.1, 0.1], [1, 2, 3])).toBeNaN();
    expect(pearson([], [])).toBeNaN();
    expect(pearson([1], [2])).toBeNaN();
    expect(spearman([1, 2, 3], [2, 2, 2])).toBeNaN();
    expect(meanCorrelation([Number.NaN])).toBeNaN();
  });

  it('do not depend on units or on a large mean', () => {
    expect(
      pearson(
        x.map((value) => 1e-13 * value),
        y,
      ),
    ).toBeCloseTo(r, 10);
    expect(
      pearson(
        x.map((value) => 1e6 + value),
        y,
      ),
    ).toBeCloseTo(r, 8);
  });

  it('leave a number that is none undefined instead of ranking it', () => {
    expect([...ranks([2, Number.NaN, 1])]).toEqual([2, Number.NaN, 1]);
    expect(spearman([1, Number.NaN, 3], [1, 2, 3])).toBeNaN();
  });

  it('spearmanBrown(0.6, 2) is 0.75', () => {
    expect(spearmanBrown(0.6, 2)).toBeCloseTo(0.75, 12);
  });
});

describe('pairedContrasts', () => {
  it('gives t, p, intervals and Holm-adjusted p of SciPy and statsmodels', () => {
    const contrasts = pairedContrasts(
      reference.contrasts.map(({ first, second }, i) => ({
        name: `c${i}`,
        first: Float64Array.from(first),
        second: Float64Array.from(second),
      })),
    );
    reference.contrasts.forEach((expected, i) => {
      expect(contrasts[i]!.t).toBeCloseTo(expected.t, 10);
      expect(contrasts[i]!.p).toBeCloseTo(expected.p, 10);
      expect(contrasts[i]!.pHolm).toBeCloseTo(expected.pHolm, 10);
      expect(contrasts[i]!.interval.low).toBeCloseTo(expected.low, 10);
      expect(contrasts[i]!.interval.high).toBeCloseTo(expected.high, 10);
    });
  });

  it('leaves undefined contrasts out of the family', () => {
    expect(holmAdjusted([0.01, Number.NaN, 0.04])).toEqual([0.02, Number.NaN, 0.04]);
  });
});
