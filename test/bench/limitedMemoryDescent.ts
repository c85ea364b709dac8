import type { Evaluation } from '../../src/synthesis/gradientProgram.ts';
import { lappedTransform } from '../../src/synthesis/lappedTransform.ts';

/** Pairs of steps and changes of the gradient that are kept. */
const kept = 12;
const leastLevel = 3e-3;

/**
 * Lowers a loss by L-BFGS on the coefficients of a lapped transform, each in units of its own size where it begins; a step
 * that does not lower the loss enough is halved, which costs an evaluation.
 *
 * @param evaluate - Loss and gradient of a waveform.
 * @param from - Where to begin.
 * @param evaluations - How often `evaluate` may be called.
 * @returns The best waveform found.
 * @see Nocedal & Wright (2006), Algorithms 3.1 and 7.4.
 */
export async function limitedMemoryDescent(
  evaluate: (waveform: Float32Array) => Promise<Evaluation>,
  from: Float32Array,
  evaluations: number,
): Promise<Float32Array> {
  const { forward, inverse } = lappedTransform(from.length, 2048);
  const units = forward(from).map((value) => Math.max(Math.abs(value), leastLevel));
  const waveformOf = (point: Float64Array) =>
    Float32Array.from(inverse(point.map((value, i) => value * units[i]!)).subarray(0, from.length), (value) =>
      Math.max(-1, Math.min(1, value)),
    );
  let left = evaluations;
  const at = async (point: Float64Array) => {
    left--;
    const { loss, gradient } = await evaluate(waveformOf(point));
    return { point, loss, slope: forward(gradient).map((value, i) => value * units[i]!) };
  };
  let here = await at(forward(from).map((value, i) => value / units[i]!));
  let pairs: Pair[] = [];
  let size = 1;
  while (left > 0) {
    const direction = towards(here.slope, pairs);
    const steepness = dot(direction, here.slope);
    if (pairs.length === 0) size = Math.min(1, 1 / Math.sqrt(-steepness));
    const next = await at(here.point.map((value, i) => value + size * direction[i]!));
    if (next.loss > here.loss + 1e-4 * size * steepness) {
      size /= 2;
      if (size < 1e-6) [pairs, size] = [[], 1];
      continue;
    }
    const step = next.point.map((value, i) => value - here.point[i]!);
    const change = next.slope.map((value, i) => value - here.slope[i]!);
    const curvature = dot(step, change);
    if (curvature > 1e-12) pairs = [...pairs, { step, change, curvature }].slice(-kept);
    [here, size] = [next, 1];
  }
  return waveformOf(here.point);
}

interface Pair {
  step: Float64Array;
  change: Float64Array;
  curvature: number;
}

/** Minus the gradient times what is known of the inverse Hessian. */
function towards(slope: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = slope.map((value) => -value);
  const shares = pairs.toReversed().map(({ step, change, curvature }) => {
    const share = dot(step, direction) / curvature;
    addInto(direction, change, -share);
    return share;
  });
  const last = pairs.at(-1);
  if (last) {
    const scale = last.curvature / dot(last.change, last.change);
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  for (const [i, { step, change, curvature }] of pairs.entries())
    addInto(direction, step, shares[pairs.length - 1 - i]! - dot(change, direction) / curvature);
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addInto(target: Float64Array, values: Float64Array, share: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += share * values[i]!;
}
