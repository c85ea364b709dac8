import type { GatheredPart } from '../tasks/taskType.ts';
import type { Stimulus } from './studySchema.ts';

/** A clip to be written: what it is, and the sounds it is made of, played one after the other. */
export interface PlannedClip extends Omit<Stimulus, 'id' | 'sha256' | 'seconds' | 'parts'> {
  sounds: string[];
  /** Sounds that keep their levels to each other, of which these are some; left out, each sound gets the study's RMS. */
  levelsAmong?: readonly string[];
  /** What each sound is, where they are not played one after the other but at will. */
  parts?: readonly GatheredPart[];
}
