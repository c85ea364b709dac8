import { createRandom } from '../base/random.ts';
import type { DescentProgram } from './descentProgram.ts';
import type { Optimizer, OptimizerState } from './optimizer.ts';

/** A synthesis between two steps. */
export interface SynthesisProgress {
  readonly state: OptimizerState;
  /** Loss before each step taken so far. */
  readonly losses: readonly number[];
}

/** An objective as one ear hears it, and how it is lowered. */
interface Heard {
  program: DescentProgram;
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
  /** Steps in all. */
  steps: number;
}

/** Where a synthesis stands after a step. */
export interface StepReport {
  step: number;
  steps: number;
  /** Steps that are taken by now: this one, and those that a device has taken as well. */
  taken: number;
  /** Before the step. */
  loss: number;
  /**
   * Enough to go on, to the same bits, after all steps that are taken; to be asked for before the next report.
   */
  progress(): Promise<SynthesisProgress>;
}

/** How a synthesis is watched. */
export interface DescendOptions {
  /** Ends the synthesis after the step that is reported. */
  signal?: AbortSignal | undefined;
  onStep?: ((report: StepReport) => void | Promise<void>) | undefined;
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
  { steps, coarse, ...fine }: Descent,
  from: SynthesisProgress,
  options: DescendOptions = {},
): Promise<SynthesisProgress> {
  const first = coarse ? await stepUntil(coarse, from, { ...options, steps, until: coarse.steps }) : from;
  return stepUntil(fine, first, { ...options, steps, until: steps, isLast: true });
}

/** Takes steps with one ear until so many are taken; the last one's loss is the finished sound's. */
async function stepUntil(
  { program, targets }: Heard,
  from: SynthesisProgress,
  {
    steps,
    until,
    isLast = false,
    signal,
    onStep,
  }: DescendOptions & { steps: number; until: number; isLast?: boolean },
): Promise<SynthesisProgress> {
  if (from.state.step >= until && !isLast) return from;
  const losses = [...from.losses];
  const run = await program.begin(from.state, targets);
  try {
    const progress = async () => ({ state: await run.state(), losses: [...losses] });
    for (let step = from.state.step; step < until; ) {
      const told = await run.take(until - step);
      losses.push(...told);
      const taken = step + told.length;
      for (const loss of told) {
        // Engines that compute in this thread would let neither signals nor timers come in between.
        await new Promise((resolve) => setImmediate(resolve));
        step++;
        await onStep?.({ step, steps, taken, loss, progress });
        signal?.throwIfAborted();
      }
    }
    const state = await run.state();
    if (isLast) losses.push(await run.loss());
    return { state, losses };
  } finally {
    run.close();
  }
}
