import { dirname, join } from 'node:path';
import { InputError } from '../../base/inputError.ts';
import { settledDifferentiation } from '../../experiments/distort/differentiate/differentiate.ts';
import {
  type DifferentiationProgress,
  differentiationRun,
} from '../../experiments/distort/differentiate/differentiationRun.ts';
import type { EigenProgress, SearchOptions } from '../../experiments/distort/eigen/eigendistortions.ts';
import { eigenRun } from '../../experiments/distort/eigen/eigenRun.ts';
import type { Observer } from '../../experiments/distort/observers.ts';
import type { PrincipalEstimate } from '../../experiments/distort/principal/principalAscent.ts';
import { settledPrincipal } from '../../experiments/distort/principal/principalDistortions.ts';
import { principalRun } from '../../experiments/distort/principal/principalRun.ts';
import { loadModel } from '../../model/loadModel.ts';
import { type BatchItem, layOutRuns } from '../../synthesis/runs/layOutRuns.ts';
import { type Command, counting, type Flags, numberFlag } from '../command.ts';
import { bandFlags, bandOption } from '../flags/bandFlags.ts';
import { earFlag, earOption } from '../flags/earFlag.ts';
import { engineFlags } from '../flags/engineFlags.ts';
import { seedFlag } from '../flags/seedFlag.ts';
import { excerptOptions, soundFlags } from '../flags/soundFlags.ts';
import { computingOptions, threadsFlag } from '../flags/threadsFlag.ts';
import { progressLines } from '../terminal/display.ts';
import { differentiationTable, eigenTable, principalTable } from '../terminal/distortTables.ts';
import { printResult } from '../terminal/printResult.ts';
import { stoppable } from '../terminal/stoppable.ts';

const methods = { eigen: runEigen, principal: runPrincipal, differentiate: runDifferentiation };

/** `metamer distort`: changes of a sound that a stage notices most and least. */
export const distortCommand: Command = {
  details:
    'Methods: eigen, the changes that a stage notices most and least; principal, the two that tell stages or models apart best; differentiate, equal for one and as different as can be for another.',
  arguments: '<method> <sounds...>',
  flags: [
    {
      flag: '--model <model>',
      help: 'name or folder, see metamer models; for principal and differentiate, several with commas',
      required: true,
    },
    {
      flag: '--stage <stages>',
      help: 'stages, with commas; principal holds them, of each model, against one another, differentiate two',
      required: true,
    },
    {
      flag: '--out <folder>',
      help: 'receives <sound>/<stage>/ (eigen) or <sound>/<method>/ with record, figure, both directions as .npy and a run folder for each level, as metamers have',
      required: true,
    },
    {
      flag: '--levels-db <levels>',
      help: 'levels of the changes, dB re the sound, with commas',
      default: '-60,-50,-40,-30',
    },
    ...bandFlags('the band of the changes'),
    {
      flag: '--iterations <n>',
      help: 'most steps for each of the two changes; differentiate: gradient steps for each sound',
      default: 500,
      parse: numberFlag('--iterations', counting),
    },
    {
      flag: '--tolerance <x>',
      help: 'a search ends where ‖Fv − λv‖ is this share of λ; for principal, where the gradient is this share of what it adds up',
      default: 1e-3,
      parse: numberFlag('--tolerance', { min: 0, max: 1 }),
    },
    {
      flag: '--floor-db <dB>',
      help: 'principal: sensitivity that every stage has for every change, dB re its sensitivity to noise of the band',
      default: -30,
      parse: numberFlag('--floor-db', { min: -80, max: 0 }),
    },
    seedFlag('seed of the noise that searches begin with', Number.MAX_SAFE_INTEGER),
    ...soundFlags,
    earFlag,
    ...engineFlags,
    threadsFlag('threads of one run; the same number gives the same bits (default: all cores)'),
    {
      flag: '--overwrite',
      help: 'replace finished results and those of other settings; after an interruption the same command goes on',
    },
    { flag: '--json', help: 'print the records as JSON' },
  ],
  examples: [
    'metamer distort eigen speech-no --model branched-small --stage conv3 --out distorted',
    'metamer distort eigen clips/*.wav --model branched-small --stage cochleagram,conv3 --levels-db -50,-40 --out distorted',
    'metamer distort principal speech-no --model branched-small,branched-random --stage conv3 --out distorted',
    'metamer distort principal speech-no --model branched-small --stage cochleagram,conv3,conv5.word --out distorted',
    'metamer distort differentiate music-metal --model branched-small --stage cochleagram,conv3 --levels-db -30 --iterations 300 --out distorted',
  ],
  run: runDistort,
};

async function runDistort([method, ...sounds]: string[], flags: Flags): Promise<0> {
  if (!Object.hasOwn(methods, method!))
    throw new InputError(
      `the method must be one of ${Object.keys(methods).join(', ')}, got '${method}'; use eigen`,
    );
  const report = await methods[method as keyof typeof methods](sounds, flags);
  printResult(flags, report.records, () => report.text);
  return 0;
}

async function runEigen(sounds: readonly string[], flags: Flags) {
  const model = loadModel(String(flags['model']), earOption(flags));
  const items = await layOut({ model, stage: String(flags['stage']) }, sounds, flags);
  const options = optionsOf(flags);
  const searches = items.map((item) => ({ ...item, stage: stageOf(item) }));
  const watch = { steps: 2 * options.iterations, stand: eigenStand, left: eigenLeft(options) };
  const records = await eachSearch(searches, { flags, ...watch }, ({ stage, ...to }, watched) =>
    eigenRun(model, { ...options, ...watched, stage }, to),
  );
  return { records, text: eigenTable(records) };
}

