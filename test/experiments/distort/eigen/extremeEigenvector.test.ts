import { Matrix, SVD } from 'ml-matrix';
import { expect, test } from 'vitest';
import { createRandom } from '../../../../src/base/random.ts';
import { extremeEigenvector } from '../../../../src/experiments/distort/eigen/extremeEigenvector.ts';
import { unitLength } from '../../../../src/experiments/distort/vectors.ts';
import { expectAllClose } from '../../../expectAllClose.ts';

const random = createRandom(3);
const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());
/** Orthonormal columns. */
const axes = new SVD(new Matrix(Array.from({ length: 8 }, () => [...normals(8)]))).leftSingularVectors;
const matrixOf = (eigenvalues: readonly number[]) =>
  axes.mmul(Matrix.diag([...eigenvalues])).mmul(axes.transpose());
const productsWith = (matrix: Matrix) => async (vector: Float32Array) =>
  Float32Array.from(matrix.mmul(Matrix.columnVector([...vector])).to1DArray());
const start = unitLength(normals(8));
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

test('extremeEigenvector finds the largest and the smallest eigenvector', async () => {
  const multiply = productsWith(matrixOf([3, 9, 5, 0.4, 2, 7, 1.5, 4]));
  const largest = await extremeEigenvector(multiply, start, { ...exact, end: 'largest' });
  expectAllClose([largest.value], [9], { rtol: 1e-5, atol: 0 });
  upToSign(largest.vector, axis(1));
  const smallest = await extremeEigenvector(multiply, start, {
    ...exact,
    end: 'smallest',
    largest: largest.value,
  });
  expectAllClose([smallest.value], [0.4], { rtol: 1e-4, atol: 0 });
  upToSign(smallest.vector, axis(3));
  expect([largest.isConverged, smallest.isConverged]).toEqual([true, true]);
});

test('extremeEigenvector goes on from where it stopped, and says when it did not get there', async () => {
  const multiply = productsWith(matrixOf([3, 9, 5, 0.4, 2, 8.5, 1.5, 4]));
  const options = { ...exact, end: 'smallest', largest: 9, tolerance: 1e-9 } as const;
  const whole = await extremeEigenvector(multiply, start, { ...options, iterations: 6 });
  expect([whole.iterations, whole.isConverged]).toEqual([6, false]);
  const stopped = await extremeEigenvector(multiply, start, { ...options, iterations: 3 });
  const told: number[] = [];
  const resumed = await extremeEigenvector(multiply, stopped, {
    ...{ ...options, iterations: 6 },
    onStep: ({ iterations }) => told.push(iterations),
  });
  expect(told).toEqual([4, 5, 6]);
  expect(resumed).toEqual(whole);
});

test('extremeEigenvector finds the smallest of a thousandfold range in few steps, where power iteration would take thousands', async () => {
  const values = [0.01, 0.5, 1, 2, 3, 5, 8, 10];
  const multiply = productsWith(matrixOf(values));
  const options = { end: 'smallest', tolerance: 5e-4, iterations: 40, largest: 10 } as const;
  const { value, vector, isConverged } = await extremeEigenvector(multiply, start, options);
  expect(isConverged).toBe(true);
  expectAllClose([value], [0.01], { rtol: 1e-3, atol: 0 });
  upToSign(vector, axis(0));
});

test('extremeEigenvector takes a vector without any effect for the smallest', async () => {
  const multiply = productsWith(matrixOf([3, 9, 5, 0, 2, 7, 1.5, 4]));
  const { value, isConverged } = await extremeEigenvector(multiply, start, {
    ...exact,
    end: 'smallest',
    largest: 9,
  });
  expect(Math.abs(value)).toBeLessThan(1e-6);
  expect(isConverged).toBe(true);
});

test('extremeEigenvector has converged where the residual is within the tolerance of the value itself', async () => {
  const multiply = productsWith(matrixOf([3, 9, 5, 0.4, 2, 7, 1.5, 4]));
  const options = { end: 'smallest', tolerance: 0.01, iterations: 3000, largest: 9 } as const;
  const { value, residual, isConverged } = await extremeEigenvector(multiply, start, options);
  expect(isConverged).toBe(true);
  expect(9 * residual).toBeLessThanOrEqual(0.01 * value);
});
