import { soundHash } from '../../../stimuli/sound.ts';
import { InputError } from '../../base/inputError.ts';
import type { CompileOptions } from '../../engine/engine.ts';
import { staysOnDevice } from '../../engine/stepper.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { earOf } from '../../model/hearingThrough.ts';
import type { CoarsePart, RunRecord } from '../../records/runRecord.ts';
import type { Matching } from '../descend.ts';
import { saveGradient } from '../gradientProgram.ts';
import { coarsePartOf, compileMatching } from '../matching.ts';
import { maximaAt, type NullDistribution } from '../null/nullDistribution.ts';
import { match } from '../objective.ts';
import { synthesisPreset } from '../presets.ts';
import { judgeAnew } from './judgeAnew.ts';
import { type BatchItem, stageLabel } from './layOutRuns.ts';
import { openReplacedRuns, type ReplacedRuns } from './replacedRuns.ts';
import { type ComputableSettings, finishedRun, synthesizeRun } from './synthesizeRun.ts';
import type { RunOptions, RunReport } from './takeSteps.ts';

/** What all runs of a batch share. */
export interface BatchSettings
  extends Pick<ComputableSettings, 'preset' | 'stepLimit' | 'seed' | 'engine' | 'device' | 'threads'> {
  model: AuditoryModel;
  /** Runs whose steps one graph takes together; more than one only where the device keeps waveforms. Default 1. */
  soundsPerGraph?: number | undefined;
  /** Where the graph of loss and gradient is written, as an ONNX model of engine `onnxruntime`. */
  saveOnnxPath?: string | undefined;
  /** Replaces another file there; the same model may always stand there already. */
  overwriteOnnx?: boolean | undefined;
  nullDistribution?: NullDistribution | undefined;
  versions: Record<string, string>;
}

/** How a batch is watched. */
export interface BatchOptions extends Omit<RunOptions, 'onProgress'> {
  onProgress?: (item: BatchItem, report: RunReport) => void;
  /** Awaited before the next run begins. */
  onFinished?: (item: BatchItem, record: RunRecord) => void | Promise<void>;
}

/**
 * Makes the metamers of a batch, one after the other; the graph of a stage is compiled once for all its sounds.
 * Finished runs are kept, judged anew when they were not tested against the null distribution that is given.
 *
 * @param items - The runs.
 * @param settings - What they share.
 * @param options - `onProgress` and `onFinished` hear of every run; overwriting; a signal to stop.
 * @returns The records, in the order of the runs.
 */
export async function runBatch(
  items: readonly BatchItem[],
  settings: BatchSettings,
  options: BatchOptions = {},
): Promise<RunRecord[]> {
  if (items.length === 0) return [];
  checkSoundsPerGraph(settings);
  requireNull(items, settings.nullDistribution);
  const replaced = options.overwrite ? replacedRunsOf(items, settings) : undefined;
  const records = new Map<BatchItem, RunRecord>();
  const onFinished = async (item: BatchItem, record: RunRecord) => {
    records.set(item, record);
    if (records.size < items.length) replaced?.add(item.folder);
    await options.onFinished?.(item, record);
  };
  for (const stage of new Set(items.map(({ weights }) => stageLabel(weights)))) {
    const ofStage = items.filter(({ weights }) => stageLabel(weights) === stage);
    await runStage(ofStage, settings, { ...options, onFinished }, replaced);
  }
  replaced?.close();
  return items.map((item) => records.get(item)!);
}

/** A null distribution that lacks a stage is noticed before the metamers are made. */
function requireNull(items: readonly BatchItem[], nullDistribution: NullDistribution | undefined): void {
  if (!nullDistribution) return;
  for (const { weights } of items)
    for (const stage of Object.keys(weights)) maximaAt(nullDistribution, stage);
}

function replacedRunsOf(items: readonly BatchItem[], settings: BatchSettings): ReplacedRuns {
  return openReplacedRuns(
    items.map(({ folder }) => folder),
    [settings.versions, items.map((item) => settingsOf(item, settings))],
  );
}

