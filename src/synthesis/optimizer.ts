import type { Evaluation } from './gradientProgram.ts';
import type { GraphRule } from './graphRule.ts';
import { levelScaledAdamInGraph, normalizedGradientDescentInGraph } from './graphRules.ts';
import { type LappedTransform, lappedTransform } from './lappedTransform.ts';
import { binsAround, blocksAround } from './levelNeighborhood.ts';

/** An optimizer between two steps: all that the next step depends on, so that it can be stored and gone on from. */
export interface OptimizerState {
  /** Steps taken. */
  readonly step: number;
  /** Shape [samples], within ±1. */
  readonly waveform: Float32Array;
  /** What the optimizer keeps besides. */
  readonly memory: readonly Float32Array[];
}

/** A rule that turns gradients into steps; a value, which keeps nothing between calls. */
export interface Optimizer {
  /**
   * State before the first step.
   *
   * @param waveform - Where to begin, shape [samples].
   */
  init(waveform: Float32Array): OptimizerState;
  /**
   * State one step further; the one given stays as it is.
   *
   * @param state - Of this rule.
   * @param evaluation - Loss and gradient at the state's waveform.
   */
  step(state: OptimizerState, evaluation: Evaluation): OptimizerState;
  /** The same step in the graph, where there is such a form of it. */
  inGraph?: GraphRule;
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
  const lengthAt = (step: number) => length * 0.5 ** Math.floor(step / halveEvery);
  return {
    init: (waveform) => ({ step: 0, waveform: waveform.slice(), memory: [] }),
    step({ step, waveform, memory }, { gradient }) {
      const scale = lengthAt(step) / (norm(gradient) + 1e-10);
      const moved = waveform.map((value, i) => clamped(value - scale * gradient[i]!));
      return { step: step + 1, waveform: moved, memory };
    },
    inGraph: normalizedGradientDescentInGraph(lengthAt),
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
 *   `momentum`, `secondMomentum`: decay of the two moments a step; `bins`: of the
 *   transform; `reach`: how far around a coefficient its level is taken, as a share of the frequency, at least two bins.
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
  reach?: number;
}): Optimizer {
  const { rate, exponent, floor, steps, momentum, secondMomentum, bins, reach = 0.08 } = options;
  const rateAt = (step: number) => rate * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
  // Tables alone, the same for every sound of that length.
  const transforms = new Map<number, LappedTransform>();
  const transformFor = (samples: number) => {
    const known = transforms.get(samples) ?? lappedTransform(samples, bins);
    transforms.set(samples, known);
    return known;
  };
  return {
    init(waveform) {
      const { count } = transformFor(waveform.length);
      const memory = [new Float32Array(count), new Float32Array(count)];
      return { step: 0, waveform: waveform.slice(), memory };
    },
    step({ step, waveform, memory }, { gradient }) {
      const transform = transformFor(waveform.length);
      const coefficients = transform.forward(waveform);
      const slopes = transform.forward(gradient);
      const levels = levelsAround(coefficients, transform, reach);
      const [first, second] = memory.map((values) => values.slice()) as [Float32Array, Float32Array];
      const scale = rateAt(step) / (1 - momentum ** (step + 1));
      const correction = 1 / (1 - secondMomentum ** (step + 1));
      for (let i = 0; i < coefficients.length; i++) {
        const slope = slopes[i]!;
        first[i] = momentum * first[i]! + (1 - momentum) * slope;
        second[i] = secondMomentum * second[i]! + (1 - secondMomentum) * slope * slope;
        const direction = first[i]! / (Math.sqrt(second[i]! * correction) + 1e-12);
        const level = Math.max(levels[i]!, floor);
        // A power costs more than the rest of the line.
        coefficients[i]! -= scale * (exponent === 1 ? level : level ** exponent) * direction;
      }
      const moved = new Float32Array(transform.inverse(coefficients)).map(clamped);
      return { step: step + 1, waveform: moved, memory: [first, second] };
    },
    inGraph: levelScaledAdamInGraph({ ...options, reach }, rateAt),
  };
}

/** Root mean square of the coefficients around each. */
function levelsAround(
  coefficients: Float64Array,
  { blocks, bins }: LappedTransform,
  reach: number,
): Float64Array {
  const levels = new Float64Array(coefficients.length);
  const sums = new Float64Array(bins + 1);
  const energies = coefficients.map((value) => value * value);
  for (let block = 0; block < blocks; block++) {
    const [first, end] = blocksAround(block, blocks);
    for (let bin = 0; bin < bins; bin++) {
      let energy = 0;
      for (let each = first; each < end; each++) energy += energies[each * bins + bin]!;
      sums[bin + 1] = sums[bin]! + energy / (end - first);
    }
    for (let bin = 0; bin < bins; bin++) {
      const [low, high] = binsAround(bin, bins, reach);
      levels[block * bins + bin] = Math.sqrt((sums[high]! - sums[low]!) / (high - low));
    }
  }
  return levels;
}

const clamped = (value: number) => Math.max(-1, Math.min(1, value));

function norm(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return Math.sqrt(sum);
}
