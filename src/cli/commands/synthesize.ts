import { availableParallelism } from 'node:os';
import { InputError } from '../../base/inputError.ts';
import { versions } from '../../base/versions.ts';
import { drawRun } from '../../figures/drawRun.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { loadModel } from '../../model/loadModel.ts';
import type { RunRecord } from '../../records/runRecord.ts';
import { findNull } from '../../synthesis/null/nullDistribution.ts';
import { synthesisPreset, synthesisPresets } from '../../synthesis/presets.ts';
import {
  type BatchItem,
  type BatchOptions,
  type BatchSettings,
  layOutBatch,
  parseStages,
  runBatch,
  shardOf,
  stageLabel,
} from '../../synthesis/runs/batch.ts';
import { type Command, counting, type ExitCode, type Flags, numberFlag } from '../command.ts';
import { engineFlags, engineOptions } from '../flags/engineFlags.ts';
import { nullFlag } from '../flags/nullFlag.ts';
import { oversamplingFlag } from '../flags/oversamplingFlag.ts';
import { readFlaggedSound, soundFlags } from '../flags/soundFlags.ts';
import { createProgress } from '../terminal/progress.ts';
import { stoppable } from '../terminal/stoppable.ts';
import { verdictExit, verdictTable } from '../terminal/verdictTable.ts';
import { isWorker, runWorkers } from '../terminal/workers.ts';

/** `metamer synthesize`: metamers of any stage. */
export const synthesizeCommand: Command = {
  name: 'synthesize',
  summary: 'make metamers of sounds: other sounds with the same activations at a stage',
  arguments: '<sounds...>',
  flags: [
    {
      flag: '--stage <stages>',
      help: "stages, one run each: 'conv3,top.word' or 'all'; 'a+b:2' matches several at once, with weights",
      required: true,
    },
    { flag: '--model <model>', help: 'name or folder, see metamer models', required: true },
    {
      flag: '--out <folder>',
      help: 'receives <sound>/<stage>/ with metamer.wav, reference.wav, run.json, figure.svg',
      required: true,
    },
    { flag: '--preset <name>', help: 'method', choices: Object.keys(synthesisPresets), default: 'fast' },
    {
      flag: '--steps <n>',
      help: "gradient steps (default: the preset's)",
      parse: numberFlag('--steps', counting),
    },
    {
      flag: '--seed <n>',
      help: 'seed of the initial noise',
      default: 1,
      parse: numberFlag('--seed', { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true }),
    },
    nullFlag,
    oversamplingFlag,
    ...soundFlags,
    ...engineFlags,
    {
      flag: '--threads <n>',
      help: 'threads of one run; the same number gives the same bits (default: all cores, shared by the workers)',
      parse: numberFlag('--threads', counting),
    },
    {
      flag: '--workers <n>',
      help: 'runs at once, each in a process of its own',
      default: 1,
      parse: numberFlag('--workers', counting),
    },
    {
      flag: '--shard <i/n>',
      help: 'only every n-th run, beginning with the i-th (from 0), for clusters',
      parse: shardFlag,
    },
    {
      flag: '--save-onnx <file>',
      help: 'also write the graph of loss and gradient as an ONNX model (one stage, engine onnxruntime)',
    },
    {
      flag: '--checkpoint-seconds <s>',
      help: 'time between checkpoints, seconds',
      default: 5,
      parse: numberFlag('--checkpoint-seconds', { min: 0 }),
    },
    {
      flag: '--overwrite',
      help: 'replace finished runs and those of other settings; after an interruption the same command goes on',
    },
    { flag: '--json', help: 'print the records as JSON' },
  ],
  examples: [
    'metamer synthesize speech-no --stage conv3 --model branched-small --out metamers',
    'metamer synthesize clips/*.wav --stage all --model branched-small --out metamers --workers 2',
    'metamer synthesize word.wav --stage relu2 --model cochcnn9 --preset published-2023 --out metamers',
  ],
  run: runSynthesize,
};

