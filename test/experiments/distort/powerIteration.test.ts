import { Matrix, SVD } from 'ml-matrix';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { powerIteration, unitLength } from '../../../src/experiments/distort/powerIteration.ts';
import { expectAllClose } from '../../expectAllClose.ts';

const random = createRandom(3);
const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());
/** Orthonormal columns. */
const axes = new SVD(new Matrix(Array.from({ length: 8 }, () => [...normals(8)]))).leftSingularVectors;
const matrixOf = (eigenvalues: readonly number[]) =>
  axes.mmul(Matrix.diag([...eigenvalues])).mmul(axes.transpose());
const productsWith = (matrix: Matrix) => async (vector: Float32Array) =>
  Float32Array.from(matrix.mmul(Matrix.columnVector([...vector])).to1DArray());
const start = { vector: unitLength(normals(8)), iterations: 0 };
const exact = { tolerance: 1e-6, iterations: 3000 };
const axis = (k: number) => axes.getColumn(k);
const upToSign = (vector: Float32Array, expected: number[]) => {
  const along = expected.reduce((sum, value, i) => sum + value * vector[i]!, 0);
  expectAllClose(
    vector,
    expected.map((value) => Math.sign(along) * value),
    { rtol: 0, atol: 1e-4 },
  );
};

test('powerIteration finds the largest and, on the shifted matrix, the smallest eigenvector', async () => {
  const multiply = productsWith(matrixOf([3, 9, 5, 0.4, 2, 7, 1.5, 4]));
  const largest = await powerIteration(multiply, start, exact);
  expectAllClose([largest.value], [9], { rtol: 1e-5, atol: 0 });
  upToSign(largest.vector, axis(1));
  const smallest = await powerIteration(multiply, start, { ...exact, largest: largest.value });
  expectAllClose([smallest.value], [0.4], { rtol: 1e-4, atol: 0 });
  upToSign(smallest.vector, axis(3));
  expect([largest.isConverged, smallest.isConverged]).toEqual([true, true]);
});

test('powerIteration goes on from where it stopped, and says when it did not get there', async () => {
  const multiply = productsWith(matrixOf([3, 9, 5, 0.4, 2, 8.5, 1.5, 4]));
  const whole = await powerIteration(multiply, start, { ...exact, iterations: 20 });
  expect(whole.isConverged).toBe(false);
  const next: Float32Array[] = [];
  await powerIteration(multiply, start, {
    ...exact,
    iterations: 8,
    onStep: ({ vector }) => next.push(vector),
  });
  const resumed = await powerIteration(
    multiply,
    { vector: next.at(-1)!, iterations: 7 },
    { ...exact, iterations: 20 },
  );
  expect(resumed.iterations).toBe(20);
  expect(resumed).toEqual(whole);
});

test('powerIteration takes a vector without any effect for the smallest', async () => {
  const multiply = productsWith(matrixOf([3, 9, 5, 0, 2, 7, 1.5, 4]));
  const { value, isConverged } = await powerIteration(multiply, start, { ...exact, largest: 9 });
  expect(Math.abs(value)).toBeLessThan(1e-6);
  expect(isConverged).toBe(true);
});

test('powerIteration has converged where the residual is within the tolerance of the value itself', async () => {
  const multiply = productsWith(matrixOf([3, 9, 5, 0.4, 2, 7, 1.5, 4]));
  const options = { tolerance: 0.01, iterations: 3000, largest: 9 };
  const { value, residual, isConverged } = await powerIteration(multiply, start, options);
  expect(isConverged).toBe(true);
  expect(9 * residual).toBeLessThanOrEqual(0.01 * value);
});
