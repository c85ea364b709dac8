import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeJsonAtomic } from '../base/files.ts';
import { InputError } from '../base/inputError.ts';
import { readJson } from '../base/readJson.ts';
import { type StoredType, writeSafetensors } from '../formats/safetensors.ts';
import { modelFiles } from '../model/loadModel.ts';
import { type ModelDescription, readModelDescription } from '../model/modelDescription.ts';
import type { NetworkPlan } from '../network/plan.ts';
import type { NamedValues } from './gradientStep.ts';
import { checkpointProgress } from './trainingCheckpoint.ts';
import { trainingConfig } from './trainingConfig.ts';
import { trainingFiles } from './trainingFiles.ts';
import { dropLinesAfter } from './trainingLog.ts';
import { namedWeights } from './trainingState.ts';

/** What a training writes at its end. */
const wholeModel = [modelFiles.description, modelFiles.weights];

/** Settings that change neither weights nor metrics beyond how far they go. */
const freeKeys: readonly string[] = ['steps', 'loaderThreads', 'checkpointEverySeconds'];

/**
 * Checks that a folder is this configuration's or nobody's.
 *
 * @param folder - The folder; it need not exist.
 * @param config - What shall be trained there.
 * @param overwrite - Whether what is there may be replaced: a model from elsewhere, a training of another configuration.
 * @throws InputError naming the setting that differs, or the model that would be lost.
 */
export function checkFolder(folder: string, config: object, overwrite = false): void {
  if (overwrite) return;
  const path = join(folder, trainingFiles.config);
  if (!existsSync(path)) {
    const foreign = wholeModel.find((name) => existsSync(join(folder, name)));
    if (foreign === undefined) return;
    throw new InputError(
      `${join(folder, foreign)} is a model that was not trained in this folder, it would be replaced; choose another folder`,
      { remedy: { overwrite: true } },
    );
  }
  const before = readConfig(path);
  const differing = differingSetting(config, before);
  if (differing)
    throw new InputError(
      `${folder} holds a training run with another '${differing}' (${JSON.stringify(before[differing]) ?? 'none'}); use its configuration or another folder`,
      { remedy: { overwrite: true } },
    );
}

/**
 * Makes a folder this configuration's: a training of another one that may be replaced is removed, lines of the log that
 * the checkpoint does not know of are dropped.
 *
 * @param folder - Checked by {@link checkFolder}, and locked.
 * @param config - What is trained there.
 */
export function claimFolder(folder: string, config: object): void {
  if (!isOf(folder, config))
    for (const name of [...Object.values(trainingFiles), ...Object.values(modelFiles)])
      rmSync(join(folder, name), { force: true });
  dropLinesAfter(folder, checkpointProgress(folder)?.step ?? 0);
  writeJsonAtomic(join(folder, trainingFiles.config), config);
}

/**
 * Whether a folder holds a training of this configuration, whatever its number of steps.
 *
 * @param config - The configuration.
 */
export function isOf(folder: string, config: object): boolean {
  const path = join(folder, trainingFiles.config);
  try {
    return existsSync(path) && differingSetting(config, readConfig(path)) === undefined;
  } catch {
    return false;
  }
}

/** First setting in which two configurations differ, those aside that may change. */
function differingSetting(config: object, before: Record<string, unknown>): string | undefined {
  const now = config as Record<string, unknown>;
  return [...new Set([...Object.keys(now), ...Object.keys(before)])].find(
    (key) => !freeKeys.includes(key) && JSON.stringify(now[key]) !== JSON.stringify(before[key]),
  );
}

/** A stored configuration, with the defaults of settings that are newer than it. */
function readConfig(path: string): Record<string, unknown> {
  const stored = readJson(path, z.record(z.string(), z.unknown()), {
    what: 'the configuration of a training',
    remedy: 'choose another folder',
    settings: { overwrite: true },
  });
  try {
    return trainingConfig(stored, path);
  } catch {
    // A setting that is no more: the comparison names it.
    return stored;
  }
}

/**
 * Writes the trained model: description last, so that a model that is described has its weights.
 *
 * @param folder - The training's folder.
 * @param description - What the model is.
 * @param model - The network, its weights by name and how they are stored, and what `training` in the description says.
 */
export function saveModel(
  folder: string,
  description: ModelDescription,
  model: { plan: NetworkPlan; weights: NamedValues; type: StoredType; training: Record<string, unknown> },
): void {
  const weights = namedWeights(model.plan, model.weights);
  writeSafetensors(join(folder, modelFiles.weights), weights, { type: model.type });
  writeJsonAtomic(join(folder, modelFiles.description), { ...description, training: model.training });
}

/**
 * Steps of the model in a training's folder.
 *
 * @returns As its `model.json` tells; undefined without a whole model.
 */
export function trainedSteps(folder: string): number | undefined {
  if (!wholeModel.every((name) => existsSync(join(folder, name)))) return undefined;
  const { training } = readModelDescription(join(folder, modelFiles.description));
  return training?.['steps'] as number | undefined;
}
