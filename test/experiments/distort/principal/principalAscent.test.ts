import { EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix';
import { expect, test } from 'vitest';
import { createRandom } from '../../../../src/base/random.ts';
import type { Products } from '../../../../src/experiments/distort/eigen/extremeEigenvector.ts';
import { principalAscent } from '../../../../src/experiments/distort/principal/principalAscent.ts';
import { unitLength } from '../../../../src/experiments/distort/vectors.ts';
import { expectAllClose } from '../../../expectAllClose.ts';

const random = createRandom(11);
const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());
const size = 7;
const metric = () => {
  const factor = new Matrix(Array.from({ length: size + 2 }, () => [...normals(size)]));
  return factor.transpose().mmul(factor).add(Matrix.eye(size).mul(0.1));
};
const productsWith =
  (matrix: Matrix): Products =>
  async (vector) =>
    Float32Array.from(matrix.mmul(Matrix.columnVector([...vector])).to1DArray());
const start = () => [unitLength(normals(size)), unitLength(normals(size))] as const;
const exact = { tolerance: 1e-5, iterations: 500 };

test('principalAscent of two observers ends at the extreme generalized eigenvectors', async () => {
  const [a, b] = [metric(), metric()];
  const found = await principalAscent([a, b].map(productsWith), start(), exact);
  expect(found.isConverged).toBe(true);
  // Eigenvalues of B⁻¹A are the quotients vᵀAv / vᵀBv that are stationary.
  const { realEigenvalues } = new EigenvalueDecomposition(inverse(b).mmul(a));
  const range = Math.log(Math.max(...realEigenvalues) / Math.min(...realEigenvalues));
  expectAllClose([found.variance], [(range / 2) ** 2], { rtol: 1e-4, atol: 0 });
});

test('principalAscent pulls observers apart that agree about where it begins', async () => {
  const [a, b] = [Matrix.diag([1, 1, 4]), Matrix.diag([1, 1, 2])];
  const begin = [unitLength(Float32Array.of(1, 0, 1e-3)), Float32Array.of(0, 1, 0)] as const;
  const { variance } = await principalAscent([a, b].map(productsWith), begin, exact);
  expectAllClose([variance], [(Math.log(2) / 2) ** 2], { rtol: 1e-4, atol: 0 });
});

test('principalAscent goes on from where it stopped, to the same bits, and says when it did not get there', async () => {
  const observers = [metric(), metric(), metric()].map(productsWith);
  const begin = start();
  const whole = await principalAscent(observers, begin, { ...exact, iterations: 6 });
  expect([whole.iterations, whole.isConverged]).toEqual([6, false]);
  const stopped = await principalAscent(observers, begin, { ...exact, iterations: 2 });
  const variances: number[] = [];
  const resumed = await principalAscent(observers, stopped, {
    ...{ ...exact, iterations: 6 },
    onStep: ({ variance }) => variances.push(variance),
  });
  expect(resumed).toEqual(whole);
  expect(variances).toHaveLength(4);
  expect(variances).toEqual([...variances].sort((x, y) => x - y));
});
