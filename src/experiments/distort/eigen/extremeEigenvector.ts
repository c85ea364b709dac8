import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { dot, mixed, unitLength } from '../vectors.ts';

/** A symmetric matrix without negative eigenvalues, as products with vectors. */
export type Products = (vector: Float32Array) => Promise<Float32Array>;

/** The ends of the spectrum. */
export const eigenEnds = ['largest', 'smallest'] as const;
/** One of them. */
export type EigenEnd = (typeof eigenEnds)[number];

/** A direction with its product. */
interface Image {
  vector: Float32Array;
  product: Float32Array;
}

/** An eigenvector on the way. */
export interface EigenEstimate extends Image {
  /** Rayleigh quotient of the vector, in units of the matrix. */
  value: number;
  /** Steps taken. */
  iterations: number;
  /** ‖Fv − value·v‖ over the largest eigenvalue: the eigenvalue is known to its square, the vector to it over the gap. */
  residual: number;
  isConverged: boolean;
  /** The way of the last step. */
  way?: Image;
}

/** When a search ends. */
export interface ExtremeEigenvectorOptions {
  end: EigenEnd;
  /** Of ‖Fv − λv‖, over λ. */
  tolerance: number;
  /** Most steps; each takes two products with the matrix. */
  iterations: number;
  /** The largest eigenvalue, where the smallest is looked for. */
  largest?: number;
  /** Is told of each step; it may throw to stop. */
  onStep?: (estimate: EigenEstimate) => void;
}

/** Below this share of the largest eigenvalue, single precision does not tell a value from zero. */
const precision = 1e-7;

/**
 * Eigenvector of the largest or smallest eigenvalue: each step goes to the best direction among where it stands, where the
 * quotient rises or falls most, and the way of the step before.
 *
 * @param multiply - Products with F.
 * @param from - A vector of unit length to begin with, or an estimate to go on from, to the same bits.
 * @param options - End, tolerance, most steps, progress.
 * @see Knyazev (2001), SIAM J. Sci. Comput. 23, 517–541: locally optimal conjugate gradients. Power iteration, as in
 *   Berardino et al. (2017), takes as many steps as this one squared.
 */
export async function extremeEigenvector(
  multiply: Products,
  from: Float32Array | EigenEstimate,
  options: ExtremeEigenvectorOptions,
): Promise<EigenEstimate> {
  const estimate = (of: Image, iterations: number) => estimateOf(of, iterations, options);
  let current: EigenEstimate =
    from instanceof Float32Array ? estimate({ vector: from, product: await multiply(from) }, 0) : from;
  while (!current.isConverged && current.iterations < options.iterations) {
    const { vector, way } = await bestNearby(multiply, current, options.end);
    // The product is taken anew: sums of products of single precision would drift.
    const product = await multiply(vector);
    current = { ...estimate({ vector, product }, current.iterations + 1), way };
    options.onStep?.(current);
  }
  return current;
}

function estimateOf(
  { vector, product }: Image,
  iterations: number,
  { tolerance, largest }: ExtremeEigenvectorOptions,
): EigenEstimate {
  const value = dot(vector, product);
  const scale = largest ?? value;
  const away = Math.sqrt(product.reduce((sum, each, i) => sum + (each - value * vector[i]!) ** 2, 0));
  const isConverged = value <= precision * scale || away <= tolerance * value;
  return { value, vector, product, iterations, residual: scale === 0 ? 0 : away / scale, isConverged };
}

/** The best direction among three, by the eigenvectors of a matrix of three rows. */
async function bestNearby(
  multiply: Products,
  { vector, product, value, way }: EigenEstimate,
  end: EigenEnd,
): Promise<{ vector: Float32Array; way: Image }> {
  const steepest = unitLength(product.map((each, i) => each - value * vector[i]!));
  const images: Image[] = [
    { vector, product },
    { vector: steepest, product: await multiply(steepest) },
  ];
  const along = way && perpendicular(way, images);
  if (along) images.push(along);
  const quotients = images.map((a) =>
    images.map((b) => (dot(a.vector, b.product) + dot(b.vector, a.product)) / 2),
  );
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(new Matrix(quotients), {
    assumeSymmetric: true,
  });
  const best = realEigenvalues.indexOf(
    end === 'largest' ? Math.max(...realEigenvalues) : Math.min(...realEigenvalues),
  );
  const shares = eigenvectorMatrix.getColumn(best);
  const mix = (key: keyof Image, weights: readonly number[]) =>
    mixed(
      images.map((image) => image[key]),
      weights,
    );
  const moved = shares.map((share, i) => (i === 0 ? 0 : share));
  return {
    vector: unitLength(mix('vector', shares)),
    way: { vector: mix('vector', moved), product: mix('product', moved) },
  };
}

/** The part of a direction at right angles to others, at unit length; undefined where nothing is left of it. */
function perpendicular(of: Image, others: readonly Image[]): Image | undefined {
  let { vector, product } = of;
  const length = Math.sqrt(dot(vector, vector));
  // Twice: single precision leaves something the first time.
  for (let pass = 0; pass < 2; pass++)
    for (const other of others) {
      const along = -dot(vector, other.vector);
      vector = mixed([vector, other.vector], [1, along]);
      product = mixed([product, other.product], [1, along]);
    }
  const rest = Math.sqrt(dot(vector, vector));
  if (!(rest > 1e-4 * length)) return undefined;
  return { vector: mixed([vector], [1 / rest]), product: mixed([product], [1 / rest]) };
}
