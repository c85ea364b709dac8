import { z } from 'zod';
import { InputError } from '../base/inputError.ts';
import { readJson } from '../base/readJson.ts';
import { validated } from '../base/validate.ts';
import { storedTypes } from '../formats/safetensors.ts';
import { type PresetName, presets } from '../network/presets.ts';
import { perturbationSchema } from './perturbation.ts';

const positive = z.number().positive();
const share = z.number().min(0).max(1);
/** Share of an old moment that is kept: with all of it nothing would be learned. */
const kept = z.number().min(0).lt(1);
const labelWeights = z.record(z.string(), z.number().min(0));

/** Layout of a training configuration. */
export const trainingConfigSchema = z.strictObject({
  /** Name of the trained model. */
  name: z.string().min(1).default('model'),
  /** Model whose weights it begins with, name or folder, of the same network and, unless `newClasses`, labels; default: random weights. */
  from: z.string().min(1).optional(),
  /** Whether `from` may have other classes: those of the same label keep their weights, the others begin at random. */
  newClasses: z.boolean().default(false),
  /** Network: a preset and its options. */
  preset: z.enum(Object.keys(presets) as [PresetName, ...PresetName[]]).default('branched'),
  width: positive.default(0.25),
  branchPoint: z.int().min(0).max(12).default(7),
  /** Folder of the corpus. */
  corpus: z.string().min(1),
  /** Words that are labels; default: all of the corpus. */
  words: z.array(z.string()).optional(),
  /** Genres that are labels; default: all of the corpus. */
  genres: z.array(z.string()).optional(),
  /** How excerpts are drawn; what is left out is the corpus's default. */
  draw: z
    .strictObject({
      shares: z.strictObject({ word: share, genre: share, neither: share }),
      cleanShare: share,
      wordSnrDb: z.tuple([z.number(), z.number()]),
      genreSnrDb: z.tuple([z.number(), z.number()]),
      contextShare: share,
      realShare: share,
    })
    .partial()
    .default({}),
  seed: z.int().min(0).default(1),
  steps: z.int().positive(),
  batchSize: z.int().positive().default(32),
  optimizer: z.enum(['adamw', 'sgd']).default('adamw'),
  /** Largest learning rate, after the warm-up. */
  learningRate: positive.default(2e-3),
  warmupSteps: z.int().min(0).default(200),
  /** After the warm-up the rate falls to zero along half a cosine, stays, or is divided by ten at thirds. */
  schedule: z.enum(['cosine', 'constant', 'steps']).default('cosine'),
  /** First moment's decay (adamw) or momentum (sgd). */
  momentum: kept.default(0.9),
  /** Second moment's decay (adamw). */
  secondMomentum: kept.default(0.99),
  /** Decoupled weight decay of kernels, a step and unit of learning rate. */
  weightDecay: z.number().min(0).default(0.02),
  /** Largest Euclidean norm of all gradients together. */
  gradientClip: positive.default(2),
  labelSmoothing: share.default(0.05),
  /** Weight of an excerpt in the loss of the task that it has no label of (its null class). */
  nullWeight: z.number().min(0).default(0.25),
  /** Weight of each task's loss. */
  taskWeights: z
    .strictObject({ word: z.number().min(0).default(1), genre: z.number().min(0).default(1) })
    .default({
      word: 1,
      genre: 1,
    }),
  /** What is added to the excerpts, for robust training and its control; default: nothing. */
  perturbation: perturbationSchema.optional(),
  /** Weight of an excerpt in a task's loss by its label; labels that are not named count 1. */
  classWeights: z.strictObject({ word: labelWeights, genre: labelWeights }).partial().optional(),
  /** Share of the old average in the moving average of the weights, which is what is evaluated and saved; 0 for none. */
  averaging: share.default(0.998),
  /** Share of the old value in the running statistics of batch normalization. */
  statisticsMomentum: share.default(0.98),
  /** How the model's weights are stored, in 32 or 16 bits; they are trained and computed with in 32. */
  weightType: z.enum(storedTypes).default('F32'),
  /** Envelope rate over filter width in the ear; lower than in synthesis, for speed. */
  oversampling: z.number().min(1).default(2),
  validateEverySteps: z.int().positive().default(500),
  validationExcerpts: z.int().positive().default(512),
  /** Stops after this many validations without a better sum of accuracies, and keeps the best's weights; 0 for never. */
  patience: z.int().min(0).default(0),
  checkpointEverySeconds: positive.default(60),
  loaderThreads: z.int().min(0).default(1),
});

/** All that fixes a training run. */
export type TrainingConfig = z.infer<typeof trainingConfigSchema>;

/** What a training needs to be told; the rest has defaults. */
export type TrainingConfigInput = z.input<typeof trainingConfigSchema>;

/**
 * Checks a training configuration and fills in defaults.
 *
 * @param given - Parsed JSON; `corpus` and `steps` are needed.
 * @param where - What to call it in messages.
 * @throws InputError naming the field, the rule and the value.
 */
export function trainingConfig(given: unknown, where = 'training configuration'): TrainingConfig {
  return validated(trainingConfigSchema, given, where);
}

/**
 * Reads a training configuration.
 *
 * @param path - A JSON file.
 * @throws InputError when it cannot be read or is not right.
 */
export function readTrainingConfig(path: string): TrainingConfig {
  return readJson(path, trainingConfigSchema);
}

/**
 * Weights of a task's classes in its loss.
 *
 * @param labels - Label of each class, null first.
 * @param config - Weights by label, and of the null class.
 * @returns One weight a class; undefined when the configuration weights no label of the task.
 * @throws InputError for a label that the task does not have.
 */
export function classWeights(
  task: 'word' | 'genre',
  labels: readonly string[] | undefined,
  config: Pick<TrainingConfig, 'classWeights' | 'nullWeight'>,
): Float32Array | undefined {
  const weights = config.classWeights?.[task];
  if (!weights || !labels) return undefined;
  const known = labels.slice(1);
  const unknown = Object.keys(weights).find((label) => !known.includes(label));
  if (unknown !== undefined)
    throw new InputError(
      `classWeights.${task} must name labels of the task, which are ${known.join(', ')}; got '${unknown}'; correct it (the null class has nullWeight)`,
    );
  return Float32Array.from([config.nullWeight, ...known.map((label) => weights[label] ?? 1)]);
}

/**
 * Learning rate of a step.
 *
 * @param config - Warm-up, schedule and largest rate.
 * @param step - From 0.
 */
export function learningRateAt(
  {
    learningRate,
    warmupSteps,
    steps,
    schedule,
  }: Pick<TrainingConfig, 'learningRate' | 'warmupSteps' | 'steps' | 'schedule'>,
  step: number,
): number {
  if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
  const progress = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  if (schedule === 'constant') return learningRate;
  if (schedule === 'steps') return learningRate / 10 ** Math.floor(3 * progress);
  return learningRate * 0.5 * (1 + Math.cos(Math.PI * progress));
}