async function runPrincipal(sounds: readonly string[], flags: Flags) {
  const observers = observersOf(flags);
  const options = { ...optionsOf(flags), floorDb: flags['floorDb'] as number };
  // Before sounds are read, so that a slip is found at once.
  settledPrincipal(observers, options);
  const items = await layOut(observers[0]!, sounds, flags);
  const searches = items.map((item) => ({ ...item, folder: join(dirname(item.folder), 'principal') }));
  const left = ({ iterations }: PrincipalEstimate) => options.iterations - iterations;
  const watch = { steps: options.iterations, stand: principalStand, left };
  const records = await eachSearch(searches, { flags, ...watch }, (to, watched) =>
    principalRun(observers, { ...options, ...watched }, to),
  );
  return { records, text: principalTable(records) };
}

async function runDifferentiation(sounds: readonly string[], flags: Flags) {
  const observers = observersOf(flags);
  const options = optionsOf(flags);
  // Before sounds are read, so that a slip is found at once.
  settledDifferentiation(observers, options);
  const items = await layOut(observers[0]!, sounds, flags);
  const searches = items.map((item) => ({ ...item, folder: join(dirname(item.folder), 'differentiate') }));
  // Each of the two is held, and the other pushed both ways, at each level.
  const steps = 4 * options.levelsDb.length * options.iterations;
  const left = ({ done, current }: DifferentiationProgress) =>
    steps - done.length * options.iterations - (current?.progress.state.step ?? 0);
  const watch = { steps, stand: differentiationStand, left };
  const records = await eachSearch(searches, { flags, ...watch }, (to, watched) =>
    differentiationRun(observers, { ...options, ...watched }, to),
  );
  return { records, text: differentiationTable(records) };
}

/** Each stage of each model. */
function observersOf(flags: Flags): Observer[] {
  const models = String(flags['model'])
    .split(',')
    .map((name) => loadModel(name, earOption(flags)));
  const stages = String(flags['stage']).split(',');
  return models.flatMap((model) => stages.map((stage) => ({ model, stage })));
}

/** Sounds and folders: one for each sound and stage. */
function layOut({ model, stage }: Observer, sounds: readonly string[], flags: Flags): Promise<BatchItem[]> {
  const layout = { stages: stage.split(','), out: String(flags['out']), ...excerptOptions(flags) };
  return layOutRuns(model, sounds, layout);
}

/** Makes searches one after the other, and shows how they stand; Ctrl-C keeps what there is. */
function eachSearch<Item extends { folder: string }, Found, Progress>(
  searches: readonly Item[],
  watch: {
    flags: Flags;
    /** Most steps of a search. */
    steps: number;
    stand: (progress: Progress) => string;
    /** Most steps that a search has before it. */
    left: (progress: Progress) => number;
  },
  search: (
    item: Item,
    watched: { overwrite: boolean; signal: AbortSignal; onProgress: (progress: Progress) => void },
  ) => Promise<Found>,
): Promise<Found[]> {
  const { flags, steps, stand, left } = watch;
  return stoppable(async (signal) => {
    const found: Found[] = [];
    for (const [i, item] of searches.entries()) {
      const toCome = steps * (searches.length - 1 - i);
      const onProgress = progressLines(item.folder, stand, (progress: Progress) => left(progress) + toCome);
      found.push(await search(item, { overwrite: flags['overwrite'] === true, signal, onProgress }));
      process.stderr.write(`${found.length}/${searches.length} ${item.folder}\n`);
    }
    return found;
  }, 'the same command goes on from the last iteration, finished results are kept');
}

function stageOf({ weights }: BatchItem): string {
  const [[stage, weight], ...others] = Object.entries(weights) as [[string, number], ...unknown[]];
  if (others.length > 0 || weight !== 1)
    throw new InputError('--stage must name single stages without weights; join them with commas');
  return stage;
}

function optionsOf(flags: Flags): SearchOptions & { iterations: number; levelsDb: number[] } {
  return {
    band: bandOption(flags),
    levelsDb: String(flags['levelsDb'])
      .split(',')
      .map(numberFlag('--levels-db', { min: -120, max: 20 })),
    ...{ tolerance: flags['tolerance'] as number, iterations: flags['iterations'] as number },
    seed: flags['seed'] as number,
    ...computingOptions(flags),
  };
}

function eigenStand({ current }: EigenProgress): string {
  if (!current) return 'begins';
  const { end, estimate } = current;
  const numbers = `eigenvalue ${estimate.value.toExponential(3)}, residual ${estimate.residual.toExponential(1)}`;
  return `${end}, iteration ${estimate.iterations}, ${numbers}`;
}

/** The smallest end comes after the largest. */
const eigenLeft =
  ({ iterations }: { iterations: number }) =>
  ({ current }: EigenProgress) =>
    (current?.end === 'smallest' ? 1 : 2) * iterations - (current?.estimate.iterations ?? 0);

function principalStand({ iterations, variance, directions }: PrincipalEstimate): string {
  const residual = Math.max(...directions.map((each) => each.residual)).toExponential(1);
  const spread = (10 * Math.log10(Math.exp(Math.sqrt(variance)))).toFixed(2);
  return `iteration ${iterations}, ${spread} dB apart, residual ${residual}`;
}

function differentiationStand({ done, current }: DifferentiationProgress): string {
  if (!current) return 'begins';
  const { state, losses } = current.progress;
  const loss = losses.at(-1)!;
  const distance = Math.exp(current.aim.push === 'most' ? -loss : loss);
  return `sound ${done.length + 1}, step ${state.step}, distance ${distance.toPrecision(3)}`;
}
