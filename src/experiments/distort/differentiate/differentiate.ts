import { amplitudeOf, rms } from '../../../../stimuli/level.ts';
import { stepwiseDescent } from '../../../synthesis/compileDescent.ts';
import {
  type DescendOptions,
  type Descent,
  descend,
  type SynthesisProgress,
} from '../../../synthesis/descend.ts';
import { levelScaledAdam } from '../../../synthesis/optimizer.ts';
import { constrained, soundConstraint } from '../../soundConstraint.ts';
import { noiseDirection, type SearchOptions, settledSearch } from '../eigen/eigendistortions.ts';
import { checkObservers, type Observer } from '../observers.ts';
import { mixed, norm } from '../vectors.ts';
import { distanceProgram } from './differentiationProgram.ts';
import { differentiationPull } from './differentiationPull.ts';
import type { Differentiated, DifferentiationAim } from './differentiationRecord.ts';
import { heldWithin } from './differentiationVerdict.ts';
import { broughtToDistance } from './heldDistance.ts';

/** A sound on the way, and what it takes to go on. */
export interface PreparedDifferentiation {
  descent: Descent;
  start: SynthesisProgress;
  /** Brings the end to the held distance, and tells both. */
  finish(waveform: Float32Array): Promise<Differentiated & { waveform: Float32Array }>;
  release(): Promise<void>;
}

/**
 * Makes a sound that one observer takes for as different from the original as noise is, and the other for as different, or
 * as equal, as can be; at the original's level, within a band.
 *
 * @param observers - Two, of sounds of one length and rate.
 * @param waveform - The original, shape [samples].
 * @param options - What is asked; band, steps (`iterations`), seed; `onStep` is told of each step.
 * @returns The sound, and both distances at the start and the end.
 * @throws InputError for observers, bands or levels that cannot be; the signal's reason when it is stopped.
 * @see Wang & Simoncelli (2008), Journal of Vision 8(12):8.
 */
export async function differentiatedSound(
  observers: readonly Observer[],
  waveform: Float32Array,
  options: SearchOptions & DescendOptions & { aim: DifferentiationAim },
): Promise<Differentiated & { waveform: Float32Array }> {
  const prepared = await prepareDifferentiation(observers, waveform, options);
  try {
    const { state } = await descend(prepared.descent, prepared.start, options);
    return await prepared.finish(state.waveform);
  } finally {
    await prepared.release();
  }
}

/** Defaults of what options leave open, checked. */
export function settledDifferentiation(observers: readonly Observer[], options: SearchOptions) {
  checkObservers(observers, 2);
  return settledSearch(observers[0]!.model, options);
}

/**
 * The original as the search takes it: its part inside the band, at its level.
 *
 * @param waveform - Shape [samples].
 * @param options - The band.
 */
export function originalInBand(
  [{ model }]: readonly [Observer, ...Observer[]],
  waveform: Float32Array,
  { band }: Pick<ReturnType<typeof settledDifferentiation>, 'band'>,
): Float32Array {
  return soundConstraint({ ...band, rms: rms(waveform) }, model).project(waveform);
}

/**
 * Compiles distances and sets out from noise.
 *
 * @param waveform - The original, shape [samples].
 * @param options - As for {@link differentiatedSound}.
 */
export async function prepareDifferentiation(
  observers: readonly Observer[],
  waveform: Float32Array,
  options: SearchOptions & { aim: DifferentiationAim },
): Promise<PreparedDifferentiation> {
  const settled = settledDifferentiation(observers, options);
  const { aim, ...rest } = { ...settled, aim: options.aim };
  const pair = observers as readonly [Observer, Observer];
  const { model } = pair[0];
  const constraint = soundConstraint({ ...rest.band, rms: rms(waveform) }, model);
  const original = originalInBand(pair, waveform, rest);
  const size = amplitudeOf(aim.levelDb) * norm(original);
  const noise = noiseDirection(model, { ...rest, part: 'differentiate' });
  const begun = constraint.project(mixed([original, noise], [1, size]));
  const program = await distanceProgram(pair, original, rest.computing);
  try {
    const before = await program.distances(begun);
    const held = before[aim.held].value;
    const optimizer = constrained(
      // A step is a share of the change, which is a share of the sound.
      levelScaledAdam({
        ...{ rate: 0.3 * amplitudeOf(aim.levelDb), exponent: 1, floor: 3e-3, steps: rest.iterations },
        ...{ momentum: 0.9, secondMomentum: 0.98, bins: 2048 },
      }),
      constraint,
    );
    const evaluate = async (heard: Float32Array) =>
      differentiationPull(await program.distances(heard), { ...aim, at: held });
    return {
      descent: {
        program: stepwiseDescent({ evaluate, release: program.release }, optimizer),
        ...{ targets: [], steps: rest.iterations },
      },
      start: { state: optimizer.init(begun), losses: [] },
      async finish(end) {
        const distanceOf = async (heard: Float32Array) => (await program.distances(heard))[aim.held].value;
        const sound = await broughtToDistance(distanceOf, end, {
          ...{ original, project: constraint.project },
          ...{ at: held, within: heldWithin / 2 },
        });
        const after = await program.distances(sound);
        const told = (distances: typeof before) => ({
          held: Math.exp(distances[aim.held].value),
          pushed: Math.exp(distances[aim.held === 0 ? 1 : 0].value),
        });
        const change = norm(mixed([sound, original], [1, -1])) / norm(original);
        return {
          ...{ start: told(before), end: told(after), changeDb: 20 * Math.log10(change), waveform: sound },
        };
      },
      release: program.release,
    };
  } catch (error) {
    await program.release();
    throw error;
  }
}
