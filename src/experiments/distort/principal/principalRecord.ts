import type { CompileOptions } from '../../../engine/engine.ts';
import type { RunRecord, RunSettings } from '../../../records/runRecord.ts';
import type { Band } from '../../band.ts';

/** What fixes the principal distortions of a sound to the bit; the band is that of the changes. */
export interface PrincipalSettings
  extends Band,
    Pick<RunSettings, 'sound' | 'soundHash' | 'model' | 'modelHash' | 'threads'>,
    Required<Pick<CompileOptions, 'engine' | 'device'>> {
  method: 'principal';
  /** Names of the observers: stages, after the model's name where there are several models. */
  observers: readonly string[];
  /** Of both residuals. */
  tolerance: number;
  /** Most steps. */
  iterationLimit: number;
  /** Levels of the changes, dB re the sound. */
  levelsDb: readonly number[];
  /** Sensitivity that every observer has for every change, dB re its sensitivity to noise of the band. */
  floorDb: number;
  /** Of the noises that the search begins with. */
  seed: number;
}

/** The two directions, by the order in which they are looked for. */
export const principalNames = ['first', 'second'] as const;
/** One of them. */
export type PrincipalName = (typeof principalNames)[number];

/** `principal.json`: the two changes of a sound by which observers differ most. */
export interface PrincipalRecord
  extends PrincipalSettings,
    Pick<RunRecord, 'versions' | 'sampleRateHz' | 'seconds'> {
  iterations: number;
  isConverged: boolean;
  /** Standard deviation over the observers of `ratioDb`: what is made as large as can be. */
  spreadDb: number;
  /** Of each observer, in the order of `observers`. */
  sensitivities: PrincipalSensitivity[];
  distortions: Record<PrincipalName, { residual: number; levels: { levelDb: number; measured: number[] }[] }>;
}

/** What an observer makes of the two changes. */
export interface PrincipalSensitivity {
  observer: string;
  /** vᵀFv with the floor, dB re noise of the band, of each change. */
  firstDb: number;
  secondDb: number;
  /** The first less the second. */
  ratioDb: number;
}
