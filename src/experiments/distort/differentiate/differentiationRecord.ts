import type { CompileOptions } from '../../../engine/engine.ts';
import type { RunRecord, RunSettings } from '../../../records/runRecord.ts';
import type { Band } from '../../band.ts';

/** As different as can be, or as equal. */
export const pushes = ['most', 'least'] as const;
/** One of them. */
export type Push = (typeof pushes)[number];

/** What is asked of a sound: which observer takes it for equal, and where the other is pushed. */
export interface DifferentiationAim {
  /** Place of the observer whose distance is held; the other's is pushed. */
  held: 0 | 1;
  push: Push;
  /** Of the noise whose distance is held, dB re the sound. */
  levelDb: number;
}

/** What fixes the sounds of a maximum differentiation to the bit; the band is that of the sounds. */
export interface DifferentiationSettings
  extends Band,
    Pick<RunSettings, 'sound' | 'soundHash' | 'model' | 'modelHash' | 'threads' | 'stepLimit' | 'seed'>,
    Required<Pick<CompileOptions, 'engine' | 'device'>> {
  method: 'differentiate';
  /** Names of the two observers. */
  observers: readonly string[];
  /** Of the noises whose distances are held, dB re the sound. */
  levelsDb: readonly number[];
}

/** Distances from the original, ‖change of the activations‖ over ‖activations‖. */
export interface Distances {
  held: number;
  pushed: number;
}

/** A sound that tells two observers apart. */
export interface Differentiated {
  /** Of the noise. */
  start: Distances;
  end: Distances;
  /** Level of the whole change, dB re the sound. */
  changeDb: number;
}

/** One of the sounds of a maximum differentiation. */
export interface DifferentiatedSound extends Differentiated {
  /** Name of the observer whose distance is held. */
  held: string;
  /** Name of the other. */
  pushed: string;
  push: Push;
  levelDb: number;
  passed: boolean;
}

/** `differentiate.json`: sounds that one observer takes for equally different, and the other for as different or equal as can be. */
export interface DifferentiationRecord
  extends DifferentiationSettings,
    Pick<RunRecord, 'versions' | 'sampleRateHz' | 'seconds'> {
  sounds: DifferentiatedSound[];
}
