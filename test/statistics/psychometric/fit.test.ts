import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { fitPsychometric } from '../../../src/statistics/psychometric/fit.ts';
import { logLikelihood } from '../../../src/statistics/psychometric/likelihood.ts';
import { minimize } from '../../../src/statistics/psychometric/nelderMead.ts';
import reference from '../../reference/estimates.json' with { type: 'json' };
import psignifit from '../../reference/psychometric.json' with { type: 'json' };
import { simulateLevels } from './simulateLevels.ts';

describe('logLikelihood', () => {
  it('is the beta-binomial of SciPy', () => {
    for (const [correct, trials, p, eta, log] of reference.betaBinomial)
      expect(logLikelihood({ x: 0, correct: correct!, trials: trials! }, p!, eta!)).toBeCloseTo(log!, 8);
  });

  it('tends to the binomial', () => {
    const counts = { x: 0, correct: 13, trials: 20 };
    expect(logLikelihood(counts, 0.6, 2e-4)).toBeCloseTo(logLikelihood(counts, 0.6, 0), 3);
  });
});

describe('fitPsychometric', () => {
  it('has the maximum a posteriori of psignifit 4, and its intervals within its grid’s step', () => {
    for (const expected of psignifit) {
      const { parameters, intervals } = fitPsychometric(expected.levels, expected.guess);
      expect(Math.abs(parameters.threshold - expected.threshold)).toBeLessThan(0.005);
      expect(Math.abs(parameters.width - expected.width)).toBeLessThan(0.03);
      expect(Math.abs(parameters.lapse - expected.lapse)).toBeLessThan(5e-4);
      expect(Math.abs(parameters.overdispersion - expected.overdispersion)).toBeLessThan(5e-4);
      for (const [name, tolerance] of [
        ['threshold', 0.25],
        ['width', 1],
      ] as const) {
        const [low, high] = expected.intervals[name];
        expect(Math.abs(intervals[name].low - low!), `${name} low`).toBeLessThan(tolerance);
        expect(Math.abs(intervals[name].high - high!), `${name} high`).toBeLessThan(tolerance);
      }
    }
  });

  it('recovers threshold, width and lapse from many trials', () => {
    const truth = { threshold: -1.5, width: 9, lapse: 0.04, guess: 0.1 };
    const fit = fitPsychometric(simulateLevels(createRandom(5), { ...truth, trials: 4000 }), truth.guess);
    expect(fit.parameters.threshold).toBeCloseTo(truth.threshold, 0);
    expect(Math.abs(fit.parameters.threshold - truth.threshold)).toBeLessThan(0.25);
    expect(Math.abs(fit.parameters.width - truth.width)).toBeLessThan(0.8);
    expect(Math.abs(fit.parameters.lapse - truth.lapse)).toBeLessThan(0.015);
    expect(fit.parameters.guess).toBe(0.1);
    expect(fit.parameters.overdispersion).toBeLessThan(0.05);
  });

  it('finds overdispersion where there is some, and widens the interval', () => {
    const calm = simulateLevels(createRandom(5), {
      threshold: 0,
      width: 8,
      lapse: 0.02,
      guess: 0.02,
      trials: 200,
    });
    const wild = calm.map((counts, i) => ({
      ...counts,
      correct: Math.max(0, Math.min(200, counts.correct + (i % 2 ? 22 : -22))),
    }));
    const [one, two] = [fitPsychometric(calm, 0.02), fitPsychometric(wild, 0.02)];
    expect(two.parameters.overdispersion).toBeGreaterThan(one.parameters.overdispersion + 0.05);
    const span = ({ low, high }: { low: number; high: number }) => high - low;
    expect(span(two.intervals.threshold)).toBeGreaterThan(1.5 * span(one.intervals.threshold));
  });

  it('refuses fewer than three levels', () => {
    expect(() =>
      fitPsychometric(
        [
          { x: 0, correct: 1, trials: 2 },
          { x: 3, correct: 2, trials: 2 },
        ],
        0,
      ),
    ).toThrow('fitPsychometric: levels must hold at least three different levels, got 2; measure more');
  });
});

describe('minimize', () => {
  it('finds the minimum of Rosenbrock’s valley', () => {
    const [x, y] = minimize(([a, b]) => (1 - a!) ** 2 + 100 * (b! - a! ** 2) ** 2, [-1.2, 1], [0.5, 0.5]);
    expect(x).toBeCloseTo(1, 4);
    expect(y).toBeCloseTo(1, 4);
  });
});
