// Sounds.

export { bundledClips } from '../stimuli/bundledClips.ts';
export { type ReadSoundOptions, readSound } from '../stimuli/readSound.ts';
export type { Sound } from '../stimuli/sound.ts';
export { writeWav } from '../stimuli/writeWav.ts';

// The ear.

export { type Cochleagram, cochleagram } from '../cochlea/cochleagram.ts';
export { type HearingImpairment, readHearingImpairment } from '../cochlea/impairment.ts';
export { type CochleagramParameters, cochleagramParameters } from '../cochlea/parameters.ts';

// Models.

export { activations, type StageActivations } from './model/activations.ts';
export type { AuditoryModel, Classifier, Stage } from './model/auditoryModel.ts';
export { loadModel, modelNames } from './model/loadModel.ts';
export { type Recognition, recognize } from './model/recognize.ts';

// Metamers.

export { type SheetOptions, type WrittenSheet, writeSheet } from './figures/sheet/writeSheet.ts';
export { type Judgement, judgeMetamer } from './synthesis/judgeMetamer.ts';
export { nullDistribution } from './synthesis/null/makeNull.ts';
export { match, type Objective } from './synthesis/objective.ts';
export { levelScaledAdam, normalizedGradientDescent, type Optimizer } from './synthesis/optimizer.ts';
export { type CrossRecognition, crossRecognition } from './synthesis/runs/crossRecognition.ts';
export type { BatchLayout } from './synthesis/runs/layOutRuns.ts';
export { type BatchMethod, synthesizeRuns } from './synthesis/runs/synthesizeRuns.ts';
export { type Verification, verifyRun } from './synthesis/runs/verifyRun.ts';
export { type Synthesis, type SynthesisOptions, synthesizeMetamer } from './synthesis/synthesizeMetamer.ts';

// Training.

export { buildCorpus } from './corpus/buildCorpus.ts';
export { runBranchStudy } from './training/branchStudy/runBranchStudy.ts';
export { type EvaluateOptions, evaluateModel } from './training/evaluation/evaluateModel.ts';
export type { TrainingConfigInput } from './training/trainingConfig.ts';
export { type TrainingRunOptions, trainModel } from './training/trainModel.ts';

// Experiments and listening tests: tables of contents of their own.

export * from './experiments.ts';
export * from './listeningTest.ts';

// Answers of people and models.

export { analyzeTrials } from './analysis/analyzeTrials.ts';
export { readTrials } from './records/readTrials.ts';
export { analyzeVariance } from './statistics/anova/anova.ts';

// What all of it stands on.

export { InputError } from './base/inputError.ts';
export { compile } from './engine/compile.ts';
export { type SaveOnnxOptions, saveOnnx } from './engine/saveOnnx.ts';
export { tf } from './engine/tf.ts';
