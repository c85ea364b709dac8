import { z } from 'zod';
import { InputError } from '../../base/inputError.ts';
import { readJson } from '../../base/readJson.ts';
import { hasBranches } from '../../network/presets.ts';
import { type TrainingConfig, trainingConfigSchema } from '../trainingConfig.ts';

const studySchema = trainingConfigSchema.extend({
  /** Operations both tasks share, of the twelve. */
  branchPoints: z.array(z.int().min(0).max(12)).min(1).default([0, 1, 3, 4, 6, 7, 9, 12]),
  /** One training of each branch point for each seed; default: the configuration's. */
  seeds: z.array(z.int().min(0)).min(1).optional(),
  /** What every model is evaluated on, of the test split. */
  evaluation: z
    .strictObject({
      perLabel: z.int().positive().default(8),
      snrsDb: z.array(z.number()).default([9, 0]),
      seed: z.int().min(0).default(1),
    })
    .default({ perLabel: 8, snrsDb: [9, 0], seed: 1 }),
});

/** A study: one training configuration but for branch point and seed. */
export interface BranchStudyConfig extends Pick<z.infer<typeof studySchema>, 'branchPoints' | 'evaluation'> {
  training: TrainingConfig;
  seeds: number[];
}

/**
 * Reads a study's configuration: a training configuration with `branchPoints`, `seeds` and `evaluation` added.
 *
 * @param path - A JSON file.
 * @throws InputError when it cannot be read, or naming the field, the rule and the value.
 */
export function readBranchStudyConfig(path: string): BranchStudyConfig {
  const { branchPoints, seeds, evaluation, ...training } = readJson(path, studySchema);
  if (!hasBranches(training.preset))
    throw new InputError(
      `${path}: preset must be one with two branches, branched or kell2018, got ${training.preset}; choose one of them`,
    );
  if (training.from !== undefined)
    throw new InputError(
      `${path}: from must be absent, weights of one branch point do not fit another; leave it out`,
    );
  return {
    training,
    branchPoints: distinctSorted(branchPoints),
    seeds: distinctSorted(seeds ?? [training.seed]),
    evaluation: { ...evaluation, snrsDb: distinctSorted(evaluation.snrsDb).reverse() },
  };
}

function distinctSorted(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
