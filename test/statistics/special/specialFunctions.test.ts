import { describe, expect, it } from 'vitest';
import { betaQuantile, logBetaTails } from '../../../src/statistics/special/beta.ts';
import { logTwoSidedT, logUpperTailF, tQuantile } from '../../../src/statistics/special/distributions.ts';
import { logGamma, logGammaTails } from '../../../src/statistics/special/gamma.ts';
import { formatLogProbability } from '../../../src/statistics/special/logSpace.ts';
import { logNormalUpperTail, normalCdf, normalQuantile } from '../../../src/statistics/special/normal.ts';
import reference from '../../reference/specialFunctions.json' with { type: 'json' };

/** A tail probability known by its logarithm: relative error of p is the absolute error of ln p. */
const expectLog = (actual: number, expected: number, what: string) =>
  expect(Math.abs(actual - expected), `${what}: ${actual} against ${expected}`).toBeLessThan(1e-10);
const expectRelative = (actual: number, expected: number, what: string) =>
  expect(Math.abs(actual - expected), `${what}: ${actual} against ${expected}`).toBeLessThanOrEqual(
    1e-10 * Math.abs(expected),
  );

describe('special functions against mpmath at 60 digits', () => {
  it('logGamma is right to 1e-10 relative, next to its zeros too', () => {
    for (const [x, value] of reference.logGamma) expectRelative(logGamma(x!), value!, `logGamma(${x})`);
  });

  it('logUpperTailF is right to 1e-10 relative in p, down to p of 1e-4000', () => {
    for (const [f, a, b, value] of reference.logUpperTailF)
      expectLog(logUpperTailF(f!, a!, b!), value!, `F(${f}; ${a}, ${b})`);
  });

  it('logBetaTails gives both tails to 1e-10', () => {
    for (const [x, a, b, lower, upper] of reference.logBetaTails) {
      const tails = logBetaTails({ value: x!, complement: 1 - x! }, a!, b!);
      expectLog(tails.lower, lower!, `lower ${x} ${a} ${b}`);
      expectLog(tails.upper, upper!, `upper ${x} ${a} ${b}`);
    }
  });

  it('logGammaTails gives both tails to 1e-10', () => {
    for (const [x, shape, lower, upper] of reference.logGammaTails) {
      const tails = logGammaTails(x!, shape!);
      expectLog(tails.lower, lower!, `lower ${x} ${shape}`);
      expectLog(tails.upper, upper!, `upper ${x} ${shape}`);
    }
  });

  it('logNormalUpperTail and normalQuantile are right to 1e-10', () => {
    for (const [z, value] of reference.logNormalUpperTail)
      expectLog(logNormalUpperTail(z!), value!, `tail ${z}`);
    for (const [p, z] of reference.normalQuantile)
      expectRelative(normalQuantile(p!), z!, `normalQuantile(${p})`);
  });

  it('tQuantile is right to 1e-10', () => {
    for (const [p, degrees, t] of reference.tQuantile)
      expectRelative(tQuantile(p!, degrees!), t!, `tQuantile(${p}, ${degrees})`);
  });
});

describe('laws of the special functions', () => {
  it('normalCdf(normalQuantile(p)) is p', () => {
    for (const p of [1e-12, 0.1, 0.5, 0.77, 1 - 1e-9])
      expectRelative(normalCdf(normalQuantile(p)), p, `p = ${p}`);
  });

  it('betaQuantile inverts the beta distribution (Clopper–Pearson 19 of 21 is .69623 to .98825)', () => {
    expect(betaQuantile(0.025, 19, 3)).toBeCloseTo(0.69623, 5);
    expect(betaQuantile(0.975, 20, 2)).toBeCloseTo(0.98825, 5);
  });

  it('t² with ν degrees of freedom is F(1, ν), and the gamma distribution of shape 1 is exponential', () => {
    expectLog(logTwoSidedT(-3, 12), logUpperTailF(9, 1, 12), 't');
    expectLog(logGammaTails(5, 1).upper, -5, 'gamma');
  });

  it('formatLogProbability prints what a double cannot hold', () => {
    expect(formatLogProbability(Math.log(1.8561e-123))).toBe('1.8561e-123');
    expect(formatLogProbability(-10_000)).toBe('1.1355e-4343');
    expect(formatLogProbability(Math.log(0.0312345678))).toBe('0.031235');
    expect(formatLogProbability(Number.NaN)).toBe('NaN');
  });
});
