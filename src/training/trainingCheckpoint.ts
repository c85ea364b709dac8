import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../base/inputError.ts';
import { parseJson } from '../base/readJson.ts';
import { validated } from '../base/validate.ts';
import { byName } from '../engine/names.ts';
import { readCheckedArrays, valuesOf, writeCheckedArrays } from '../formats/checkedArrays.ts';
import type { NetworkPlan } from '../network/plan.ts';
import type { NamedValues } from './gradientStep.ts';
import { trainingFiles } from './trainingFiles.ts';
import { type MeterState, meterStateSchema } from './trainingMetrics.ts';
import { namedWeights, type RunState, stateArrays, stateFromArrays } from './trainingState.ts';

/** A training between two steps, with what was counted since the last line of its log. */
export interface TrainingProgress {
  state: RunState;
  /** Undefined in checkpoints of earlier versions. */
  meter: MeterState | undefined;
}

/** How far a training has come. */
export type ReachedStep = Pick<RunState, 'step' | 'best'>;

const anew = 'remove it to begin the training anew';

const textsSchema = z.object({
  step: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number ≥ 0')
    .transform(Number),
  best: z.string(),
  meter: z.string().optional(),
});
const bestSchema = z.object({ score: z.number().min(0), since: z.int().min(0) });
const accuraciesSchema = z.record(z.string(), z.number().min(0).max(1));

/**
 * Stores a training between two steps.
 *
 * @param plan - The network.
 * @param progress - All that goes on.
 */
export function writeCheckpoint(folder: string, plan: NetworkPlan, { state, meter }: TrainingProgress): void {
  writeCheckedArrays(join(folder, trainingFiles.checkpoint), {
    arrays: stateArrays(plan, state),
    metadata: {
      step: String(state.step),
      best: JSON.stringify(state.best),
      ...(meter ? { meter: JSON.stringify(meter) } : {}),
    },
  });
}

/**
 * Reads what {@link writeCheckpoint} stored.
 *
 * @param folder - A training's folder.
 * @param plan - Its network.
 * @returns The training so far; undefined when there is none.
 * @throws InputError when it is damaged or of another network.
 */
export function readCheckpoint(folder: string, plan: NetworkPlan): TrainingProgress | undefined {
  const path = join(folder, trainingFiles.checkpoint);
  return orRemove(() => {
    const { reached, meter, arrays } = checkpointAt(path) ?? {};
    if (!reached || !arrays) return undefined;
    return { state: stateFromArrays(plan, { arrays, path }, reached), meter };
  });
}

/**
 * How far a training has come.
 *
 * @returns Steps of the checkpoint and the best validation; undefined without a checkpoint.
 * @throws InputError when it is damaged.
 */
export function checkpointProgress(folder: string): ReachedStep | undefined {
  return orRemove(() => checkpointAt(join(folder, trainingFiles.checkpoint))?.reached);
}

function checkpointAt(path: string) {
  if (!existsSync(path)) return undefined;
  const { arrays, metadata } = readCheckedArrays(path);
  const texts = validated(textsSchema, metadata, path, { remedy: anew });
  return {
    arrays,
    reached: { step: texts.step, best: parsed(bestSchema, texts.best, `${path}: best`) },
    meter: texts.meter === undefined ? undefined : parsed(meterStateSchema, texts.meter, `${path}: meter`),
  };
}

function parsed<T extends z.ZodType>(schema: T, text: string, where: string): z.output<T> {
  return validated(schema, parseJson(text, where, { remedy: anew }), where, { remedy: anew });
}

/** What is wrong with a file of the training ends in the remedy. */
function orRemove<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof InputError) || cause.message.includes(anew)) throw cause;
    throw new InputError(`${cause.message}; ${anew}`, { cause });
  }
}

/** Weights of the best validation, and what was reached with them. */
export interface BestWeights {
  /** By name. */
  weights: NamedValues;
  step: number;
  /** By task. */
  accuracies: Record<string, number>;
}

/**
 * Keeps the weights of the best validation so far.
 *
 * @param folder - The training's folder.
 * @param plan - Its network.
 * @param best - The weights.
 */
export function writeBest(
  folder: string,
  plan: NetworkPlan,
  { weights, step, accuracies }: BestWeights,
): void {
  writeCheckedArrays(join(folder, trainingFiles.best), {
    arrays: namedWeights(plan, weights),
    metadata: { step: String(step), accuracies: JSON.stringify(accuracies) },
  });
}

/**
 * Reads what {@link writeBest} kept.
 *
 * @param folder - The training's folder.
 * @param plan - Its network.
 * @returns Undefined when none were kept.
 * @throws InputError when they are damaged or of another network.
 */
export function readBest(folder: string, plan: NetworkPlan): BestWeights | undefined {
  const path = join(folder, trainingFiles.best);
  if (!existsSync(path)) return undefined;
  return orRemove(() => {
    const content = readCheckedArrays(path);
    const { step, accuracies } = validated(
      textsSchema.pick({ step: true }).extend({ accuracies: z.string() }),
      content.metadata,
      path,
      { remedy: anew },
    );
    return {
      weights: byName(plan.weights, ({ name, shape }) => valuesOf(content, name, shape, path)),
      step,
      accuracies: parsed(accuraciesSchema, accuracies, path),
    };
  });
}
