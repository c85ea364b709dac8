import type { Products } from '../eigen/extremeEigenvector.ts';
import { dot, mixed, unitLength } from '../vectors.ts';

/** One of the two directions on the way, with what each observer makes of it. */
export interface PrincipalDirection {
  /** Unit length. */
  vector: Float32Array;
  /** Fv of each observer, and the floor's part. */
  products: Float32Array[];
  /** ‖Σ wₙFₙv/vᵀFₙv‖ over Σ|wₙ|, wₙ the observer's distance from the mean: 0 where it tells them apart as well as can be. */
  residual: number;
  /** Gradient and way of the step before. */
  before?: { gradient: Float32Array; way: Float32Array };
}

/** The search between two steps. */
export interface PrincipalEstimate {
  directions: [PrincipalDirection, PrincipalDirection];
  /** Steps taken, each of both directions. */
  iterations: number;
  /** Variance over the observers of ln(v₁ᵀFₙv₁ / v₂ᵀFₙv₂). */
  variance: number;
  isConverged: boolean;
}

/** When the ascent ends. */
export interface PrincipalAscentOptions {
  /** Of both residuals. */
  tolerance: number;
  /** Most steps. */
  iterations: number;
  /** Is told of each step; it may throw to stop. */
  onStep?: (estimate: PrincipalEstimate) => void;
}

/**
 * The pair of directions that tells observers apart best: between them, the ratios of sensitivities vary most from observer
 * to observer. Conjugate gradients by turns for either direction, on the sphere; along a great circle each quotient is
 * known in closed form, so that steps are as long as is best.
 *
 * @param observers - Products with the metric of each; none may let a direction vanish.
 * @param from - Two vectors of unit length, or an estimate to go on from, to the same bits.
 * @param options - Tolerance, most steps, progress.
 * @see Feather, Lipshutz, Harvey, Williams & Simoncelli (2025), ICLR: principal distortions, gradient ascent on that
 *   variance; of two models they are the extreme generalized eigenvectors.
 */
export async function principalAscent(
  observers: readonly Products[],
  from: readonly [Float32Array, Float32Array] | PrincipalEstimate,
  options: PrincipalAscentOptions,
): Promise<PrincipalEstimate> {
  let current = 'directions' in from ? from : await begun(observers, from, options);
  while (!current.isConverged && current.iterations < options.iterations) {
    const [first, second] = current.directions;
    const movedFirst = await moved(observers, first, second);
    const movedSecond = await moved(observers, second, movedFirst);
    current = estimateOf([movedFirst, movedSecond], current.iterations + 1, options);
    options.onStep?.(current);
  }
  return current;
}

async function begun(
  observers: readonly Products[],
  [first, second]: readonly [Float32Array, Float32Array],
  options: PrincipalAscentOptions,
): Promise<PrincipalEstimate> {
  const heard = async (vector: Float32Array) => ({ vector, products: await all(observers, vector) });
  const pair = [await heard(first), await heard(second)] as const;
  const directions = pair.map((each, k) => ({ ...each, residual: slopeOf(each, pair[1 - k]!).residual }));
  return estimateOf(directions as [PrincipalDirection, PrincipalDirection], 0, options);
}

function estimateOf(
  directions: [PrincipalDirection, PrincipalDirection],
  iterations: number,
  { tolerance }: PrincipalAscentOptions,
): PrincipalEstimate {
  const [first, second] = directions;
  return {
    ...{ directions, iterations, variance: varianceOf(ratios(quotientsOf(first), quotientsOf(second))) },
    isConverged: first.residual <= tolerance && second.residual <= tolerance,
  };
}

type Heard = Pick<PrincipalDirection, 'vector' | 'products'>;

