/** A symmetric matrix without negative eigenvalues, as products with vectors. */
export type Products = (vector: Float32Array) => Promise<Float32Array>;

/** The ends of the spectrum. */
export const eigenEnds = ['largest', 'smallest'] as const;
/** One of them. */
export type EigenEnd = (typeof eigenEnds)[number];

/** An eigenvector on the way. */
export interface EigenEstimate {
  /** Rayleigh quotient of the vector, in units of the matrix. */
  value: number;
  /** Unit length. */
  vector: Float32Array;
  /** Products taken. */
  iterations: number;
  /** ‖Fv − value·v‖ over the largest eigenvalue: the eigenvalue is known to its square, the vector to it over the gap. */
  residual: number;
  isConverged: boolean;
}

/** When an iteration ends. */
export interface PowerIterationOptions {
  /** Of ‖Fv − λv‖, over λ. */
  tolerance: number;
  /** Most products with the matrix. */
  iterations: number;
  /** The largest eigenvalue, where the smallest is looked for. */
  largest?: number;
  /** Is told of each step; it may throw to stop. */
  onStep?: (estimate: EigenEstimate) => void;
}

/** Below this share of the largest eigenvalue, single precision does not tell a value from zero. */
const precision = 1e-7;

/**
 * Eigenvector of the largest eigenvalue by power iteration; with `largest`, that of the smallest by the same on
 * largest·I − F.
 *
 * @param multiply - Products with F.
 * @param from - Where to begin: a vector of unit length, and products taken before.
 * @param options - Tolerance, most products, progress.
 * @see Berardino, Ballé, Laparra & Simoncelli (2017), NIPS 30.
 */
export async function powerIteration(
  multiply: Products,
  from: Pick<EigenEstimate, 'vector' | 'iterations'>,
  options: PowerIterationOptions,
): Promise<EigenEstimate> {
  const { tolerance, iterations: most, largest, onStep } = options;
  let { vector } = from;
  for (let iterations = from.iterations + 1; ; iterations++) {
    const product = await multiply(vector);
    const value = dot(vector, product);
    const scale = largest ?? value;
    const away = Math.sqrt(product.reduce((sum, each, i) => sum + (each - value * vector[i]!) ** 2, 0));
    const isZero = value <= precision * scale;
    const isConverged = isZero || away <= tolerance * value;
    const estimate = { value, vector, iterations, residual: scale === 0 ? 0 : away / scale, isConverged };
    onStep?.(estimate);
    if (isConverged || iterations >= most) return estimate;
    vector = unitLength(
      largest === undefined ? product : product.map((each, i) => largest * vector[i]! - each),
    );
  }
}

/**
 * A vector scaled to unit length.
 *
 * @param vector - Not 0.
 */
export function unitLength(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
