import { dot, timesVector } from '../dense.ts';

/** A minimum found. */
export interface Minimum {
  point: Float64Array;
  value: number;
  gradient: Float64Array;
  /** Expected further decrease, gradient′ H⁻¹ gradient / 2. */
  remaining: number;
  iterations: number;
  /** Shape [length, length]: what the steps told of the inverse Hessian. */
  inverseHessian: Float64Array;
}

/** A function with its gradient. */
export type Differentiable = (point: Float64Array) => { value: number; gradient: Float64Array };

/**
 * Minimizes a smooth function by the BFGS method with backtracking.
 *
 * @param objective - The function; a value that is not finite counts as too far.
 * @param options - First inverse Hessian, shape [length, length]; expected decrease at which to stop; most iterations.
 * @returns The last point; `remaining` tells how well it converged.
 * @see Nocedal & Wright (2006), Numerical Optimization, ch. 6.
 */
export function minimizeSmooth(
  objective: Differentiable,
  start: Float64Array,
  options: { inverseHessian: Float64Array; tolerance: number; iterations: number },
): Minimum {
  const inverse = options.inverseHessian.slice();
  let point = start;
  let { value, gradient } = objective(point);
  let remaining = Number.POSITIVE_INFINITY;
  let failures = 0;
  let iteration = 0;
  for (; iteration < options.iterations; iteration++) {
    const direction = timesVector(inverse, gradient).map((x) => -x);
    const slope = dot(direction, gradient);
    remaining = -slope / 2;
    if (remaining < options.tolerance) break;
    const next = slope < 0 ? lineSearch(objective, { point, value, gradient, direction, slope }) : undefined;
    if (!next) {
      // Rounding or a poor matrix: begin anew from the given one, once.
      if (failures++ > 0) break;
      inverse.set(options.inverseHessian);
      continue;
    }
    updateInPlace(inverse, difference(next.point, point), difference(next.gradient, gradient));
    ({ point, value, gradient } = next);
  }
  return { point, value, gradient, remaining, iterations: iteration, inverseHessian: inverse };
}

function lineSearch(
  objective: Differentiable,
  from: {
    point: Float64Array;
    value: number;
    gradient: Float64Array;
    direction: Float64Array;
    slope: number;
  },
) {
  // A step of more than 3 in any coordinate leaves the range in which logits are told apart.
  let length = Math.min(1, 3 / Math.max(...from.direction.map(Math.abs)));
  for (let attempt = 0; attempt < 30; attempt++) {
    const point = from.point.map((x, i) => x + length * from.direction[i]!);
    const { value, gradient } = objective(point);
    if (Number.isFinite(value) && value <= from.value + 1e-4 * length * from.slope)
      return { point, value, gradient };
    const curvature = 2 * (value - from.value - length * from.slope);
    const best = (-from.slope * length) / curvature;
    length *= Number.isFinite(best) ? Math.min(0.5, Math.max(0.1, best)) : 0.1;
  }
  return undefined;
}

/** H ← (I − ρ s y′) H (I − ρ y s′) + ρ s s′; left as it is without positive curvature. */
function updateInPlace(inverse: Float64Array, step: Float64Array, change: Float64Array): void {
  const curvature = dot(step, change);
  const moved = timesVector(inverse, change);
  if (!(curvature > 1e-12 * Math.sqrt(dot(step, step) * dot(change, change)))) return;
  const size = step.length;
  const scale = (1 + dot(change, moved) / curvature) / curvature;
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      inverse[i * size + j]! +=
        scale * step[i]! * step[j]! - (moved[i]! * step[j]! + step[i]! * moved[j]!) / curvature;
}

const difference = (a: Float64Array, b: Float64Array) => a.map((x, i) => x - b[i]!);
