import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decomposeGram } from '../../../src/experiments/brain/gramDecomposition.ts';
import { publishedPenalties } from '../../../src/experiments/brain/penalties.ts';
import { ridgePredictions } from '../../../src/experiments/brain/ridgePredictions.ts';
import { pearson } from '../../../src/statistics/estimates/correlation.ts';
import { expectAllClose } from '../../expectAllClose.ts';

interface Oracle {
  features: number[][];
  responses: number[][];
  train: number[];
  test: number[];
  cases: { alpha: number; predictions: number[] }[];
}

const oracle = JSON.parse(
  readFileSync(new URL('../../reference/ridge.json', import.meta.url), 'utf8'),
) as Oracle;

test('ridgePredictions are those of scikit-learn’s RidgeCV, response by response', async () => {
  const gram = decomposeGram(Float64Array.from(oracle.features.flat()), oracle.features[0]!.length, oracle);
  const training = Float64Array.from(oracle.train.flatMap((sound) => oracle.responses[sound]!));
  const responses = oracle.cases.length;
  const { predictions, penalties } = await ridgePredictions(
    gram,
    { values: training, responses },
    publishedPenalties,
  );
  for (const [r, { alpha, predictions: expected }] of oracle.cases.entries()) {
    const ours = oracle.test.map((_, t) => predictions[t * responses + r]!);
    // Beyond the eigenvalues penalties differ in nothing but a factor, which no correlation sees.
    if (alpha < 1e8 && alpha > 1e-8) expect(penalties[r]! / alpha).toBeCloseTo(1, 12);
    if (alpha < 1e8) expectAllClose(ours, expected, { rtol: 1e-6, atol: 1e-6 });
    const squared = (values: readonly number[]) =>
      pearson(
        values,
        oracle.test.map((sound) => oracle.responses[sound]![r]!),
      ) ** 2;
    // Where nothing is predicted, the oracle's largest penalties leave one number for all sounds.
    if (alpha < 1e10) expect(squared(ours)).toBeCloseTo(squared(expected), 6);
  }
});
