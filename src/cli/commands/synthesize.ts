import { availableParallelism } from 'node:os';
import { InputError } from '../../base/inputError.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { loadModel } from '../../model/loadModel.ts';
import { findNull } from '../../synthesis/null/nullDistribution.ts';
import { type SynthesisPresetName, synthesisPresets } from '../../synthesis/presets.ts';
import { type BatchItem, layOutRuns, shardOf, stageLabel } from '../../synthesis/runs/layOutRuns.ts';
import { type BatchMethod, batchSettings } from '../../synthesis/runs/synthesizeRuns.ts';
import { type Command, counting, type ExitCode, type Flags, numberFlag } from '../command.ts';
import { durationFlag } from '../flags/durationFlag.ts';
import { earFlag, earOption } from '../flags/earFlag.ts';
import { engineFlags, engineOptions } from '../flags/engineFlags.ts';
import { modelFlag } from '../flags/modelFlag.ts';
import { nullFlag } from '../flags/nullFlag.ts';
import { oversamplingFlag } from '../flags/oversamplingFlag.ts';
import { seedFlag } from '../flags/seedFlag.ts';
import { excerptOptions, soundFlags } from '../flags/soundFlags.ts';
import { threadsFlag } from '../flags/threadsFlag.ts';
import { printResult } from '../terminal/printResult.ts';
import { stoppable } from '../terminal/stoppable.ts';
import { verdictExit, verdictTable } from '../terminal/verdictTable.ts';
import { watchedBatch } from '../terminal/watchedBatch.ts';
import { isWorker, runWorkers } from '../terminal/workers.ts';

/** `metamer synthesize`: metamers of any stage. */
export const synthesizeCommand: Command = {
  arguments: '<sounds...>',
  flags: [
    {
      flag: '--stage <stages>',
      help: "stages, one run each: 'conv3,top.word' or 'all'; 'a+b:2' matches several at once, with weights",
      required: true,
    },
    modelFlag,
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
    seedFlag('seed of the initial noise', Number.MAX_SAFE_INTEGER),
    nullFlag,
    earFlag,
    oversamplingFlag,
    durationFlag,
    ...soundFlags,
    ...engineFlags,
    threadsFlag(
      'threads of one run; the same number gives the same bits (default: all cores, shared by the workers)',
    ),
    {
      flag: '--workers <n>',
      help: 'runs at once, each in a process of its own',
      default: 1,
      parse: numberFlag('--workers', counting),
    },
    {
      flag: '--sounds-per-graph <n>',
      help: 'runs whose steps one graph takes together, with --device webgpu',
      default: 1,
      parse: numberFlag('--sounds-per-graph', counting),
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
    'metamer synthesize word.wav --stage relu2 --model cochcnn9-words --preset published-2023 --out metamers',
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
  const model = loadModel(String(flags['model']), {
    ...earOption(flags),
    oversampling,
    durationSeconds: flags['durationSeconds'] as number | undefined,
  });
  const items = shardOf(await layOutFlaggedRuns(sounds, flags, model), shard);
  const settings = batchSettings(model, methodOf(flags, model, threads));
  const count = Math.min(workers, items.length);
  const records = await stoppable(async (signal) => {
    if (count > 1) await runWorkers(count, shard, { threads, signal });
    // What the workers have made is only collected.
    const left = count > 1 ? { ...settings, saveOnnxPath: undefined } : settings;
    return watchedBatch(items, left, {
      overwrite: flags['overwrite'] === true && count <= 1,
      checkpointEverySeconds: flags['checkpointSeconds'] as number,
      signal,
    });
  }, 'the same command goes on from the last step, finished runs are kept');
  printResult(flags, records, () => verdictTable(items, records));
  return isWorker() ? 0 : verdictExit(items, records);
}

function checkSaveOnnx(flags: Flags): void {
  if (flags['saveOnnx'] !== undefined && flags['engine'] !== 'onnxruntime')
    throw new InputError(
      `--save-onnx must be used with --engine onnxruntime, which alone makes an ONNX model, got ${flags['engine']}; leave one of them out`,
    );
}

/**
 * The method that the flags ask for.
 *
 * @param flags - Parsed flags of the command.
 * @param model - Whose null distribution is looked for.
 * @param threads - Of each run.
 */
export function methodOf(flags: Flags, model: AuditoryModel, threads: number): BatchMethod {
  const asked = flags['null'] as string | undefined;
  const found = findNull(asked, { nameOrFolder: String(flags['model']), ...model });
  return {
    preset: flags['preset'] as SynthesisPresetName,
    ...(flags['steps'] === undefined ? {} : { steps: flags['steps'] as number }),
    seed: flags['seed'] as number,
    ...engineOptions(flags),
    threads,
    soundsPerGraph: flags['soundsPerGraph'] as number | undefined,
    ...(flags['saveOnnx'] === undefined ? {} : { saveOnnxPath: String(flags['saveOnnx']) }),
    overwriteOnnx: flags['overwrite'] === true,
    nullDistribution: found ?? 'none',
  };
}

/**
 * The runs that the flags ask for.
 *
 * @param sounds - Sound files or names of bundled clips.
 * @param flags - Parsed flags of the command.
 * @param model - The model that the stages are of.
 * @throws InputError for a sound, stage or output folder that cannot be used.
 */
export async function layOutFlaggedRuns(
  sounds: string[],
  flags: Flags,
  model: AuditoryModel,
): Promise<BatchItem[]> {
  const text = String(flags['stage']);
  const stages = text === 'all' ? 'all' : text.split(',');
  const items = await layOutRuns(model, sounds, {
    ...{ stages, out: String(flags['out']) },
    ...excerptOptions(flags),
  });
  const matched = new Set(items.map(({ weights }) => stageLabel(weights))).size;
  if (flags['saveOnnx'] !== undefined && matched > 1)
    throw new InputError(`--save-onnx must be used with one stage, got ${matched}; name one with --stage`);
  return items;
}

function shardFlag(text: string): { index: number; count: number } {
  const [index, count] = /^(\d+)\/(\d+)$/.exec(text)?.slice(1).map(Number) ?? [];
  if (index === undefined || count === undefined || index >= count)
    throw new InputError(`--shard must be i/n with 0 ≤ i < n, got '${text}'; for the first of four give 0/4`);
  return { index, count };
}
