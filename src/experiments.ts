// The experiments, a table of contents.
export { type BrainPrediction, predictResponses } from './experiments/brain/predictResponses.ts';
export { type Responses, readResponses } from './experiments/brain/responses.ts';
export { type CausesConfig, readCausesConfig } from './experiments/causes/causesConfig.ts';
export { type CausesOptions, runCauses } from './experiments/causes/runCauses.ts';
export { differentiatedSound } from './experiments/distort/differentiate/differentiate.ts';
export type { DifferentiationAim } from './experiments/distort/differentiate/differentiationRecord.ts';
export {
  type Eigendistortions,
  type EigenOptions,
  eigendistortions,
} from './experiments/distort/eigen/eigendistortions.ts';
export type { Observer } from './experiments/distort/observers.ts';
export {
  type PrincipalDistortions,
  type PrincipalOptions,
  principalDistortions,
} from './experiments/distort/principal/principalDistortions.ts';
export { type DrivenSound, type DriveOptions, driveSound } from './experiments/drive/driveSound.ts';
export { channelTarget, classTarget, readoutTarget, unitTarget } from './experiments/drive/driveTarget.ts';
export { type LearnedEarConfig, readLearnedEarConfig } from './experiments/learnedEar/learnedEarConfig.ts';
export { runLearnedEar } from './experiments/learnedEar/runLearnedEar.ts';
export { type LabeledSound, labeledSounds } from './experiments/lesion/labeledSounds.ts';
export { type LesionOptions, type Lesions, lesionModel } from './experiments/lesion/lesionModel.ts';
