import { z } from 'zod';
import { InputError } from '../../base/inputError.ts';
import { readJson, type TrainingConfig, trainingConfig } from '../trainingConfig.ts';

/** Operations the published network shares: the branch point that is put to the test. */
export const publishedBranchPoint = 7;

const ownSchema = z.object({
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
export interface BranchStudyConfig extends Omit<z.infer<typeof ownSchema>, 'seeds'> {
  training: TrainingConfig;
  seeds: number[];
}

/**
 * Checks a study's configuration: a training configuration with `branchPoints`, `seeds` and `evaluation` added.
 *
 * @param given - Parsed JSON.
 * @param where - What to call it in messages.
 * @throws InputError naming the field, the rule and the value.
 */
export function branchStudyConfig(given: unknown, where = 'branch study'): BranchStudyConfig {
  const own = ownSchema.safeParse(given);
  if (!own.success) {
    const [issue] = own.error.issues;
    throw new InputError(`${where}: ${issue!.path.join('.') || 'the file'}: ${issue!.message}; correct it`);
  }
  const { branchPoints: _, seeds: __, evaluation: ___, ...rest } = given as Record<string, unknown>;
  const training = trainingConfig(rest, where);
  if (training.preset === 'cochcnn9')
    throw new InputError(
      `${where}: preset must be one with two branches, branched or kell2018, got cochcnn9; choose one of them`,
    );
  if (training.from !== undefined)
    throw new InputError(
      `${where}: from must be absent, weights of one branch point do not fit another; leave it out`,
    );
  const { branchPoints, seeds = [training.seed], evaluation } = own.data;
  return {
    training,
    branchPoints: distinctSorted(branchPoints),
    seeds: distinctSorted(seeds),
    evaluation: { ...evaluation, snrsDb: distinctSorted(evaluation.snrsDb).reverse() },
  };
}

/**
 * Reads a study's configuration.
 *
 * @param path - A JSON file.
 * @throws InputError when it cannot be read or is not right.
 */
export function readBranchStudyConfig(path: string): BranchStudyConfig {
  return branchStudyConfig(readJson(path), path);
}

function distinctSorted(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
