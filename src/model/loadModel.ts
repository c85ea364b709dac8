import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultOversampling } from '../../cochlea/parameters.ts';
import { InputError } from '../base/inputError.ts';
import { packagePath } from '../base/packagePath.ts';
import { partOfEveryLength } from '../network/everyLength.ts';
import type { NetworkPlan } from '../network/plan.ts';
import type { AuditoryModel } from './auditoryModel.ts';
import { baselineNames, createBaselineModel } from './baselines/createBaselineModel.ts';
import { createAuditoryModel, networkOf } from './createAuditoryModel.ts';
import { type HearingOptions, hearingThrough } from './hearingThrough.ts';
import { type ModelDescription, readModelDescription } from './modelDescription.ts';
import { loadOnnxModel } from './onnx/loadOnnxModel.ts';
import { publishedModel, publishedPresets } from './publishedModel.ts';
import { permutedWeights, randomWeights, storedWeights } from './weightStore.ts';

/** File names in a model's folder. */
export const modelFiles = {
  description: 'model.json',
  weights: 'weights.safetensors',
  nullDistribution: 'null.json',
} as const;

/** How a model is loaded; `oversampling` is by default that of `createFastCochleagram`. */
export interface LoadOptions extends Partial<HearingOptions> {
  /**
   * Which weights: those of the model (default), the same ones permuted within each array, or new random ones; the last
   * two are controls that keep architecture and, permuted, the distribution of weights.
   */
  weights?: 'own' | 'permuted' | 'random';
}

const randomSuffix = '-random';
const randomSeed = 1;

/** Published networks with random weights, by name. */
const randomNetworks = new Map(publishedPresets.map((preset) => [`${preset}${randomSuffix}`, preset]));

/**
 * Names of all models that load without a folder: those that ship with the package, the baselines that are not networks,
 * then those with random weights.
 */
export function modelNames(): string[] {
  return [...shippedNames(), ...baselineNames, ...randomNetworks.keys()];
}

/**
 * Loads a model.
 *
 * @param nameOrFolder - A name of {@link modelNames} (`-random` may be left out where that names no other model), a
 *   folder with `model.json` and `weights.safetensors` (with a seed in `model.json`, weights that are not stored are drawn
 *   at random), or an ONNX file.
 * @param options - Precision of the cochleagram.
 * @returns The model; random weights are drawn when they are first used.
 * @throws InputError when there is no such model or its files do not fit together.
 */
export function loadModel(nameOrFolder: string, options: LoadOptions = {}): AuditoryModel {
  const { oversampling = defaultOversampling, durationSeconds, weights = 'own', ear } = options;
  if (nameOrFolder.endsWith('.onnx')) {
    requireOwn(weights, 'an ONNX file');
    return loadOnnxModel(nameOrFolder, { oversampling, durationSeconds, ear });
  }
  if (baselineNames.includes(nameOrFolder)) {
    requireOwn(weights, `${nameOrFolder}, whose stages have no weights`);
    return createBaselineModel(nameOrFolder, { oversampling, durationSeconds, ear });
  }
  const { description: described, folder } = findModel(nameOrFolder);
  const description = hearingThrough(lasting(described, durationSeconds), ear);
  const { plan, ...ownLength } = planFor(described, description);
  const weightsPath = storedWeightsPath(description, folder);
  const own = weightsPath
    ? storedWeights(plan, weightsPath, description.seed)
    : randomWeights(plan, description.seed ?? randomSeed);
  const stores = { own, permuted: permutedWeights(own, randomSeed), random: randomWeights(plan, randomSeed) };
  const hash = modelHash(description, weightsPath ? readFileSync(weightsPath) : undefined);
  return createAuditoryModel(description, {
    plan,
    weights: stores[weights],
    oversampling,
    hash: weights === 'own' ? hash : `${hash}-${weights}`,
    ...(folder === nameOrFolder ? { path: folder } : {}),
    ...ownLength,
  });
}

function requireOwn(weights: NonNullable<LoadOptions['weights']>, what: string): void {
  if (weights !== 'own')
    throw new InputError(`must be 'own' for ${what}, got '${weights}'; leave it out`, { option: 'weights' });
}

/** The network for a length of sounds; stages that take none but their own are left out and named. */
function planFor(
  own: ModelDescription,
  asked: ModelDescription,
): { plan: NetworkPlan; ownLength?: NonNullable<AuditoryModel['ownLength']> } {
  const whole = networkOf(own);
  if (asked.samples === own.samples) return { plan: whole };
  const plan = partOfEveryLength(networkOf(asked), whole);
  const kept = plan.stages.map(({ name }) => name);
  const left = whole.stages.map(({ name }) => name).filter((name) => !kept.includes(name));
  return { plan, ownLength: { seconds: own.samples / own.cochleagram.sampleRateHz, stages: left } };
}

/**
 * Hash of what a model is.
 *
 * @param description - Its description; free-form remarks on its training do not count.
 * @param weights - Bytes of its weights file; none when all are drawn from the seed.
 * @returns SHA-256, hexadecimal.
 */
export function modelHash(description: ModelDescription, weights?: Uint8Array): string {
  const { training: _, ...defining } = description;
  const hash = createHash('sha256').update(JSON.stringify(sortedKeys(defining)));
  if (weights) hash.update(weights);
  return hash.digest('hex');
}

/**
 * Description of a model that is a preset.
 *
 * @param nameOrFolder - As for {@link loadModel}, ONNX files aside.
 * @throws InputError when there is no such model.
 */
export function modelDescription(nameOrFolder: string): ModelDescription {
  return findModel(nameOrFolder).description;
}

function lasting(description: ModelDescription, durationSeconds: number | undefined): ModelDescription {
  if (durationSeconds === undefined) return description;
  return { ...description, samples: Math.round(durationSeconds * description.cochleagram.sampleRateHz) };
}

/** File of a folder's weights; a model with a seed may do without, and one with neither is missed when it is read. */
function storedWeightsPath({ seed }: ModelDescription, folder: string | undefined): string | undefined {
  if (folder === undefined) return undefined;
  const path = join(folder, modelFiles.weights);
  return seed === undefined || existsSync(path) ? path : undefined;
}

/** A description, and the folder its weights are in; none when they are random. */
function findModel(nameOrFolder: string): { description: ModelDescription; folder?: string } {
  const folder = modelFolder(nameOrFolder);
  const path = join(folder, modelFiles.description);
  if (existsSync(path)) return { description: readModelDescription(path), folder };
  for (const name of [nameOrFolder, nameOrFolder + randomSuffix]) {
    const preset = randomNetworks.get(name);
    if (preset) return { description: { ...publishedModel(preset, name), seed: randomSeed } };
  }
  throw new InputError(
    `model '${nameOrFolder}' must be an ONNX file, a folder with ${modelFiles.description} or one of ${modelNames().join(', ')}; choose one of them`,
  );
}

/**
 * Folder of a model with stored weights.
 *
 * @param nameOrFolder - Name of a shipped model, or a folder.
 */
export function modelFolder(nameOrFolder: string): string {
  return shippedNames().includes(nameOrFolder) ? join(shippedFolder(), nameOrFolder) : nameOrFolder;
}

function shippedFolder(): string {
  return packagePath('src/model/weights');
}

function shippedNames(): string[] {
  if (!existsSync(shippedFolder())) return [];
  return readdirSync(shippedFolder())
    .filter((name) => existsSync(join(shippedFolder(), name, modelFiles.description)))
    .sort();
}

/** The same value with keys in alphabetical order, so that the order in a file does not matter. */
function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sortedKeys(part)]),
  );
}
