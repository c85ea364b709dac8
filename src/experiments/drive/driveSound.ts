import { availableParallelism } from 'node:os';
import { InputError } from '../../base/inputError.ts';
import { type ComputingOptions, defaultDevice, defaultEngine } from '../../engine/engine.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { mean } from '../../statistics/estimates/descriptive.ts';
import { compileDescent } from '../../synthesis/compileDescent.ts';
import {
  beginning,
  type DescendOptions,
  type Descent,
  descend,
  type SynthesisProgress,
} from '../../synthesis/descend.ts';
import { synthesisPreset } from '../../synthesis/presets.ts';
import { heardBand } from '../band.ts';
import { constrained, type SoundLimits, soundConstraint } from '../soundConstraint.ts';
import { type DriveObjective, type Scales, scalesOf, scoreOf, standardized } from './driveObjective.ts';
import { populationResponses, raised } from './driveProgram.ts';
import type { DriveTarget } from './driveTarget.ts';

/** A natural sound to compare with. */
export interface NaturalSound {
  /** Path or bundled name. */
  sound: string;
  /** Shape [model.samples]. */
  waveform: Float32Array;
}

/** How a target is driven. */
export interface DriveOptions extends DescendOptions, ComputingOptions {
  target: DriveTarget;
  /** Default `stretch`. */
  objective?: DriveObjective;
  /** Level and band of driven and natural sounds. Default RMS 0.1, the range of the ear. */
  limits?: Partial<SoundLimits>;
  /** At least two; they give the scale of each response, and the best of them is what the driven sound is held against. */
  natural: readonly NaturalSound[];
  /** Gradient steps; default 500. */
  steps?: number;
  /** Of the noise that it begins with; default 1. */
  seed?: number;
}

/** A response to a sound. */
export interface DrivenResponse {
  /** In the unit's own units. */
  value: number;
  /** In standard deviations of the natural sounds from their mean. */
  z: number;
  /** Mean z of the neighbors; null without any. */
  neighbors: number | null;
  /** What is raised: z, or the logarithm of its softmax over the population. */
  score: number;
}

/** What a target does to a driven sound, to natural sounds and to noise, all at the same level and band. */
export interface DriveComparison {
  driven: DrivenResponse;
  /** The natural sound with the best score. */
  best: DrivenResponse & { sound: string };
  /** Of all natural sounds, as given. */
  natural: (DrivenResponse & { sound: string })[];
  /** Where it began. */
  noise: DrivenResponse;
}

/** A driven sound and how it came about. */
export interface DrivenSound extends DriveComparison {
  /** Shape [samples], linear amplitude. */
  waveform: Float32Array;
  /** Of the best natural sound, at the level and band, shape [samples]. */
  bestWaveform: Float32Array;
  /** Negative score before each step, and at the end. */
  losses: readonly number[];
}

/**
 * Makes a sound that drives a response as high as it goes at a level and bandwidth, from noise.
 *
 * @param options - Target, objective, limits, natural sounds, steps, seed; `onStep` is told of each step.
 * @returns The sound, beside the best of the natural ones.
 * @throws InputError for limits or natural sounds that cannot be used; the signal's reason when it is stopped.
 * @see Bashivan, Kar & DiCarlo (2019), Science 364, eaav9436.
 */
export async function driveSound(model: AuditoryModel, options: DriveOptions): Promise<DrivenSound> {
  const prepared = await prepareDrive(model, options);
  try {
    const { state, losses } = await descend(prepared.descent, prepared.start, options);
    return { ...(await compareDriven(model, prepared, state.waveform)), losses };
  } finally {
    await prepared.release();
  }
}

/** Defaults of what options leave open. */
export function settledDrive(model: AuditoryModel, options: DriveOptions) {
  const { objective = 'stretch', steps = 500, seed = 1 } = options;
  return {
    ...{ objective, steps, seed, target: options.target },
    limits: { rms: 0.1, ...heardBand(model), ...options.limits },
    computing: {
      engine: options.engine ?? defaultEngine,
      device: options.device ?? defaultDevice,
      threads: options.threads ?? availableParallelism(),
    } as const,
  };
}

/** All that a synthesis needs, and natural sounds to compare with. */
export interface PreparedDrive extends ReturnType<typeof settledDrive> {
  scales: Scales;
  /** At the level and band, with their responses. */
  natural: (NaturalSound & { responses: Float32Array })[];
  descent: Descent;
  start: SynthesisProgress;
  release(): Promise<void>;
}

/**
 * Measures natural sounds and compiles what is raised.
 *
 * @param options - As for {@link driveSound}.
 */
export async function prepareDrive(model: AuditoryModel, options: DriveOptions): Promise<PreparedDrive> {
  const settled = settledDrive(model, options);
  const { target, objective, limits, steps, seed, computing } = settled;
  const constraint = soundConstraint(limits, model);
  if (options.natural.length < 2)
    throw new InputError(
      `there must be ≥ 2 natural sounds to compare with, got ${options.natural.length}; give more`,
    );
  const waveforms = options.natural.map(({ waveform }) => constraint.project(waveform));
  const responses = await populationResponses(model, waveforms, { ...computing, target });
  const scales = scalesOf(responses);
  const optimizer = constrained(synthesisPreset('fast').optimizer(steps), constraint);
  const lowered = { objective: raised({ target, objective, scales }), optimizer };
  const program = await compileDescent(model, lowered, computing);
  return {
    ...{ ...settled, scales, release: program.release },
    natural: options.natural.map(({ sound }, i) => ({
      ...{ sound, waveform: waveforms[i]!, responses: responses[i]! },
    })),
    descent: { program, targets: [], steps },
    start: beginning(optimizer, { samples: model.samples, seed, initialNoise: limits.rms }),
  };
}

/**
 * Holds a driven sound against natural ones and noise, by the exact ear.
 *
 * @param prepared - As {@link prepareDrive} gave it.
 * @param waveform - The driven sound, shape [samples].
 */
export async function compareDriven(
  model: AuditoryModel,
  prepared: PreparedDrive,
  waveform: Float32Array,
): Promise<Omit<DrivenSound, 'losses'>> {
  const { natural, target, start, computing } = prepared;
  const [ofDriven, ofNoise] = await populationResponses(model, [waveform, start.state.waveform], {
    ...{ ...computing, target },
  });
  const told = (responses: Float32Array) => responseOf(responses, prepared);
  const heard = natural.map(({ sound, responses }) => ({ sound, ...told(responses) }));
  const best = heard.reduce((a, b) => (b.score > a.score ? b : a));
  return {
    ...{ driven: told(ofDriven!), best, natural: heard, noise: told(ofNoise!), waveform },
    bestWaveform: natural[heard.indexOf(best)]!.waveform,
  };
}

function responseOf(
  responses: Float32Array,
  { target: { index }, scales, objective }: PreparedDrive,
): DrivenResponse {
  const z = standardized(responses, scales);
  const others = [...z].filter((_, k) => k !== index);
  return {
    value: responses[index]!,
    z: z[index]!,
    neighbors: others.length === 0 ? null : mean(others),
    score: scoreOf(objective, z, index),
  };
}
