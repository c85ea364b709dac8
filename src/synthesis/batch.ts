import { basename, extname, join } from 'node:path';
import type { CompileOptions, DeviceName, EngineName } from '../engine/engine.ts';
import { InputError } from '../inputError.ts';
import type { AuditoryModel } from '../model/auditoryModel.ts';
import { computeActivations } from '../model/computeActivations.ts';
import { compileGradient } from './gradientProgram.ts';
import type { NullDistribution } from './nullDistribution.ts';
import { match } from './objective.ts';
import type { RunRecord } from './runRecord.ts';
import {
  type DrawRunFigure,
  finishedRun,
  type RunOptions,
  type RunReport,
  type RunSettings,
  soundHash,
  synthesizeRun,
} from './synthesizeRun.ts';

/** A reference sound of a batch. */
export interface ReferenceSound {
  /** Path or bundled name, as given. */
  sound: string;
  /** Shape [samples], at the preset's level. */
  waveform: Float32Array;
}

/** One run of a batch: a sound and the stages it is matched at. */
export interface BatchItem {
  reference: ReferenceSound;
  /** Weight of each stage; several are matched at once. */
  weights: Record<string, number>;
  folder: string;
}

/** What all runs of a batch share. */
export interface BatchSettings {
  model: AuditoryModel;
  preset: string;
  /** Gradient steps at most. */
  stepLimit: number;
  seed: number;
  engine: EngineName;
  device: DeviceName;
  threads: number;
  oversampling: number;
  saveOnnxPath?: string | undefined;
  nullDistribution?: NullDistribution | undefined;
  versions: Record<string, string>;
  drawFigure: DrawRunFigure;
}

/**
 * Reads one entry of `--stage`: a stage, or several joined by `+`, each with an optional weight after a colon.
 *
 * @param text - `conv3`, `conv3+conv5.word`, `conv3:2+top.word:1`.
 * @param model - Its stages are the allowed ones.
 * @returns Weight of each stage.
 * @throws InputError for an unknown stage or a weight that is not positive.
 */
export function parseStages(text: string, model: AuditoryModel): Record<string, number> {
  const names = model.stages.map(({ name }) => name);
  return Object.fromEntries(
    text.split('+').map((part): [string, number] => {
      const [stage = '', weight = '1'] = part.split(':');
      if (!names.includes(stage))
        throw new InputError(
          `stage '${stage}' is not a stage of ${model.name}; it must be one of ${names.join(', ')}, or several joined by '+'`,
        );
      if (!(Number(weight) > 0))
        throw new InputError(
          `--stage ${text}: the weight of ${stage} must be > 0, got '${weight}'; give such a number`,
        );
      return [stage, Number(weight)];
    }),
  );
}

/** Name of a run's stages in `run.json` and in its folder's path. */
export function stageLabel(weights: Record<string, number>): string {
  const isPlain = Object.values(weights).every((weight) => weight === 1);
  return Object.entries(weights)
    .map(([stage, weight]) => (isPlain ? stage : `${stage}:${weight}`))
    .join('+');
}

/**
 * Lays out a batch: every sound at every stage, each in its own folder `<out>/<sound>/<stage>`.
 *
 * @param references - The sounds.
 * @param stages - For each run of a sound, its stages.
 * @param out - Folder of the batch.
 * @returns The runs, sound by sound.
 * @throws InputError when two sounds share a name.
 */
export function layOutBatch(
  references: readonly ReferenceSound[],
  stages: readonly Record<string, number>[],
  out: string,
): BatchItem[] {
  const names = references.map(({ sound }) => basename(sound, extname(sound)));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new InputError(
      `two sounds are named '${twice}' and would share a folder of ${out}; rename one of them`,
    );
  return references.flatMap((reference, i) =>
    stages.map((weights) => ({ reference, weights, folder: join(out, names[i]!, stageLabel(weights)) })),
  );
}

