import { runGraph } from '../../engine/runGraph.ts';
import type { OnnxModel, OnnxNode } from '../../formats/onnx/writeOnnx.ts';

/** Shapes of one call: penalties, training sounds, responses. */
export interface LooShape {
  penalties: number;
  count: number;
  responses: number;
}

/** Mean squared leave-one-out error of every response at every penalty. */
export interface LooErrors {
  /**
   * Computes them.
   *
   * @param vectors - Eigenvectors, shape [n, n].
   * @param weights - Shrinkage of each eigenvector at each penalty, shape [penalties, n].
   * @param projected - Responses in the eigenvectors' basis, shape [n, responses].
   * @returns Shape [penalties, responses].
   */
  run(vectors: Float64Array, weights: Float64Array, projected: Float64Array): Promise<Float64Array>;
  release(): Promise<void>;
}

/**
 * Leave-one-out errors without refitting, in double precision: the residual of sound i is c_i / (G⁻¹)_ii with
 * c = Q diag(w) Qᵀy and G⁻¹ = Q diag(w) Qᵀ.
 *
 * @param shape - Sizes of each call.
 * @see Rifkin & Lippert (2007), Notes on regularized least squares, MIT-CSAIL-TR-2007-025.
 */
export async function createLooErrors({ penalties, count, responses }: LooShape): Promise<LooErrors> {
  const node = (opType: string, inputs: string[], output: string, attributes = {}): OnnxNode => ({
    ...{ opType, inputs, outputs: [output], attributes },
  });
  const shapes = {
    weights: [penalties, count, 1],
    vectors: [count, count],
    projected: [1, count, responses],
  };
  const model: OnnxModel = {
    // The axis over which the mean is taken: 1, little-endian.
    constants: [{ name: 'axis', type: 'int64', shape: [1], bytes: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0) }],
    inputs: Object.entries(shapes).map(([name, shape]) => ({ name, type: 'float64', shape })),
    outputs: [{ name: 'errors', type: 'float64', shape: [penalties, responses] }],
    nodes: [
      node('Mul', ['weights', 'projected'], 'shrunk'),
      node('MatMul', ['vectors', 'shrunk'], 'coefficients'),
      node('Mul', ['vectors', 'vectors'], 'squares'),
      node('MatMul', ['squares', 'weights'], 'diagonal'),
      node('Div', ['coefficients', 'diagonal'], 'residuals'),
      node('Mul', ['residuals', 'residuals'], 'squaredResiduals'),
      node('ReduceMean', ['squaredResiduals', 'axis'], 'errors', { keepdims: 0 }),
    ],
  };
  const program = await runGraph(model);
  return {
    async run(vectors, weights, projected) {
      const { errors } = await program.run({ vectors, weights, projected });
      return errors as Float64Array;
    },
    release: program.release,
  };
}
