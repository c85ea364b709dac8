import type { GramDecomposition } from './gramDecomposition.ts';
import { createLooErrors } from './looErrors.ts';
import { distinctPenalties, shrinkage } from './penalties.ts';

/** Responses of the training sounds. */
export interface TrainingResponses {
  /** Shape [n, responses], row-major. */
  values: Float64Array;
  /** Number of responses. */
  responses: number;
}

/** What ridge regression makes of held-out sounds. */
export interface RidgePredictions {
  /** Shape [held out, responses]. */
  predictions: Float64Array;
  /** Penalty chosen for each response; shape [responses]. */
  penalties: Float64Array;
  /** Weight of each centered training sound in the readout; shape [n, responses]. */
  duals: Float64Array;
}

/** Responses in one run of the graph: its intermediate values are this times n times the penalties. */
const block = 1024;

/**
 * Ridge regression of many responses on the same features: each response gets the penalty of its least leave-one-out error
 * among the training sounds, then predicts the held-out ones.
 *
 * @param gram - The features, decomposed.
 * @param training - Responses of the training sounds; each is predicted on its own.
 * @param penalties - To choose from, ascending.
 * @returns Predictions and penalties.
 * @see Hoerl & Kennard (1970), Technometrics 12, 55–67. The choice is scikit-learn's `RidgeCV(alphas, alpha_per_target)`.
 */
export async function ridgePredictions(
  gram: GramDecomposition,
  { values, responses }: TrainingResponses,
  penalties: readonly number[],
): Promise<RidgePredictions> {
  const { count, eigenvalues, vectors } = gram;
  const candidates = distinctPenalties(penalties, eigenvalues);
  const weights = candidates.map((penalty) => shrinkage(eigenvalues, vectors, penalty));
  const joined = Float64Array.from(weights.flatMap((each) => [...each]));
  const means = columnMeans(values, count, responses);
  const chosen = new Float64Array(responses);
  const predictions = new Float64Array(gram.heldOut * responses);
  const duals = new Float64Array(count * responses);
  const width = Math.min(block, responses);
  const errors = await createLooErrors({ penalties: candidates.length, count, responses: width });
  try {
    for (let first = 0; first < responses; first += width) {
      const projected = project(
        gram,
        centeredBlock(values, means, { first, width, responses, count }),
        width,
      );
      const squared = await errors.run(vectors, joined, projected);
      for (let r = 0; r < width && first + r < responses; r++) {
        const best = leastIn(squared, r, { width, rows: candidates.length });
        chosen[first + r] = candidates[best]!;
        predictInto({ predictions, duals }, gram, {
          ...{ weights: weights[best]!, projected, column: r, width },
          ...{ mean: means[first + r]!, response: first + r, responses },
        });
      }
    }
  } finally {
    await errors.release();
  }
  return { predictions, penalties: chosen, duals };
}

function columnMeans(values: Float64Array, count: number, responses: number): Float64Array {
  const means = new Float64Array(responses);
  for (let i = 0; i < count; i++)
    for (let r = 0; r < responses; r++) means[r]! += values[i * responses + r]! / count;
  return means;
}

/** Centered responses from `first` on; columns beyond the last are zero. */
function centeredBlock(
  values: Float64Array,
  means: Float64Array,
  { first, width, responses, count }: { first: number; width: number; responses: number; count: number },
): Float64Array {
  const centered = new Float64Array(count * width);
  const filled = Math.min(width, responses - first);
  for (let i = 0; i < count; i++)
    for (let r = 0; r < filled; r++)
      centered[i * width + r] = values[i * responses + first + r]! - means[first + r]!;
  return centered;
}

/** Qᵀy. */
function project({ count, vectors }: GramDecomposition, centered: Float64Array, width: number): Float64Array {
  const projected = new Float64Array(count * width);
  for (let i = 0; i < count; i++)
    for (let k = 0; k < count; k++) {
      const weight = vectors[i * count + k]!;
      for (let r = 0; r < width; r++) projected[k * width + r]! += weight * centered[i * width + r]!;
    }
  return projected;
}

/** Row of a column's least value, the first of equal ones. */
function leastIn(
  values: Float64Array,
  column: number,
  { width, rows }: { width: number; rows: number },
): number {
  let best = 0;
  for (let row = 1; row < rows; row++)
    if (values[row * width + column]! < values[best * width + column]!) best = row;
  return best;
}

/** Writes one response's weights of the sounds, Q diag(w) Qᵀy, and its predictions: K times these + mean. */
function predictInto(
  { predictions, duals }: Pick<RidgePredictions, 'predictions' | 'duals'>,
  { count, vectors, cross, heldOut }: GramDecomposition,
  of: {
    weights: Float64Array;
    projected: Float64Array;
    column: number;
    width: number;
    mean: number;
    response: number;
    responses: number;
  },
): void {
  const shrunk = of.weights.map((weight, k) => weight * of.projected[k * of.width + of.column]!);
  const dual = new Float64Array(count);
  for (let i = 0; i < count; i++)
    for (let k = 0; k < count; k++) dual[i]! += vectors[i * count + k]! * shrunk[k]!;
  for (let i = 0; i < count; i++) duals[i * of.responses + of.response] = dual[i]!;
  for (let t = 0; t < heldOut; t++) {
    let sum = of.mean;
    for (let i = 0; i < count; i++) sum += cross[t * count + i]! * dual[i]!;
    predictions[t * of.responses + of.response] = sum;
  }
}
