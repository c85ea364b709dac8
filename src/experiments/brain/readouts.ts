import { createHash } from 'node:crypto';
import { z } from 'zod';
import { InputError } from '../../base/inputError.ts';
import { validated } from '../../base/validate.ts';
import {
  type CheckedArrays,
  readCheckedArrays,
  valuesOf,
  writeCheckedArrays,
} from '../../formats/checkedArrays.ts';
import type { NamedArray } from '../../formats/safetensors.ts';
import type { StageFeatures } from '../stageFeatures.ts';
import type { BestStage } from './bestStage.ts';
import { decomposeGram } from './gramDecomposition.ts';
import { meanResponses, type Responses } from './responses.ts';
import { ridgePredictions } from './ridgePredictions.ts';

/** Linear readouts of one stage's time-averaged activations. */
export interface StageReadouts {
  stage: string;
  /** Of the responses, in the order of the weights. */
  names: readonly string[];
  /** Features a sound. */
  width: number;
  /** Shape [responses, width], row-major; response per unit of activation. */
  weights: Float32Array;
  /** Shape [responses]. */
  intercepts: Float32Array;
}

/** Linear readouts of measured responses, each from the stage that predicts it best. */
export interface Readouts {
  model: string;
  modelHash: string;
  stages: readonly StageReadouts[];
  /** Tells these readouts from others. */
  hash: string;
}

/**
 * Fits each response's linear readout to its best stage, on all sounds; penalty by leave-one-out.
 *
 * @param features - Of every stage.
 * @param responses - Measured; the mean over repeats is fitted.
 * @param how - Best stage of each response, and the penalties to choose from.
 * @returns One entry a stage that is best for some response.
 */
export async function fitReadouts(
  features: readonly StageFeatures[],
  responses: Responses,
  { bestStage, penalties }: { bestStage: readonly Pick<BestStage, 'stage'>[]; penalties: readonly number[] },
): Promise<StageReadouts[]> {
  const measured = meanResponses(responses);
  const count = responses.names.length;
  const readouts: StageReadouts[] = [];
  for (const { stage, width, values } of features) {
    const own = [...bestStage.keys()].filter((r) => bestStage[r]!.stage === stage);
    if (own.length === 0) continue;
    const all = Array.from({ length: responses.sounds }, (_, sound) => sound);
    const gram = decomposeGram(values, width, { train: all, test: [] });
    const training = Float64Array.from(all.flatMap((sound) => own.map((r) => measured[sound * count + r]!)));
    const { duals } = await ridgePredictions(gram, { values: training, responses: own.length }, penalties);
    readouts.push({
      ...{ stage, width, names: own.map((r) => responses.names[r]!) },
      ...primal({ values, width }, training, duals),
    });
  }
  return readouts;
}

/** Weights of the features from those of the sounds. */
function primal(
  { values, width }: Pick<StageFeatures, 'values' | 'width'>,
  training: Float64Array,
  duals: Float64Array,
): Pick<StageReadouts, 'weights' | 'intercepts'> {
  const sounds = values.length / width;
  const responses = training.length / sounds;
  const means = new Float64Array(width);
  for (let s = 0; s < sounds; s++)
    for (let j = 0; j < width; j++) means[j]! += values[s * width + j]! / sounds;
  const weights = new Float64Array(responses * width);
  const intercepts = new Float64Array(responses);
  for (let r = 0; r < responses; r++) {
    for (let s = 0; s < sounds; s++) {
      const dual = duals[s * responses + r]!;
      intercepts[r]! += training[s * responses + r]! / sounds;
      for (let j = 0; j < width; j++) weights[r * width + j]! += dual * (values[s * width + j]! - means[j]!);
    }
    for (let j = 0; j < width; j++) intercepts[r]! -= weights[r * width + j]! * means[j]!;
  }
  return { weights: Float32Array.from(weights), intercepts: Float32Array.from(intercepts) };
}

const stagesSchema = z.array(
  z.strictObject({
    stage: z.string(),
    names: z.array(z.string()).min(1),
    width: z.number().int().positive(),
  }),
);

/**
 * Writes readouts as safetensors.
 *
 * @param path - Where the file shall stand.
 */
export function writeReadouts(path: string, { model, modelHash, stages }: Omit<Readouts, 'hash'>): void {
  writeCheckedArrays(path, contentOf({ model, modelHash, stages }));
}

function contentOf({ model, modelHash, stages }: Omit<Readouts, 'hash'>): CheckedArrays {
  return {
    metadata: {
      ...{ model, modelHash },
      stages: JSON.stringify(stages.map(({ stage, names, width }) => ({ stage, names, width }))),
    },
    arrays: new Map(
      stages.flatMap(({ stage, names, width, weights, intercepts }): [string, NamedArray][] => [
        [`${stage}/weights`, { shape: [names.length, width], values: weights }],
        [`${stage}/intercepts`, { shape: [names.length], values: intercepts }],
      ]),
    ),
  };
}

/**
 * Reads what {@link writeReadouts} wrote.
 *
 * @param path - The file.
 * @throws InputError when it is missing, damaged or of another kind.
 */
export function readReadouts(path: string): Readouts {
  const content = readCheckedArrays(path);
  const { model, modelHash, stages } = content.metadata;
  if (model === undefined || modelHash === undefined || stages === undefined)
    throw new InputError(`${path} must hold readouts of measured responses, it does not; give such a file`);
  const described = validated(stagesSchema, JSON.parse(stages), path);
  const found = described.map(({ stage, names, width }) => ({
    ...{ stage, names, width },
    weights: valuesOf(content, `${stage}/weights`, [names.length, width], path),
    intercepts: valuesOf(content, `${stage}/intercepts`, [names.length], path),
  }));
  const hash = createHash('sha256').update(stages);
  for (const { weights, intercepts } of found) hash.update(weights).update(intercepts);
  return { model, modelHash, stages: found, hash: hash.digest('hex') };
}
