import type { Evaluation } from './gradientProgram.ts';

/** An optimizer between two steps. */
export interface OptimizerState {
  /** Steps taken. */
  step: number;
  /** Shape [samples], within ±1. */
  waveform: Float32Array;
  /** What the optimizer keeps besides, each of shape [samples]. */
  memory: Float32Array[];
}

/** A rule that turns gradients into steps. */
export interface Optimizer {
  /** Arrays of {@link OptimizerState.memory}. */
  memoryCount: number;
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
export function startState({ memoryCount }: Optimizer, waveform: Float32Array): OptimizerState {
  return {
    step: 0,
    waveform: waveform.slice(),
    memory: Array.from({ length: memoryCount }, () => new Float32Array(waveform.length)),
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
    memoryCount: 0,
    advanceInto(state, { gradient }) {
      const scale = (length * 0.5 ** Math.floor(state.step / halveEvery)) / (norm(gradient) + 1e-10);
      const { waveform } = state;
      for (let i = 0; i < waveform.length; i++) waveform[i] = clamped(waveform[i]! - scale * gradient[i]!);
      state.step++;
    },
  };
}

/**
 * Adam with a rate that falls along half a cosine.
 *
 * Each sample moves by about the rate whatever the size of its gradient, so quiet parts of a sound are matched as fast
 * as loud ones; that is where steps of one length along the gradient lose their time.
 *
 * @param options - `rate`: first step size, linear amplitude; `steps`: where it reaches zero; `momentum`,
 *   `secondMomentum`: decay of the two moments a step.
 * @see Kingma & Ba (2015), Algorithm 1; Loshchilov & Hutter (2017) for the schedule.
 */
export function adam({
  rate,
  steps,
  momentum,
  secondMomentum,
}: {
  rate: number;
  steps: number;
  momentum: number;
  secondMomentum: number;
}): Optimizer {
  return {
    memoryCount: 2,
    advanceInto(state, { gradient }) {
      const { waveform, memory } = state;
      const [first, second] = memory as [Float32Array, Float32Array];
      const rateNow = rate * 0.5 * (1 + Math.cos((Math.PI * state.step) / steps));
      state.step++;
      const scale = rateNow / (1 - momentum ** state.step);
      const correction = 1 / (1 - secondMomentum ** state.step);
      for (let i = 0; i < waveform.length; i++) {
        const slope = gradient[i]!;
        first[i] = momentum * first[i]! + (1 - momentum) * slope;
        second[i] = secondMomentum * second[i]! + (1 - secondMomentum) * slope * slope;
        waveform[i] = clamped(
          waveform[i]! - (scale * first[i]!) / (Math.sqrt(second[i]! * correction) + 1e-12),
        );
      }
    },
  };
}

const clamped = (value: number) => Math.max(-1, Math.min(1, value));

function norm(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return Math.sqrt(sum);
}
