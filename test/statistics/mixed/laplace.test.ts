import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { crossedLevels, factorialEffects, type MixedDesign } from '../../../src/statistics/mixed/design.ts';
import { fitMixedModel } from '../../../src/statistics/mixed/fit.ts';
import { laplaceDeviance } from '../../../src/statistics/mixed/laplace.ts';
import { factorPattern } from '../../../src/statistics/mixed/pattern.ts';
import {
  factorInPlace,
  inverseOnPattern,
  solveInPlace,
  zeroValues,
} from '../../../src/statistics/mixed/sparseCholesky.ts';
import { designOf, referenceFits } from './referenceDesigns.ts';

test('laplaceDeviance has the gradient that central differences give, a term at zero included', () => {
  const laplace = laplaceDeviance(designOf(referenceFits['missing cells']!));
  const point = Float64Array.of(0.7, 0, -0.4, 0.5, 0.4, -0.3, -1, 0.2, 0.4, 0.9);
  const { gradient } = laplace.evaluate(point);
  point.forEach((_, i) => {
    const at = (shift: number) =>
      laplace.deviance(point.map((value, k) => (k === i ? value + shift : value)));
    const difference = (at(1e-4) - at(-1e-4)) / 2e-4;
    expect(Math.abs(gradient[i]! - difference)).toBeLessThan(2e-5 * Math.max(1, Math.abs(difference)));
  });
});

test('factorInPlace, solveInPlace and inverseOnPattern agree on a crossed design', () => {
  const random = createRandom(5);
  const levels = (count: number) => Int32Array.from({ length: 60 }, () => random.integer(count));
  const [listener, source] = [levels(5), levels(9)];
  listener[3] = -1;
  const pattern = factorPattern(
    [[listener], [source], [listener, source]].map((codes) => ({ name: '', ...crossedLevels(codes) })),
    60,
  );
  const matrix = Array.from({ length: pattern.size }, (_, i) =>
    Float64Array.from({ length: pattern.size }, (_value, j) => Number(i === j)),
  );
  for (let row = 0; row < 60; row++)
    for (let a = 0; a < 3; a++)
      for (let b = 0; b < 3; b++) {
        const [i, j] = [pattern.effectOfRow[row * 3 + a]!, pattern.effectOfRow[row * 3 + b]!];
        if (i >= 0 && j >= 0) matrix[i]![j]! += 1;
      }
  const factor = zeroValues(pattern);
  factor.diagonal.set(matrix.map((row, i) => row[i]!));
  const at = (entry: number) => pattern.columnStart.findLastIndex((start) => start <= entry);
  factor.entries.set(pattern.rowOfEntry.map(() => 0));
  pattern.rowOfEntry.forEach((row, entry) => {
    factor.entries[entry] = matrix[row]![at(entry)]!;
  });
  const logDeterminant = factorInPlace(pattern, factor);
  const x = Float64Array.from({ length: pattern.size }, () => random.normal());
  const product = Float64Array.from(matrix, (row) => row.reduce((sum, value, j) => sum + value * x[j]!, 0));
  solveInPlace(pattern, factor, product);
  product.forEach((value, i) => {
    expect(value).toBeCloseTo(x[i]!, 10);
  });
  const inverse = inverseOnPattern(pattern, factor);
  pattern.rowOfEntry.forEach((row, entry) => {
    const unit = new Float64Array(pattern.size);
    unit[at(entry)] = 1;
    solveInPlace(pattern, factor, unit);
    expect(inverse.entries[entry]).toBeCloseTo(unit[row]!, 10);
  });
  expect(logDeterminant).toBeCloseTo(
    factor.diagonal.reduce((sum, value) => sum + 2 * Math.log(value), 0),
    10,
  );
});

/** Answers of listeners to sources at two levels. */
function answers(isRight: (listener: number, source: number, level: number) => number): MixedDesign {
  const rows = [...Array(10).keys()].flatMap((listener) =>
    [...Array(12).keys()].map((source) => ({ listener, source, level: (listener + source) % 2 })),
  );
  const column = (name: 'listener' | 'source' | 'level') => Int32Array.from(rows, (row) => row[name]);
  return {
    successes: Float64Array.from(rows, ({ listener, source, level }) => isRight(listener, source, level)),
    trials: new Float64Array(rows.length).fill(1),
    fixed: factorialEffects({ levels: ['easy', 'hard'], levelOfRow: column('level') }),
    random: [
      { name: 'listener', levels: 10, levelOfRow: column('listener') },
      { name: 'source', levels: 12, levelOfRow: column('source') },
    ],
  };
}

test('fitMixedModel says which terms have no variance', () => {
  // Each listener gets the same share right, spread over the sources alike: less variance than chance makes.
  const fit = fitMixedModel(answers((listener, source) => Number((listener + 2 * source) % 3 === 0)));
  expect(fit.converged).toBe(true);
  expect(fit.singular).toEqual(['listener', 'source']);
  expect(fit.random.every(({ standardDeviation }) => standardDeviation < 1e-3)).toBe(true);
});

test('fitMixedModel names effects that run away because a level is all right', () => {
  const fit = fitMixedModel(
    answers((listener, source, level) => (level === 0 ? 1 : Number((listener * source) % 3 === 0))),
  );
  expect(fit.separated).toEqual(['(Intercept)', 'hard']);
});

test('fitMixedModel of binomial counts has the likelihood of single answers and the binomial coefficients', () => {
  const single = answers((listener, source) => Number((listener * source) % 3 === 0));
  const paired: MixedDesign = {
    ...single,
    successes: single.successes.map((right) => 2 * right),
    trials: single.trials.map(() => 2),
  };
  const doubled: MixedDesign = {
    successes: Float64Array.of(...single.successes, ...single.successes),
    trials: Float64Array.of(...single.trials, ...single.trials),
    fixed: {
      ...single.fixed,
      cellOfRow: Int32Array.of(...single.fixed.cellOfRow, ...single.fixed.cellOfRow),
    },
    random: single.random.map((term) => ({
      ...term,
      levelOfRow: Int32Array.of(...term.levelOfRow, ...term.levelOfRow),
    })),
  };
  expect(fitMixedModel(paired).logLikelihood).toBeCloseTo(fitMixedModel(doubled).logLikelihood, 6);
});
