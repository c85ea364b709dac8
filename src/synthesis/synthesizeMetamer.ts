import { availableParallelism } from 'node:os';
import { type Sound, samplesOf } from '../../stimuli/sound.ts';
import { InputError } from '../base/inputError.ts';
import type { ComputingOptions } from '../engine/engine.ts';
import type { AuditoryModel } from '../model/auditoryModel.ts';
import { beginning, type DescendOptions, descend, type SynthesisProgress } from './descend.ts';
import { coarsePartOf, compileMatching } from './matching.ts';
import { match, type Objective } from './objective.ts';
import type { Optimizer } from './optimizer.ts';
import { initialNoise, type SynthesisPresetName, synthesisPreset } from './presets.ts';

/** What a metamer is matched at. */
export interface MatchOptions {
  /** The matched stages, or the weight of each. */
  stages?: readonly string[] | Readonly<Record<string, number>>;
  /** What is lowered, instead of a match at stages. */
  objective?: Objective;
}

/** How a metamer is made. */
export interface SynthesisOptions extends MatchOptions, ComputingOptions, DescendOptions {
  /** The method; default `fast`. */
  preset?: SynthesisPresetName;
  /** Another rule than the preset's; `steps` must then be given. */
  optimizer?: Optimizer;
  /** Gradient steps; default the preset's. */
  steps?: number;
  /** Seed of the initial noise; default 1. */
  seed?: number;
  /** A synthesis to go on with, as the `progress` of a step gives it. */
  from?: SynthesisProgress;
}

/** A metamer and how it came about. */
export interface Synthesis {
  /** Shape [samples], at the model's rate, linear amplitude within ±1. */
  metamer: Float32Array;
  /** Loss at each evaluation; the last is the metamer's own. */
  losses: readonly number[];
  /** Times that loss and gradient were computed. */
  evaluations: number;
}

/**
 * Makes a metamer: from noise, a sound with the reference's activations at stages of a model.
 *
 * @param reference - A sound of the model's length and rate, as `readSound(path, { model })` gives it.
 * @param options - Stages or another objective, the method, seed, engine; `onStep` is told of each step.
 * @returns The metamer. One seed gives the same bits on one machine with one number of threads.
 * @throws InputError for an unknown stage, a reference of another length, or a loss that stops being finite; the
 *   signal's reason when it is stopped.
 * @see Feather et al. (2019), NeurIPS 32; (2023), Nature Neuroscience 26, 2017–2034.
 */
export async function synthesizeMetamer(
  model: AuditoryModel,
  reference: Sound | Float32Array,
  options: SynthesisOptions,
): Promise<Synthesis> {
  const { seed = 1, from, signal, onStep } = options;
  const objective = objectiveOf(options);
  const { optimizer, steps, coarse } = methodOf(model, options);
  // The number of threads decides about the last bits, so it is the command line's: all cores.
  const compiling = { ...options, threads: options.threads ?? availableParallelism(), coarse };
  const { matchings, release } = await compileMatching(
    model,
    { objective, optimizer },
    [samplesOf(reference)],
    compiling,
  );
  try {
    const start = from ?? beginning(optimizer, { samples: model.samples, seed, initialNoise });
    const { state, losses } = await descend({ ...matchings[0]!, steps }, start, { signal, onStep });
    return { metamer: state.waveform, losses, evaluations: losses.length };
  } finally {
    await release();
  }
}

/**
 * The objective that options ask for.
 *
 * @param options - Stages, or an objective.
 * @throws InputError when there is neither.
 */
function objectiveOf({ stages, objective }: MatchOptions): Objective {
  if (objective) return objective;
  if (!stages) throw new InputError('must name the stages to match; give one or more', { option: 'stages' });
  return match(Array.isArray(stages) ? Object.fromEntries(stages.map((stage) => [stage, 1])) : { ...stages });
}

/** Rule, number of steps, and those with a coarser ear, that options ask for. */
function methodOf(model: AuditoryModel, { preset = 'fast', optimizer, steps }: SynthesisOptions) {
  if (steps !== undefined && !(Number.isInteger(steps) && steps >= 0))
    throw new InputError(`must be a whole number ≥ 0, got ${steps}; give such a number`, { option: 'steps' });
  if (!optimizer) {
    const chosen = synthesisPreset(preset);
    const taken = steps ?? chosen.steps;
    return { steps: taken, optimizer: chosen.optimizer(taken), coarse: coarsePartOf(chosen, taken, model) };
  }
  if (steps === undefined)
    throw new InputError('must be given with an optimizer of your own; say how many', { option: 'steps' });
  return { steps, optimizer, coarse: undefined };
}
