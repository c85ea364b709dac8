import betaCdf from '@stdlib/stats-base-dists-beta-cdf';
import chiSquaredCdf from '@stdlib/stats-base-dists-chisquare-cdf';
import fCdf from '@stdlib/stats-base-dists-f-cdf';
import normalQuantileOracle from '@stdlib/stats-base-dists-normal-quantile';
import tQuantileOracle from '@stdlib/stats-base-dists-t-quantile';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { logBetaTails } from '../../../src/statistics/special/beta.ts';
import { logUpperTailF, tQuantile } from '../../../src/statistics/special/distributions.ts';
import { logGammaTails } from '../../../src/statistics/special/gamma.ts';
import { normalQuantile } from '../../../src/statistics/special/normal.ts';

const random = createRandom(11);
const draws = Array.from({ length: 300 }, () => ({
  a: 0.2 + 60 * random.uniform() ** 2,
  b: 0.2 + 60 * random.uniform() ** 2,
  p: 0.001 + 0.998 * random.uniform(),
  x: 8 * random.uniform(),
}));

/** Upper tails are compared where the oracle, which has lower tails only, still has digits. */
const expectTail = (log: number, lower: number) => {
  if (lower < 0.999) expect(Math.exp(log)).toBeCloseTo(1 - lower, 10);
};

describe('distributions against @stdlib at 300 random points', () => {
  it('logUpperTailF', () => {
    for (const { a, b, x } of draws) expectTail(logUpperTailF(x, a, b), fCdf(x, a, b));
  });

  it('logGammaTails, as χ²', () => {
    for (const { a, x } of draws)
      expectTail(logGammaTails((5 * x) / 2, a / 2).upper, chiSquaredCdf(5 * x, a));
  });

  it('logBetaTails', () => {
    for (const { a, b, p } of draws)
      expect(Math.exp(logBetaTails({ value: p, complement: 1 - p }, a, b).lower)).toBeCloseTo(
        betaCdf(p, a, b),
        10,
      );
  });

  it('normalQuantile and tQuantile', () => {
    for (const { a, p } of draws) {
      expect(normalQuantile(p)).toBeCloseTo(normalQuantileOracle(p, 0, 1), 10);
      const t = tQuantileOracle(p, a);
      expect(Math.abs(tQuantile(p, a) - t)).toBeLessThan(1e-8 * (1 + Math.abs(t)));
    }
  });
});