async function runSynthesize(sounds: string[], flags: Flags): Promise<ExitCode> {
  checkSaveOnnx(flags);
  const workers = flags['workers'] as number;
  const threads =
    (flags['threads'] as number | undefined) ?? Math.max(1, Math.floor(availableParallelism() / workers));
  const shard = (flags['shard'] as { index: number; count: number } | undefined) ?? { index: 0, count: 1 };
  const oversampling = flags['oversampling'] as number;
  const model = loadModel(String(flags['model']), { oversampling });
  const items = shardOf(await layOutRuns(sounds, flags, model), shard);
  const preset = synthesisPreset(String(flags['preset']));
  const settings: BatchSettings = {
    model,
    preset: String(flags['preset']),
    stepLimit: (flags['steps'] as number | undefined) ?? preset.steps,
    seed: flags['seed'] as number,
    ...engineOptions(flags),
    threads,
    oversampling,
    saveOnnxPath: flags['saveOnnx'] as string | undefined,
    overwriteOnnx: flags['overwrite'] === true,
    nullDistribution: findNull(flags['null'] as string | undefined, {
      nameOrFolder: String(flags['model']),
      hash: model.hash,
    }),
    versions: versions(),
  };
  const count = Math.min(workers, items.length);
  const records = await stoppable(async (signal) => {
    if (count > 1) await runWorkers(count, shard, { threads, signal });
    // What the workers have made is only collected.
    const left = count > 1 ? { ...settings, saveOnnxPath: undefined } : settings;
    return runHere(items, left, {
      overwrite: flags['overwrite'] === true && count <= 1,
      checkpointEverySeconds: flags['checkpointSeconds'] as number,
      signal,
    });
  }, 'the same command goes on from the last step, finished runs are kept');
  process.stdout.write(
    flags['json'] ? `${JSON.stringify(records, null, 2)}\n` : verdictTable(items, records),
  );
  return isWorker() ? 0 : verdictExit(items, records);
}

function checkSaveOnnx(flags: Flags): void {
  if (flags['saveOnnx'] !== undefined && flags['engine'] !== 'onnxruntime')
    throw new InputError(
      `--save-onnx must be used with --engine onnxruntime, which alone makes an ONNX model, got ${flags['engine']}; leave one of them out`,
    );
}

/**
 * Reads the sounds and lays out a run for each of them and each stage.
 *
 * @param sounds - Sound files or names of bundled clips.
 * @param flags - Parsed flags of the command.
 * @param model - The model that the stages are of.
 * @throws InputError for a sound, stage or output folder that cannot be used.
 */
export async function layOutRuns(sounds: string[], flags: Flags, model: AuditoryModel): Promise<BatchItem[]> {
  const out = String(flags['out']);
  if (out === '') throw new InputError("--out must name a folder, got ''; give one");
  const text = String(flags['stage']);
  const names = text === 'all' ? model.stages.map(({ name }) => name) : text.split(',');
  const stages = distinct(names.map((name) => parseStages(name, model)));
  if (flags['saveOnnx'] !== undefined && stages.length > 1)
    throw new InputError(
      `--save-onnx must be used with one stage, got ${stages.length}; name one with --stage`,
    );
  const { sampleRateHz, samples } = model;
  const references = [];
  for (const sound of sounds) {
    const read = await readFlaggedSound(sound, flags, {
      sampleRateHz,
      durationSeconds: samples / sampleRateHz,
    });
    references.push({ sound, waveform: read.samples });
  }
  return layOutBatch(references, stages, out);
}

/** Each combination of stages once, however often it is named. */
function distinct(stages: readonly Record<string, number>[]): Record<string, number>[] {
  return [...new Map(stages.map((weights) => [stageLabel(weights), weights])).values()];
}

async function runHere(
  items: BatchItem[],
  settings: BatchSettings,
  options: BatchOptions,
): Promise<RunRecord[]> {
  const progress = createProgress(items.length);
  try {
    return await runBatch(items, settings, {
      ...options,
      onProgress: (item, report) => progress.update(item.folder, report),
      onFinished: async (item, record) => {
        await drawRun(item.folder, record, settings.model);
        progress.finished(item.folder, record);
      },
    });
  } finally {
    progress.stop();
  }
}

function shardFlag(text: string): { index: number; count: number } {
  const [index, count] = /^(\d+)\/(\d+)$/.exec(text)?.slice(1).map(Number) ?? [];
  if (index === undefined || count === undefined || index >= count)
    throw new InputError(`--shard must be i/n with 0 ≤ i < n, got '${text}'; for the first of four give 0/4`);
  return { index, count };
}
