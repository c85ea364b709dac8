import { z } from 'zod';
import { type CochleagramParameters, cochleagramParameters } from '../../cochlea/parameters.ts';
import { InputError } from '../base/inputError.ts';
import { readJson } from '../base/readJson.ts';
import { type PresetName, presets } from '../network/presets.ts';

/** Label of a classifier's class for sounds that hold nothing of its kind. */
export const nullLabel = '__null__';

/**
 * Labels for classes whose names are not known: the null class, then numbers.
 *
 * @param kind - What they are classes of.
 * @param count - Classes, the null class included.
 */
export function numberedLabels(kind: string, count: number): string[] {
  return [nullLabel, ...Array.from({ length: count - 1 }, (_, i) => `${kind}-${i + 1}`)];
}

/** What stands beside the weights of a model: all that is needed to build it. */
export interface ModelDescription {
  version: 1;
  name: string;
  preset: PresetName;
  /** Factor on the preset's channels. */
  width: number;
  /** Operations both branches share; absent for presets with one branch. */
  branchPoint?: number | undefined;
  /** Labels of each task's classes, in the order of the logits. */
  labels: { word: string[]; genre?: string[] | undefined };
  cochleagram: CochleagramParameters;
  /** Length of the sounds it takes, samples. */
  samples: number;
  /** Present when weights that no file holds are drawn at random from it. */
  seed?: number | undefined;
  /** How it was trained and how well it does; free form. */
  training?: Record<string, unknown> | undefined;
}

/** What differs from the published ear, in the description of any model. */
export const describedEar = z.record(z.string(), z.union([z.number(), z.boolean()]));

/** Length of a model's sounds, samples: more than six minutes at 48 kHz are a mistake, and more than memory holds. */
export const describedSamples = z
  .number()
  .int()
  .positive()
  .max(2 ** 24);

const schema = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1),
  preset: z.enum(Object.keys(presets) as [PresetName, ...PresetName[]]),
  width: z.number().positive(),
  branchPoint: z.number().int().min(0).max(12).optional(),
  labels: z.strictObject({ word: z.array(z.string()).min(1), genre: z.array(z.string()).min(1).optional() }),
  cochleagram: describedEar,
  samples: describedSamples,
  seed: z.number().int().optional(),
  training: z.record(z.string(), z.unknown()).optional(),
});

/**
 * Reads and checks a model's description.
 *
 * @param path - The `model.json`.
 * @returns The description, cochleagram parameters filled in.
 * @throws InputError when it is missing, not JSON or breaks a rule.
 */
export function readModelDescription(path: string): ModelDescription {
  const description = readJson(path, schema, {
    what: 'a model description',
    remedy: "mend it or give another model's folder",
  });
  return { ...description, cochleagram: parametersAt(path, description.cochleagram) };
}

/**
 * Parameters of a described cochleagram, filled in.
 *
 * @param path - The description, for messages.
 * @param given - What differs from the published ear.
 * @throws InputError naming the file, the parameter, its rule and its value.
 */
export function parametersAt(path: string, given: Partial<CochleagramParameters>): CochleagramParameters {
  try {
    return cochleagramParameters(given);
  } catch (error) {
    throw new InputError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
