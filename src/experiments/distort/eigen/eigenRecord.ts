import type { CompileOptions } from '../../../engine/engine.ts';
import type { RunRecord, RunSettings } from '../../../records/runRecord.ts';
import type { Band } from '../../band.ts';
import type { EigenEnd } from './extremeEigenvector.ts';

/** What fixes the eigendistortions of a sound to the bit; the band is that of the changes. */
export interface EigenSettings
  extends Band,
    Pick<RunSettings, 'sound' | 'soundHash' | 'stage' | 'model' | 'modelHash' | 'threads' | 'oversampling'>,
    Required<Pick<CompileOptions, 'engine' | 'device'>> {
  method: 'eigen';
  /** Of ‖Fv − λv‖, over λ. */
  tolerance: number;
  /** Most steps for each end. */
  iterationLimit: number;
  /** Levels of the changes, dB re the sound. */
  levelsDb: readonly number[];
  /** Of the noise that iterations begin with. */
  seed: number;
}

/** What a change of the sound at a level does to the stage. */
export interface ChangeAtLevel {
  /** Of the change, dB re the sound. */
  levelDb: number;
  /** ‖change of the activations‖ over ‖activations‖, as measured. */
  measured: number;
  /** The same as the metric predicts it. */
  predicted: number;
}

/** A direction in the space of sounds, and what the stage makes of it. */
export interface Distortion {
  /** vᵀFv of the direction v of unit length: squared change of the activations by a change of norm 1. */
  eigenvalue: number;
  levels: ChangeAtLevel[];
}

/** An extreme direction. */
export interface Eigendistortion extends Distortion {
  iterations: number;
  /** ‖Fv − λv‖ over the largest eigenvalue. */
  residual: number;
  isConverged: boolean;
}

/** `eigen.json`: eigendistortions of a sound at a stage. */
export interface EigenRecord extends EigenSettings, Pick<RunRecord, 'versions' | 'sampleRateHz' | 'seconds'> {
  /** By end of the spectrum. */
  distortions: Record<EigenEnd, Eigendistortion>;
  /** Noise of the same band, where the iterations began: what any change does. */
  noise: Distortion;
  /** Just-noticeable level of the smallest over that of the largest, if they are in inverse proportion to √λ, dB; null where the smallest is 0. */
  thresholdRatioDb: number | null;
}
