import { InputError } from '../base/inputError.ts';
import { createRandom } from '../base/random.ts';
import type { GradientProgram } from './gradientProgram.ts';
import type { Optimizer, OptimizerState } from './optimizer.ts';

/** A synthesis between two steps. */
export interface SynthesisProgress {
  readonly state: OptimizerState;
  /** Loss before each step taken so far. */
  readonly losses: readonly number[];
}

/** An objective as one ear hears it. */
interface Heard {
  program: GradientProgram;
  /** The reference's activations at the objective's stages, by the fast ear. */
  targets: readonly Float32Array[];
}

/** What a synthesis lowers for one reference sound. */
export interface Matching extends Heard {
  /** The same with a coarser ear, and how many steps come before those with the model's own. */
  coarse?: Heard & { steps: number };
}

/** What a synthesis lowers, and how. */
export interface Descent extends Matching {
  optimizer: Optimizer;
  /** Steps in all. */
  steps: number;
}

/** Where a synthesis stands after a step. */
export interface StepReport {
  step: number;
  steps: number;
  /** Before the step. */
  loss: number;
  /** Enough to go on from here, to the same bits. */
  progress: SynthesisProgress;
}

/** How a synthesis is watched. */
export interface DescendOptions {
  /** Ends the synthesis after the step it is at. */
  signal?: AbortSignal | undefined;
  onStep?: ((report: StepReport) => void) | undefined;
}

/**
 * A synthesis before its first step: noise, the same for every stage of a sound, as published.
 *
 * @param optimizer - The rule.
 * @param options - Length of the sound, samples; `initialNoise`: standard deviation, linear amplitude.
 */
export function beginning(
  optimizer: Optimizer,
  { samples, seed, initialNoise }: { samples: number; seed: number; initialNoise: number },
): SynthesisProgress {
  const random = createRandom(seed);
  const noise = Float32Array.from({ length: samples }, () => initialNoise * random.normal());
  return { state: optimizer.init(noise), losses: [] };
}

/**
 * Takes the remaining steps of a synthesis.
 *
 * @param descent - What is lowered, and how.
 * @param from - Where to go on.
 * @param options - What is told of each step; a signal to stop.
 * @returns The end; its losses have one more entry than steps, the finished sound's, by the model's own ear.
 * @throws InputError when the loss stops being finite; the signal's reason when it is stopped.
 */
export async function descend(
  { optimizer, steps, coarse, ...fine }: Descent,
  from: SynthesisProgress,
  { signal, onStep }: DescendOptions = {},
): Promise<SynthesisProgress> {
  let { state } = from;
  const losses = [...from.losses];
  while (state.step < steps) {
    const { program, targets } = coarse && state.step < coarse.steps ? coarse : fine;
    const evaluation = await program.evaluate(state.waveform, targets);
    checkFinite(evaluation.loss, evaluation.gradient, state.step);
    losses.push(evaluation.loss);
    state = optimizer.step(state, evaluation);
    onStep?.({ step: state.step, steps, loss: evaluation.loss, progress: { state, losses } });
    // Engines that compute in this thread would let neither signals nor timers come in between.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
  losses.push((await fine.program.evaluate(state.waveform, fine.targets)).loss);
  return { state, losses };
}

function checkFinite(loss: number, gradient: Float32Array, step: number): void {
  if (Number.isFinite(loss) && gradient.every(Number.isFinite)) return;
  throw new InputError(
    `synthesis: loss and gradient must be finite, at step ${step} the loss is ${loss}; use another seed or sound, or report the model`,
  );
}
