import type { TrialTable } from '../records/trialTable.ts';
import type { AnalysisConfig } from './config.ts';
import type { ModelScores, Stimuli } from './trials/stimuli.ts';

/** What every part of the analysis needs. */
export interface Context {
  table: TrialTable;
  /** Human rows used (1) or not (0). */
  rows: Uint8Array;
  config: AnalysisConfig;
  stimuli: Stimuli;
  models: ModelScores[];
}