function checkSoundsPerGraph({ soundsPerGraph = 1, engine, device }: BatchSettings): void {
  if (!(Number.isInteger(soundsPerGraph) && soundsPerGraph >= 1))
    throw new InputError(`must be a whole number ≥ 1, got ${soundsPerGraph}; give such a number`, {
      option: 'soundsPerGraph',
    });
  if (soundsPerGraph > 1 && !staysOnDevice({ engine, device }))
    throw new InputError(
      `must be 1 where sounds don't stay on a device, got ${soundsPerGraph}; processors are faster with a process for each`,
      { option: 'soundsPerGraph', remedy: { device: 'webgpu' } },
    );
}

async function runStage(
  items: readonly BatchItem[],
  settings: BatchSettings,
  options: BatchOptions & Required<Pick<BatchOptions, 'onFinished'>>,
  replaced: ReplacedRuns | undefined,
): Promise<void> {
  const { model, engine, device, threads, saveOnnxPath, overwriteOnnx } = settings;
  const compiling: CompileOptions = { engine, device, threads };
  const open: BatchItem[] = [];
  for (const item of items) {
    const isKept = !replaced || replaced.has(item.folder);
    const finished = isKept ? finishedRun(settingsOf(item, settings), item.folder) : undefined;
    options.signal?.throwIfAborted();
    if (finished)
      await options.onFinished(item, await judgeAnew(finished, item.folder, { ...settings, compiling }));
    else open.push(item);
  }
  const objective = match(items[0]!.weights);
  if (saveOnnxPath !== undefined)
    saveGradient(model, objective, { path: saveOnnxPath, overwrite: overwriteOnnx, device });
  if (open.length === 0) return;
  const optimizer = synthesisPreset(settings.preset).optimizer(settings.stepLimit);
  const waveforms = open.map(({ reference }) => reference.waveform);
  const atOnce = Math.max(1, Math.min(settings.soundsPerGraph ?? 1, open.length));
  const { matchings, release } = await compileMatching(model, { objective, optimizer }, waveforms, {
    ...{ ...compiling, coarse: coarsePart(settings), sounds: atOnce },
  });
  try {
    await atOnceInTurn(open, { atOnce, signal: options.signal }, async (item, i, signal) => {
      const matching = matchings[i]!;
      await options.onFinished(item, await runItem(item, { settings, matching }, { ...options, signal }));
    });
  } finally {
    await release();
  }
}

/** Goes through a list, some at once; when one fails the others are stopped, and have ended before it is thrown. */
async function atOnceInTurn<T>(
  list: readonly T[],
  { atOnce, signal }: { atOnce: number; signal: AbortSignal | undefined },
  run: (item: T, index: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failure = new AbortController();
  const either = AbortSignal.any([...(signal ? [signal] : []), failure.signal]);
  const left = list.entries();
  const takeTurns = async () => {
    for (const [i, item] of left) {
      either.throwIfAborted();
      await run(item, i, either);
    }
  };
  const turns = Array.from({ length: atOnce }, () =>
    takeTurns().catch((error: unknown) => {
      failure.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(turns);
  await Promise.all(turns);
}

function runItem(
  item: BatchItem,
  compiled: { settings: BatchSettings; matching: Matching },
  options: BatchOptions,
): Promise<RunRecord> {
  const { settings, matching } = compiled;
  const { model, nullDistribution, versions } = settings;
  const { onProgress, ...watching } = options;
  watching.signal?.throwIfAborted();
  const reference = item.reference.waveform;
  return synthesizeRun(
    {
      ...{ model, reference, matching, nullDistribution, versions },
      settings: settingsOf(item, settings),
    },
    item.folder,
    onProgress ? { ...watching, onProgress: (report) => onProgress(item, report) } : watching,
  );
}

function coarsePart({ preset, stepLimit, model }: BatchSettings): CoarsePart | undefined {
  return coarsePartOf(synthesisPreset(preset), stepLimit, model);
}

function settingsOf({ reference, weights }: BatchItem, shared: BatchSettings): ComputableSettings {
  const { model, preset, stepLimit, seed, engine, device, threads } = shared;
  const coarse = coarsePart(shared);
  return {
    sound: reference.sound,
    soundHash: soundHash(reference.waveform),
    stage: stageLabel(weights),
    model: model.name,
    modelHash: model.hash,
    objective: { name: 'match', weights },
    ...{ preset, stepLimit, seed, engine, device, threads },
    oversampling: model.oversampling,
    ...(coarse ? { coarse } : {}),
    ...earOf(model),
  };
}