/** One direction moved to the best place along its great circle, the other held. */
async function moved(
  observers: readonly Products[],
  direction: PrincipalDirection,
  other: Heard,
): Promise<PrincipalDirection> {
  const { vector, products, before } = direction;
  const { gradient } = slopeOf(direction, other);
  const way = wayOf(vector, gradient, before);
  const length = Math.sqrt(dot(way, way));
  if (length === 0) return { ...direction, residual: 0 };
  const along = unitLength(way);
  const there = await all(observers, along);
  // (v cos θ + w sin θ)ᵀF(v cos θ + w sin θ), by observer.
  const circle = products.map((product, n) => ({
    ...{ here: dot(vector, product), cross: dot(along, product), there: dot(along, there[n]!) },
  }));
  const held = quotientsOf(other);
  const angle = bestAngle((theta) => {
    const [c, s] = [Math.cos(theta), Math.sin(theta)];
    return varianceOf(
      ratios(
        circle.map(({ here, cross, there: far }) => c * c * here + 2 * c * s * cross + s * s * far),
        held,
      ),
    );
  });
  const next = unitLength(mixed([vector, along], [Math.cos(angle), Math.sin(angle)]));
  // The products are taken anew: sums of products of single precision would drift.
  const heard = { vector: next, products: await all(observers, next) };
  return { ...heard, residual: slopeOf(heard, other).residual, before: { gradient, way } };
}

/** Gradient of the variance on the sphere, up to a factor. */
function slopeOf({ vector, products }: Heard, other: Heard): { gradient: Float32Array; residual: number } {
  const own = quotientsOf({ vector, products });
  const differences = ratios(own, quotientsOf(other));
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const weights = differences.map((value) => value - mean);
  const total = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
  // Observers that agree pull nowhere: the first ones are pulled apart.
  const pull = total === 0 ? weights.map((_, n) => (n === 0 ? 1 : -1 / (weights.length - 1))) : weights;
  const scale = total === 0 ? 2 : total;
  const gradient = mixed(
    products,
    pull.map((weight, n) => weight / own[n]! / scale),
  );
  const radial = dot(gradient, vector);
  const tangent = mixed([gradient, vector], [1, -radial]);
  return { gradient: tangent, residual: Math.sqrt(dot(tangent, tangent)) };
}

/** Polak and Ribière's way, restarted where it would not rise. */
function wayOf(
  vector: Float32Array,
  gradient: Float32Array,
  before: PrincipalDirection['before'],
): Float32Array {
  if (!before) return gradient;
  const change = mixed([gradient, before.gradient], [1, -1]);
  const turn = Math.max(0, dot(gradient, change) / dot(before.gradient, before.gradient));
  const way = mixed([gradient, before.way], [1, turn]);
  const tangent = mixed([way, vector], [1, -dot(way, vector)]);
  return dot(tangent, gradient) > 0 ? tangent : gradient;
}

/** Angles tried first: all around, and ever nearer to where one stands. */
const angles = [-1, 1]
  .flatMap((sign) => Array.from({ length: 40 }, (_, k) => (sign * Math.PI) / 2 / 1.5 ** k))
  .concat(0)
  .sort((a, b) => a - b);

/** The angle of the largest value, from −π/2 to π/2: the best of those tried, then golden sections around it. */
function bestAngle(valueAt: (theta: number) => number): number {
  const values = angles.map(valueAt);
  const best = values.indexOf(Math.max(...values));
  let [low, high] = [angles[Math.max(0, best - 1)]!, angles[Math.min(angles.length - 1, best + 1)]!];
  const golden = (Math.sqrt(5) - 1) / 2;
  for (let round = 0; round < 60; round++) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    if (valueAt(left) > valueAt(right)) high = right;
    else low = left;
  }
  const middle = (low + high) / 2;
  return valueAt(middle) > values[best]! ? middle : angles[best]!;
}

async function all(observers: readonly Products[], vector: Float32Array): Promise<Float32Array[]> {
  const products: Float32Array[] = [];
  for (const multiply of observers) products.push(await multiply(vector));
  return products;
}

function quotientsOf({ vector, products }: Heard): number[] {
  return products.map((product) => dot(vector, product));
}

/** ln of the ratio of two directions' quotients, by observer. */
function ratios(first: readonly number[], second: readonly number[]): number[] {
  return first.map((value, n) => Math.log(value / second[n]!));
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
