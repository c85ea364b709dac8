/**
 * Inverse of a symmetric positive definite matrix, by its Cholesky factor.
 *
 * @param matrix - Shape [size, size].
 * @param size - Rows.
 * @returns The inverse; undefined when the matrix is not positive definite to rounding.
 */
export function inverseOfPositive(matrix: Float64Array, size: number): Float64Array | undefined {
  const lower = choleskyOf(matrix, size);
  if (!lower) return undefined;
  const inverse = new Float64Array(size * size);
  const x = new Float64Array(size);
  for (let column = 0; column < size; column++) {
    x.fill(0);
    x[column] = 1;
    for (let i = 0; i < size; i++) {
      for (let k = 0; k < i; k++) x[i]! -= lower[i * size + k]! * x[k]!;
      x[i]! /= lower[i * size + i]!;
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let k = i + 1; k < size; k++) x[i]! -= lower[k * size + i]! * x[k]!;
      x[i]! /= lower[i * size + i]!;
    }
    for (let i = 0; i < size; i++) inverse[i * size + column] = x[i]!;
  }
  return inverse;
}

function choleskyOf(matrix: Float64Array, size: number): Float64Array | undefined {
  const lower = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let sum = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * size + k]! * lower[j * size + k]!;
      if (i > j) lower[i * size + j] = sum / lower[j * size + j]!;
      else if (sum > 1e-12 * Math.abs(matrix[j * size + j]!)) lower[j * size + j] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return lower;
}

/**
 * Product of a symmetric matrix and a vector.
 *
 * @param matrix - Shape [length, length].
 * @param vector - Shape [length].
 */
export function timesVector(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  return Float64Array.from(vector, (_, i) => {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += matrix[i * size + j]! * vector[j]!;
    return sum;
  });
}

/**
 * Inner product.
 *
 * @param a - Any length.
 * @param b - The same length.
 */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
