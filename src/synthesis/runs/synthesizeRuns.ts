import { availableParallelism } from 'node:os';
import { versions } from '../../base/versions.ts';
import { type CompileOptions, defaultDevice, defaultEngine } from '../../engine/engine.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import type { RunRecord } from '../../records/runRecord.ts';
import { type NullDistribution, nullFor } from '../null/nullDistribution.ts';
import { type SynthesisPresetName, synthesisPreset } from '../presets.ts';
import { type BatchOptions, type BatchSettings, runBatch } from './batch.ts';
import { type BatchLayout, layOutRuns } from './layOutRuns.ts';

/** How the runs of a batch are made. */
export interface BatchMethod
  extends Pick<CompileOptions, 'engine' | 'device' | 'threads'>,
    Pick<BatchSettings, 'soundsPerGraph' | 'saveOnnxPath' | 'overwriteOnnx'> {
  /** Default `fast`. */
  preset?: SynthesisPresetName;
  /** Gradient steps; default the preset's. */
  steps?: number;
  /** Seed of the initial noise; default 1. */
  seed?: number;
  /** What a match must exceed; default: the one beside the model's weights, where there is one; `none` for no such test. */
  nullDistribution?: NullDistribution | 'none';
}

/**
 * Makes metamers in folders, one of each sound at each stage. Finished runs are kept, interrupted ones go on to the same
 * bits.
 *
 * @param sounds - Sound files or names of bundled clips.
 * @param options - Stages, folder, method; what is told of the runs; a signal to stop.
 * @returns The records, sound by sound, as in each folder's `run.json`.
 * @throws InputError for a sound, stage or folder that cannot be used.
 */
export async function synthesizeRuns(
  model: AuditoryModel,
  sounds: readonly string[],
  options: BatchLayout & BatchMethod & BatchOptions,
): Promise<RunRecord[]> {
  const items = await layOutRuns(model, sounds, options);
  return runBatch(items, batchSettings(model, options), options);
}

/**
 * What all runs of a batch share, with the defaults of what is not stated.
 *
 * @param method - Preset, steps, seed, engine, null distribution.
 */
export function batchSettings(model: AuditoryModel, method: BatchMethod): BatchSettings {
  const { preset = 'fast', nullDistribution } = method;
  return {
    model,
    preset,
    stepLimit: method.steps ?? synthesisPreset(preset).steps,
    seed: method.seed ?? 1,
    engine: method.engine ?? defaultEngine,
    device: method.device ?? defaultDevice,
    threads: method.threads ?? availableParallelism(),
    soundsPerGraph: method.soundsPerGraph,
    saveOnnxPath: method.saveOnnxPath,
    overwriteOnnx: method.overwriteOnnx,
    nullDistribution: nullFor(model, nullDistribution),
    versions: versions(),
  };
}
