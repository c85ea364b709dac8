import type { Evaluation } from './gradientProgram.ts';
import { type LappedTransform, lappedTransform } from './lappedTransform.ts';

/** An optimizer between two steps. */
export interface OptimizerState {
  /** Steps taken. */
  step: number;
  /** Shape [samples], within ±1. */
  waveform: Float32Array;
  /** What the optimizer keeps besides. */
  memory: Float32Array[];
}

/** A rule that turns gradients into steps. */
export interface Optimizer {
  /** Lengths of the arrays of {@link OptimizerState.memory} for a waveform of so many samples. */
  memoryLengths(samples: number): number[];
  /**
   * Takes one step, in place.
   *
   * @param state - Changed.
   * @param evaluation - Loss and gradient at the state's waveform.
   */
  advanceInto(state: OptimizerState, evaluation: Evaluation): void;
}

/**
 * State before the first step.
 *
 * @param optimizer - The rule.
 * @param waveform - Where to begin; copied.
 */
export function startState(optimizer: Optimizer, waveform: Float32Array): OptimizerState {
  return {
    step: 0,
    waveform: waveform.slice(),
    memory: optimizer.memoryLengths(waveform.length).map((length) => new Float32Array(length)),
  };
}

/**
 * Steps of a fixed Euclidean length against the gradient; the length halves at intervals.
 *
 * @param options - `length` of the first steps; `halveEvery`: steps.
 * @see Feather et al. (2023): length 1, halved every 3000 steps, waveform clamped to ±1.
 */
export function normalizedGradientDescent({
  length,
  halveEvery,
}: {
  length: number;
  halveEvery: number;
}): Optimizer {
  return {
    memoryLengths: () => [],
    advanceInto(state, { gradient }) {
      const scale = (length * 0.5 ** Math.floor(state.step / halveEvery)) / (norm(gradient) + 1e-10);
      const { waveform } = state;
      for (let i = 0; i < waveform.length; i++) waveform[i] = clamped(waveform[i]! - scale * gradient[i]!);
      state.step++;
    },
  };
}

/**
 * Adam on the coefficients of a lapped transform, each with a step in proportion to the sound's own level around it.
 *
 * A sound has tens of decibels between its loud and its quiet regions of time and frequency, and the compressed
 * cochleagram hears them all. One step size for all samples drowns the quiet regions until the rate has fallen; here
 * every region is corrected by a share of what is there. The level is that of the metamer as it stands, never of the
 * reference: nothing of the reference enters but through the gradient.
 *
 * @param options - `rate`: first step size at unit level; `exponent`: of the level, 1 for steps in full proportion;
 *   `floor`: least level, linear amplitude of a coefficient; `steps`: where the rate reaches zero along half a cosine;
 *   `momentum`, `secondMomentum`: decay of the two moments a step; `bins`: of the transform.
 * @see Kingma & Ba (2015), Algorithm 1; Shazeer & Stern (2018), Adafactor, for steps relative to the parameter's size;
 *   Loshchilov & Hutter (2017) for the schedule.
 */
export function levelScaledAdam(options: {
  rate: number;
  exponent: number;
  floor: number;
  steps: number;
  momentum: number;
  secondMomentum: number;
  bins: number;
}): Optimizer {
  const { rate, exponent, floor, steps, momentum, secondMomentum, bins } = options;
  let prepared: ReturnType<typeof prepare> | undefined;
  const prepare = (samples: number) => {
    const transform = lappedTransform(samples, bins);
    const [coefficients, slopes, levels] = [0, 0, 0].map(() => new Float64Array(transform.count));
    return {
      transform,
      coefficients: coefficients!,
      slopes: slopes!,
      levels: levels!,
      sound: new Float64Array(samples),
    };
  };
  return {
    memoryLengths: (samples) => Array.from({ length: 2 }, () => Math.ceil(samples / bins) * bins),
    advanceInto(state, { gradient }) {
      const { waveform, memory } = state;
      const [first, second] = memory as [Float32Array, Float32Array];
      prepared ??= prepare(waveform.length);
      const { transform, coefficients, slopes, levels, sound } = prepared;
      transform.forwardInto(coefficients, waveform);
      transform.forwardInto(slopes, gradient);
      levelsInto(levels, coefficients, transform);
      const rateNow = rate * 0.5 * (1 + Math.cos((Math.PI * state.step) / steps));
      state.step++;
      const scale = rateNow / (1 - momentum ** state.step);
      const correction = 1 / (1 - secondMomentum ** state.step);
      for (let i = 0; i < coefficients.length; i++) {
        const slope = slopes[i]!;
        first[i] = momentum * first[i]! + (1 - momentum) * slope;
        second[i] = secondMomentum * second[i]! + (1 - secondMomentum) * slope * slope;
        const direction = first[i]! / (Math.sqrt(second[i]! * correction) + 1e-12);
        coefficients[i]! -= scale * Math.max(levels[i]!, floor) ** exponent * direction;
      }
      transform.inverseInto(sound, coefficients);
      for (let i = 0; i < waveform.length; i++) waveform[i] = clamped(sound[i]!);
    },
  };
}

/** Root mean square of the coefficients around each: three blocks by a band of two bins, or 8 % of the frequency, to each side. */
function levelsInto(
  levels: Float64Array,
  coefficients: Float64Array,
  { blocks, bins }: LappedTransform,
): void {
  const sums = new Float64Array(bins + 1);
  for (let block = 0; block < blocks; block++) {
    const neighbors = [block - 1, block, block + 1].filter((each) => each >= 0 && each < blocks);
    for (let bin = 0; bin < bins; bin++) {
      let energy = 0;
      for (const each of neighbors) energy += coefficients[each * bins + bin]! ** 2;
      sums[bin + 1] = sums[bin]! + energy / neighbors.length;
    }
    for (let bin = 0; bin < bins; bin++) {
      const reach = Math.max(2, Math.round(0.08 * bin));
      const [low, high] = [Math.max(0, bin - reach), Math.min(bins, bin + reach + 1)];
      levels[block * bins + bin] = Math.sqrt((sums[high]! - sums[low]!) / (high - low));
    }
  }
}

const clamped = (value: number) => Math.max(-1, Math.min(1, value));

function norm(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return Math.sqrt(sum);
}
