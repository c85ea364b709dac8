import type { PredictedClass } from '../../records/runRecord.ts';
import type { DriveComparison } from './driveSound.ts';
import type { SoundLimits } from './soundConstraint.ts';

/** What fixes a driven sound to the bit. */
export interface DriveSettings extends SoundLimits {
  /** Stage and target, as `conv3 channel-12 stretch`: the condition that a study plays it in. */
  stage: string;
  model: string;
  modelHash: string;
  /** No stage is matched, so that there are no weights. */
  objective: { name: string; target: string; weights: Record<string, never> };
  readoutsHash: string | null;
  /** SHA-256 of the natural sounds, before they are set to level and band. */
  naturalHash: string;
  stepLimit: number;
  seed: number;
  engine: string;
  device: string;
  threads: number;
  oversampling: number;
}

/** `run.json` of a driven sound, which is its `metamer.wav`; the best natural sound is its `reference.wav`. */
export interface DriveRecord extends DriveSettings {
  /** The best natural sound. */
  sound: string;
  steps: number;
  sampleRateHz: number;
  versions: Record<string, string>;
  modelPath: string | null;
  stageOrder: readonly string[];
  /** Pairs of step and negative score. */
  loss: [step: number, value: number][];
  comparison: DriveComparison;
  /** Largest amplitude of the driven sound; beyond 1 it must be played at a lower level. */
  peak: number;
  criteria: {
    /** Whether the driven sound passes the best natural one. */
    passed: boolean;
    verdict: string;
    predictedClass: PredictedClass | null;
    predictedClasses: Record<string, PredictedClass>;
  };
  seconds: number;
}
