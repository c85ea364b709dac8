// The ear and sounds.
export { type Cochleagram, cochleagram } from '../cochlea/cochleagram.ts';
export { type HearingImpairment, readHearingImpairment } from '../cochlea/impairment.ts';
export { type CochleagramParameters, cochleagramParameters } from '../cochlea/parameters.ts';
// The listening test.
export { createStudyServer, type StudyServer } from '../listening-test/server/createStudyServer.ts';
export { type BuildStudyOptions, type BuiltStudy, buildStudy } from '../listening-test/study/buildStudy.ts';
export { bundledClips } from '../stimuli/bundledClips.ts';
export { type ReadSoundOptions, readSound } from '../stimuli/readSound.ts';
export type { Sound } from '../stimuli/sound.ts';
export { writeWav } from '../stimuli/writeWav.ts';
// Statistics of answers.
export { analyzeTrials } from './analysis/analyzeTrials.ts';
export { InputError } from './base/inputError.ts';
export { buildCorpus } from './corpus/buildCorpus.ts';
// Models.
export { compile } from './engine/compile.ts';
// Experiments.
export { type BrainPrediction, predictResponses } from './experiments/brain/predictResponses.ts';
export { type Responses, readResponses } from './experiments/brain/responses.ts';
export { type CausesConfig, readCausesConfig } from './experiments/causes/causesConfig.ts';
export { type CausesOptions, runCauses } from './experiments/causes/runCauses.ts';
export {
  type Eigendistortions,
  type EigenOptions,
  eigendistortions,
} from './experiments/distort/eigendistortions.ts';
export { type DrivenSound, type DriveOptions, driveSound } from './experiments/drive/driveSound.ts';
export { channelTarget, classTarget, readoutTarget, unitTarget } from './experiments/drive/driveTarget.ts';
export { type LearnedEarConfig, readLearnedEarConfig } from './experiments/learnedEar/learnedEarConfig.ts';
export { runLearnedEar } from './experiments/learnedEar/runLearnedEar.ts';
export { type LabeledSound, labeledSounds } from './experiments/lesion/labeledSounds.ts';
export { type LesionOptions, type Lesions, lesionModel } from './experiments/lesion/lesionModel.ts';
// Sounds and verdicts of a batch at one look.
export { type SheetOptions, type WrittenSheet, writeSheet } from './figures/sheet/writeSheet.ts';
export { activations, type StageActivations } from './model/activations.ts';
export type { AuditoryModel, Classifier, Stage } from './model/auditoryModel.ts';
export { loadModel, modelNames } from './model/loadModel.ts';
export { type Recognition, recognize } from './model/recognize.ts';
export { readTrials } from './records/readTrials.ts';
export { analyzeVariance } from './statistics/anova/anova.ts';
// Metamers.
export { type Judgement, judgeMetamer } from './synthesis/judgeMetamer.ts';
export { nullDistribution } from './synthesis/null/makeNull.ts';
export { match, type Objective } from './synthesis/objective.ts';
export { levelScaledAdam, normalizedGradientDescent, type Optimizer } from './synthesis/optimizer.ts';
export { type CrossRecognition, crossRecognition } from './synthesis/runs/crossRecognition.ts';
export { type BatchLayout, type BatchMethod, synthesizeRuns } from './synthesis/runs/synthesizeRuns.ts';
export { type Verification, verifyRun } from './synthesis/runs/verifyRun.ts';
export { type Synthesis, type SynthesisOptions, synthesizeMetamer } from './synthesis/synthesizeMetamer.ts';
// Training.
export { runBranchStudy } from './training/branchStudy/runBranchStudy.ts';
export { type EvaluateOptions, evaluateModel } from './training/evaluateModel.ts';
export type { TrainingConfigInput } from './training/trainingConfig.ts';
export { type TrainingRunOptions, trainModel } from './training/trainModel.ts';
