import { inverseOfPositive } from '../../src/statistics/dense.ts';

/** A fitted readout. */
export interface RidgeReadout {
  /** Shape [features, classes]. */
  weights: Float32Array;
  /** Shape [classes]. */
  bias: Float32Array;
  penalty: number;
  /** Share of the excerpts that the fit without them names right. */
  looAccuracy: number;
}

const penalties = Array.from({ length: 12 }, (_, i) => 10 ** (i - 4));
const sharpnesses = Array.from({ length: 16 }, (_, i) => 2 ** (i / 2));

/**
 * Ridge regression of one-hot labels on standardized features; penalty by squared error of each excerpt left out, then the
 * factor on all logits that makes the left-out labels most probable.
 *
 * @param rows - Features of each excerpt.
 * @param labels - Class of each, from 0.
 */
export function fitRidgeReadout(
  rows: readonly Float32Array[],
  labels: readonly number[],
  classes: number,
): RidgeReadout {
  const { z, means, deviations } = standardized(rows);
  const gram = gramOf(z);
  const shares = Array.from(
    { length: classes },
    (_, c) => labels.filter((l) => l === c).length / rows.length,
  );
  const targets = labels.map((label) => shares.map((share, c) => (c === label ? 1 : 0) - share));
  const fits = penalties.map((penalty) => leaveOneOut(gram, targets, penalty));
  const best = fits.reduce((a, b) => (b.error < a.error ? b : a));
  const likelihood = (sharpness: number) =>
    best.predictions.reduce((sum, row, i) => {
      const logits = row.map((value, c) => sharpness * (value + shares[c]!));
      const top = Math.max(...logits);
      return sum + logits[labels[i]!]! - top - Math.log(logits.reduce((s, l) => s + Math.exp(l - top), 0));
    }, 0);
  const sharpness = sharpnesses.reduce((a, b) => (likelihood(b) > likelihood(a) ? b : a));
  const right = best.predictions.filter((row, i) => {
    const scores = row.map((value, c) => value + shares[c]!);
    return scores.indexOf(Math.max(...scores)) === labels[i];
  });
  const weights = new Float32Array(means.length * classes);
  const bias = Float32Array.from(shares, (share) => sharpness * share);
  for (let f = 0; f < means.length; f++)
    for (let c = 0; c < classes; c++) {
      let weight = 0;
      for (let i = 0; i < rows.length; i++) weight += (z[i]![f]! * best.dual[i]![c]!) / means.length;
      weights[f * classes + c] = (sharpness * weight) / deviations[f]!;
      bias[c]! -= weights[f * classes + c]! * means[f]!;
    }
  return { weights, bias, penalty: best.penalty, looAccuracy: right.length / rows.length };
}

function standardized(rows: readonly Float32Array[]) {
  const width = rows[0]!.length;
  const means = new Float64Array(width);
  const deviations = new Float64Array(width);
  for (const row of rows)
    row.forEach((value, f) => {
      means[f]! += value / rows.length;
    });
  for (const row of rows)
    row.forEach((value, f) => {
      deviations[f]! += (value - means[f]!) ** 2 / rows.length;
    });
  const scales = deviations.map((variance) => Math.sqrt(variance) || 1);
  return {
    ...{ means, deviations: scales },
    z: rows.map((row) => Float64Array.from(row, (value, f) => (value - means[f]!) / scales[f]!)),
  };
}

function gramOf(z: readonly Float64Array[]): Float64Array {
  const gram = new Float64Array(z.length ** 2);
  for (let i = 0; i < z.length; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let f = 0; f < z[i]!.length; f++) sum += z[i]![f]! * z[j]![f]!;
      gram[i * z.length + j] = gram[j * z.length + i] = sum / z[i]!.length;
    }
  return gram;
}

/** Ridge in its dual form; predictions of each row by the fit to all others. */
function leaveOneOut(gram: Float64Array, targets: readonly number[][], penalty: number) {
  const n = targets.length;
  const inverse = inverseOfPositive(
    gram.map((value, i) => (i % (n + 1) === 0 ? value + penalty : value)),
    n,
  )!;
  const dual = targets.map((_, i) =>
    targets[0]!.map((_, c) => targets.reduce((sum, target, j) => sum + inverse[i * n + j]! * target[c]!, 0)),
  );
  const predictions = targets.map((target, i) =>
    target.map((value, c) => value - dual[i]![c]! / inverse[i * n + i]!),
  );
  const error = predictions.reduce(
    (sum, row, i) => sum + row.reduce((s, value, c) => s + (value - targets[i]![c]!) ** 2, 0),
    0,
  );
  return { penalty, error, predictions, dual };
}
