/** Relative size of what a penalty beyond the eigenvalues still changes: below it another penalty predicts the same. */
const negligible = 1e-9;

/** Penalties of the published analyses: 10^−50 … 10^49. */
export const publishedPenalties: readonly number[] = Array.from({ length: 100 }, (_, i) => 10 ** (i - 50));

/**
 * The penalties among which a choice can make a difference: far below the least eigenvalue all predict alike, and far
 * above the largest all predict the same up to a factor, which no correlation sees. One of each kind stays.
 *
 * @param penalties - Ascending.
 * @param eigenvalues - Of the centered Gram matrix, shape [n].
 * @returns A stretch of the penalties.
 */
export function distinctPenalties(penalties: readonly number[], eigenvalues: Float64Array): number[] {
  const largest = eigenvalues.reduce((a, b) => Math.max(a, b), 0);
  const positive = eigenvalues.filter((value) => value > largest * eigenvalues.length * Number.EPSILON);
  const least = positive.reduce((a, b) => Math.min(a, b), largest);
  const low = penalties.findLastIndex((penalty) => penalty < least * negligible);
  const high = penalties.findIndex((penalty) => penalty > largest / negligible);
  return penalties.slice(Math.max(0, low), high < 0 ? penalties.length : high + 1);
}

/**
 * Shrinkage of each eigenvector's coefficient at a penalty: 1 / (λ + α); the mean's direction, which the intercept takes,
 * has none.
 *
 * @param eigenvalues - Shape [n].
 * @param vectors - Shape [n, n], columns.
 * @param penalty - α, > 0.
 * @returns Shape [n].
 */
export function shrinkage(eigenvalues: Float64Array, vectors: Float64Array, penalty: number): Float64Array {
  const weights = eigenvalues.map((value) => 1 / (value + penalty));
  weights[interceptColumn(vectors, eigenvalues.length)] = 0;
  return weights;
}

/** The eigenvector nearest to the mean's direction, in which centered sounds do not vary. */
function interceptColumn(vectors: Float64Array, n: number): number {
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) sums[k]! += vectors[i * n + k]!;
  const sizes = sums.map(Math.abs);
  return sizes.indexOf(Math.max(...sizes));
}
