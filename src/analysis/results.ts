import type { InputFile } from '../base/inputFiles.ts';
import type { BesideHumans } from './besideHumans.ts';
import type { AgreementWithPeople, ModelComparison } from './byItem/agreement/agreementWithPeople.ts';
import type { ConfusionAgreement } from './byItem/confusions.ts';
import type { PairConsistency } from './byItem/consistency.ts';
import type { ItemCorrelation } from './byItem/itemCorrelation.ts';
import type { LeaveOneOut, Reliability } from './byItem/reliability.ts';
import type { CurveClaims, Headline } from './byStage/curveClaims.ts';
import type { CurveInference, StageAnova } from './byStage/inference.ts';
import type { OverTrials } from './byStage/overTrials.ts';
import type { CurveKey, Recognition } from './byStage/recognition.ts';
import type { LevelSummary } from './byStage/summary.ts';
import type { AnalysisConfig } from './config.ts';
import type { CrossModel } from './crossModel.ts';
import type { Demographic } from './demographics.ts';
import type { Discrimination } from './discrimination/analyzeDiscrimination.ts';
import type { ConductSensitivity } from './exclusions/conduct.ts';
import type { ExclusionStep } from './exclusions/exclude.ts';
import type { SensitivityLine } from './exclusions/sensitivity.ts';
import type { NoiseRecognition } from './inNoise/recognitionInNoise.ts';
import type { PlanReport } from './plan/analysisPlan.ts';
import type { ModelScores, Stimuli } from './trials/stimuli.ts';

/** Everything about one task and one model's metamers. */
export interface CurveResults extends CurveKey {
  /** The test that the report leads with: it holds for new listeners and new sounds. */
  headline: Headline | null;
  /** The published test of the same question, which takes sounds as fixed; null without a model's answers. */
  anovaAsPublished: StageAnova | null;
  /** Tests, intervals and comparisons that hold for new listeners and new sounds. */
  claims: CurveClaims;
  /** Share right by guessing; NaN where neither the configuration nor the study states it. */
  chance: number;
  recognition: Recognition;
  /** Response times, learning over the session, differences between lists. */
  overTrials: OverTrials;
  summaries: LevelSummary[];
  inference: CurveInference;
  byItem: {
    items: number;
    medianAnswersPerItem: number;
    consistency: PairConsistency[];
    reliability: { raw: Reliability; withinStage: Reliability; leaveOneOut: LeaveOneOut };
    correlations: ItemCorrelation[];
    confusions: ConfusionAgreement[];
    /** Each model with people beside people with one another. */
    agreement: AgreementWithPeople[];
    /** Which of two models agrees with people more; empty with fewer than two. */
    modelComparisons: ModelComparison[];
  };
  warnings: string[];
}

/** The answer: does the model hear what people hear? */
export interface AnalysisResults {
  title: string;
  seed: number;
  permutations: number;
  bootstrapResamples: number;
  /** Settings as they took effect. */
  configuration: AnalysisConfig;
  /** The files that the trials were read from. */
  inputs: InputFile[];
  /** What was fixed before the data were seen, and whether it was kept; null without a plan. */
  plan: PlanReport | null;
  trials: number;
  participants: number;
  models: string[];
  exclusions: {
    startParticipants: number;
    startTrials: number;
    steps: ExclusionStep[];
    sensitivity: SensitivityLine[];
  };
  /** What people told of themselves; empty where nothing is known. */
  demographics: Demographic[];
  /** Results with and without answers that the listening test marked. */
  conduct: ConductSensitivity;
  curves: CurveResults[];
  /** Tasks in which sounds are told apart, not recognized. */
  discrimination: Discrimination[];
  metamerModelComparisons: (StageAnova & { task: string })[];
  /** Why pairs of models could not be compared. */
  comparisonNotes: string[];
  inNoise: NoiseRecognition;
  /** Each observer in noise beside people of another study; empty without these. */
  humans: BesideHumans[];
  crossModel: CrossModel;
  warnings: string[];
}

/** Results with what they rest on. */
export interface Analysis {
  results: AnalysisResults;
  /** Human rows used (1) or not (0). */
  rows: Uint8Array;
  stimuli: Stimuli;
  models: readonly ModelScores[];
}
