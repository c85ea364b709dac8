import { describe, expect, test } from 'vitest';
import { fitMixedModel } from '../../../src/statistics/mixed/fit.ts';
import { designOf, referenceFits } from './referenceDesigns.ts';

describe.each(Object.entries(referenceFits))('fitMixedModel of the %s study equals lme4', (_, reference) => {
  const fit = fitMixedModel(designOf(reference), { standardErrors: true });
  const near = (actual: readonly number[], expected: readonly number[]) => {
    expect(actual).toHaveLength(expected.length);
    actual.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-3 * Math.max(1, Math.abs(expected[i]!)));
    });
  };
  test('in estimates, standard errors, standard deviations and log-likelihood', () => {
    expect(fit.converged).toBe(true);
    near(
      fit.fixed.map(({ estimate }) => estimate),
      reference.estimates,
    );
    near(
      fit.fixed.map(({ standardError }) => standardError),
      reference.standardErrors,
    );
    near(
      fit.random.map(({ standardDeviation }) => standardDeviation),
      Object.values(reference.random),
    );
    expect(fit.logLikelihood).toBeCloseTo(reference.logLikelihood, 4);
  });
});
