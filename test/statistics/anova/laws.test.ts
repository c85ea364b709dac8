import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { analyzeVariance } from '../../../src/statistics/anova/anova.ts';
import type { Design } from '../../../src/statistics/anova/design.ts';

/** A design with equal groups of random numbers. */
function randomDesign(seed: number, groups: number, perGroup: number, levels: readonly number[]): Design {
  const random = createRandom(seed);
  const units = groups * perGroup;
  const cells = levels.reduce((product, count) => product * count, 1);
  const names = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  return {
    withinFactors: levels.map((count, i) => ({ name: `w${i}`, levels: names(count, 'l') })),
    ...(groups > 1
      ? {
          between: {
            name: 'g',
            levels: names(groups, 'g'),
            groupOfUnit: Int32Array.from({ length: units }, (_, i) => i % groups),
          },
        }
      : {}),
    units: names(units, 'p'),
    values: Float64Array.from({ length: units * cells }, () => 3 + random.normal()),
  };
}

const designs = fc.record({
  seed: fc.nat(1e6),
  groups: fc.integer({ min: 1, max: 4 }),
  perGroup: fc.integer({ min: 2, max: 6 }),
  levels: fc.array(fc.integer({ min: 2, max: 5 }), { minLength: 1, maxLength: 3 }),
});

describe('analyzeVariance on any balanced design', () => {
  it('splits the sum of squares without remainder', () => {
    fc.assert(
      fc.property(designs, ({ seed, groups, perGroup, levels }) => {
        const design = randomDesign(seed, groups, perGroup, levels);
        const effects = Object.entries(analyzeVariance(design));
        let sum = 0;
        for (const [key, effect] of effects) {
          sum += effect.sumOfSquares;
          // An error term stands with its within effect and again with its interaction: count it once
          if (!key.startsWith('between')) sum += effect.errorSumOfSquares;
        }
        const total = design.values.reduce((squares, value) => squares + value * value, 0);
        expect(sum / total).toBeCloseTo(1, 10);
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  it('keeps every ε between its lower bound and 1, and p within 0 and 1', () => {
    fc.assert(
      fc.property(designs, ({ seed, groups, perGroup, levels }) => {
        const table = analyzeVariance(randomDesign(seed, groups, perGroup, levels));
        for (const effect of Object.values(table)) {
          const contrasts = effect.errorDegreesOfFreedom / (groups * perGroup - groups);
          expect(effect.epsilonGreenhouseGeisser).toBeGreaterThanOrEqual(1 / contrasts - 1e-12);
          expect(effect.epsilonGreenhouseGeisser).toBeLessThanOrEqual(1 + 1e-12);
          expect(effect.epsilonHuynhFeldt).toBeLessThanOrEqual(1);
          for (const p of [effect.p, effect.pGreenhouseGeisser, effect.pHuynhFeldt, effect.pLowerBound]) {
            expect(p).toBeGreaterThan(0);
            expect(p).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('does not change when all numbers are shifted and scaled, but for the intercept', () => {
    const design = randomDesign(8, 2, 5, [4]);
    const moved = { ...design, values: design.values.map((value) => 7 - 2 * value) };
    const [one, two] = [analyzeVariance(design), analyzeVariance(moved)];
    for (const key of ['between', 'within', 'between:within'])
      expect(two[key]!.f).toBeCloseTo(one[key]!.f, 8);
  });
});

describe('analyzeVariance with permutations', () => {
  it('tells how many are done, over all effects, in steps of a hundred', () => {
    const told: [number, number][] = [];
    analyzeVariance(randomDesign(1, 2, 3, [3]), {
      ...{ count: 250, random: createRandom(1) },
      onProgress: (...of) => told.push(of),
    });
    expect(told).toEqual([0, 100, 200, 250, 350, 450].map((done) => [done, 500]));
  });
});
