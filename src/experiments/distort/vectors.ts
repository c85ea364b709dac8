/**
 * Inner product, summed in double precision.
 *
 * @param a - Any length.
 * @param b - The same length.
 */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/**
 * Euclidean norm.
 *
 * @param values - Any length.
 */
export function norm(values: Float32Array): number {
  return Math.sqrt(dot(values, values));
}

/**
 * A weighted sum of vectors, rounded once.
 *
 * @param vectors - Of one length, at least one.
 * @param weights - Factor of each vector, in their order.
 */
export function mixed(vectors: readonly Float32Array[], weights: readonly number[]): Float32Array {
  return vectors[0]!.map((_, i) => vectors.reduce((sum, vector, k) => sum + weights[k]! * vector[i]!, 0));
}

/**
 * A vector scaled to unit length.
 *
 * @param vector - Not 0.
 */
export function unitLength(vector: Float32Array): Float32Array {
  const length = norm(vector);
  return vector.map((value) => value / length);
}
