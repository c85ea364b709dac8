import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { fitLinearDiscriminant } from '../../../src/corpus/excerpts/linearDiscriminant.ts';

/** Correlated Gaussian vectors around a mean: covariance [[1, 0.8], [0.8, 1]]. */
function gaussians(count: number, mean: readonly [number, number], seed: number): [number, number][] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const [a, b] = [random.normal(), random.normal()];
    return [mean[0] + a, mean[1] + 0.8 * a + 0.6 * b];
  });
}

test('fitLinearDiscriminant errs as often as theory says: Φ(−Δ/2) with Δ the Mahalanobis distance of the means', () => {
  const means: [number, number][] = [
    [0, 0],
    [1, -1],
  ];
  const train = means.flatMap((mean, i) => gaussians(4000, mean, 1 + i));
  const predict = fitLinearDiscriminant(
    train,
    train.map((_, i) => (i < 4000 ? 'a' : 'b')),
  );
  const right = means.map((mean, i) => {
    const tested = gaussians(4000, mean, 11 + i);
    return tested.filter((vector) => predict(vector) === 'ab'[i]).length / 4000;
  });
  // Δ² = dᵀ Σ⁻¹ d with d = (1, −1): 2 / (1 − 0.8) = 10; Φ(−√10 / 2) = 0.0569.
  expect((right[0]! + right[1]!) / 2).toBeCloseTo(1 - 0.0569, 2);
});
