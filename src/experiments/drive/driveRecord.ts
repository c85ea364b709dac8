import type { Criteria, RunRecord, RunSettings } from '../../records/runRecord.ts';
import type { SoundLimits } from '../soundConstraint.ts';
import type { DriveComparison } from './driveSound.ts';

/** What fixes a driven sound to the bit; `stage` is `conv3 channel-12 stretch`, the condition that a study plays it in. */
export interface DriveSettings
  extends SoundLimits,
    Omit<RunSettings, 'sound' | 'soundHash' | 'objective' | 'preset'> {
  /** No stage is matched, so that there are no weights. */
  objective: { name: string; target: string; weights: Record<string, never> };
  readoutsHash: string | null;
  /** SHA-256 of the natural sounds, before they are set to level and band. */
  naturalHash: string;
}

/** `run.json` of a driven sound, which is its `metamer.wav`; the best natural sound is its `reference.wav`. */
export interface DriveRecord
  extends DriveSettings,
    Pick<RunRecord, 'steps' | 'sampleRateHz' | 'versions' | 'seconds'>,
    Required<Pick<RunRecord, 'modelPath' | 'stageOrder'>> {
  /** The best natural sound. */
  sound: string;
  /** Pairs of step and negative score. */
  loss: RunRecord['loss'];
  comparison: DriveComparison;
  /** Largest amplitude of the driven sound; beyond 1 it must be played at a lower level. */
  peak: number;
  /** It passes where it drives the response more than the best natural sound does. */
  criteria: Pick<Criteria, 'passed' | 'verdict' | 'predictedClass' | 'predictedClasses'>;
}
