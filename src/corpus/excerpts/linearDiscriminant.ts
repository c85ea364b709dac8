/**
 * Fits Fisher's linear discriminant with equal priors and one covariance for all classes (ridge: 1 % of its trace).
 *
 * @param features - One vector an example.
 * @param labels - Class of each.
 * @returns A function from a vector to the class whose mean is nearest in Mahalanobis distance.
 */
export function fitLinearDiscriminant(
  features: readonly (readonly number[])[],
  labels: readonly string[],
): (vector: readonly number[]) => string {
  const means = classMeans(features, labels);
  const size = features[0]!.length;
  const covariance = Array.from({ length: size }, () => new Float64Array(size));
  for (const [index, vector] of features.entries()) {
    const mean = means.get(labels[index]!)!;
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++)
        covariance[i]![j]! += ((vector[i]! - mean[i]!) * (vector[j]! - mean[j]!)) / features.length;
  }
  const trace = covariance.reduce((sum, row, i) => sum + row[i]!, 0);
  for (let i = 0; i < size; i++) covariance[i]![i]! += (0.01 * trace) / size;
  // Nearest mean: largest x·w − ½ m·w with w the solution of covariance · w = m.
  const classes = [...means].map(([label, mean]) => {
    const weights = solve(covariance, mean);
    return { label, weights, offset: -0.5 * dot(mean, weights) };
  });
  return (vector) => {
    const scores = classes.map(({ weights, offset }) => dot(vector, weights) + offset);
    return classes[scores.indexOf(Math.max(...scores))]!.label;
  };
}

function classMeans(
  features: readonly (readonly number[])[],
  labels: readonly string[],
): Map<string, number[]> {
  const sums = new Map<string, { sum: number[]; count: number }>();
  for (const [index, vector] of features.entries()) {
    const known = sums.get(labels[index]!) ?? { sum: vector.map(() => 0), count: 0 };
    for (let i = 0; i < vector.length; i++) known.sum[i]! += vector[i]!;
    known.count++;
    sums.set(labels[index]!, known);
  }
  return new Map([...sums].map(([label, { sum, count }]) => [label, sum.map((value) => value / count)]));
}

/** Gaussian elimination; the matrix is symmetric and positive definite, so no pivoting is needed. */
function solve(matrix: readonly Float64Array[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (let i = 0; i < rows.length; i++)
    for (let k = i + 1; k < rows.length; k++) {
      const factor = rows[k]![i]! / rows[i]![i]!;
      for (let j = i; j <= rows.length; j++) rows[k]![j]! -= factor * rows[i]![j]!;
    }
  const solution = right.map(() => 0);
  for (let i = rows.length - 1; i >= 0; i--) {
    let rest = rows[i]![rows.length]!;
    for (let j = i + 1; j < rows.length; j++) rest -= rows[i]![j]! * solution[j]!;
    solution[i] = rest / rows[i]![i]!;
  }
  return solution;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