/**
 * Every n-th run of a batch.
 *
 * @param items - The whole batch.
 * @param shard - `index` of `count`, from 0; shards of one batch need no coordinator.
 */
export function shardOf<T>(items: readonly T[], { index, count }: { index: number; count: number }): T[] {
  return items.filter((_, i) => i % count === index);
}

/**
 * Makes the metamers of a batch, one after the other; the graph of a stage is compiled once for all its sounds.
 *
 * @param items - The runs.
 * @param settings - What they share.
 * @param options - `onProgress` and `onFinished` hear of every run; overwriting.
 * @returns The records, in the order of the runs.
 */
export async function runBatch(
  items: readonly BatchItem[],
  settings: BatchSettings,
  options: Omit<RunOptions, 'onProgress'> & {
    onProgress?: (item: BatchItem, report: RunReport) => void;
    onFinished?: (item: BatchItem, record: RunRecord) => void;
  } = {},
): Promise<RunRecord[]> {
  const records = new Map<BatchItem, RunRecord>();
  for (const stage of new Set(items.map(({ weights }) => stageLabel(weights)))) {
    const ofStage = items.filter(({ weights }) => stageLabel(weights) === stage);
    await runStage(
      ofStage,
      settings,
      (item, record) => {
        records.set(item, record);
        options.onFinished?.(item, record);
      },
      options,
    );
  }
  return items.map((item) => records.get(item)!);
}

async function runStage(
  items: readonly BatchItem[],
  settings: BatchSettings,
  onFinished: (item: BatchItem, record: RunRecord) => void,
  options: Omit<RunOptions, 'onProgress'> & { onProgress?: (item: BatchItem, report: RunReport) => void },
): Promise<void> {
  const { model, engine, device, threads, saveOnnxPath, nullDistribution, versions, drawFigure } = settings;
  const open = items.filter((item) => {
    const finished = options.overwrite ? undefined : finishedRun(settingsOf(item, settings), item.folder);
    if (finished) {
      requireTested(finished, item.folder, nullDistribution);
      onFinished(item, finished);
    }
    return !finished;
  });
  if (open.length === 0) return;
  const objective = match(open[0]!.weights);
  const compiling: CompileOptions = { engine, device, threads };
  const waveforms = open.map(({ reference }) => reference.waveform);
  const targets = await computeActivations(model, waveforms, objective.stages, {
    ...compiling,
    form: 'fast',
    batch: 1,
  });
  const program = await compileGradient(model, objective, {
    ...compiling,
    ...(saveOnnxPath === undefined ? {} : { saveOnnxPath }),
  });
  try {
    for (const [i, item] of open.entries()) {
      const job = {
        settings: settingsOf(item, settings),
        model,
        reference: item.reference.waveform,
        program,
        targets: targets[i]!,
        nullDistribution,
        versions,
        drawFigure,
      };
      const { onProgress, ...rest } = options;
      const watched = onProgress
        ? { ...rest, onProgress: (report: RunReport) => onProgress(item, report) }
        : rest;
      onFinished(item, await synthesizeRun(job, item.folder, watched));
    }
  } finally {
    await program.release();
  }
}

/** A finished run that was not tested against a null keeps its verdict; asking for one is not passed over in silence. */
function requireTested(
  record: RunRecord,
  folder: string,
  nullDistribution: NullDistribution | undefined,
): void {
  if (nullDistribution && record.criteria.nullMaxima === null)
    throw new InputError(
      `${folder} is finished and was not tested against a null; judge it with metamer verify --null, or add --overwrite to make it anew`,
    );
}

function settingsOf({ reference, weights }: BatchItem, shared: BatchSettings): RunSettings {
  const { model, preset, stepLimit, seed, engine, device, threads, oversampling } = shared;
  return {
    sound: reference.sound,
    soundHash: soundHash(reference.waveform),
    stage: stageLabel(weights),
    model: model.name,
    modelHash: model.hash,
    objective: { name: 'match', weights },
    ...{ preset, stepLimit, seed, engine, device, threads, oversampling },
  };
}
