import { InputError } from '../../base/inputError.ts';
import type { EigenOptions, EigenProgress } from '../../experiments/distort/eigendistortions.ts';
import type { EigenRecord } from '../../experiments/distort/eigenRecord.ts';
import { eigenRun } from '../../experiments/distort/eigenRun.ts';
import { eigenEnds } from '../../experiments/distort/powerIteration.ts';
import { loadModel } from '../../model/loadModel.ts';
import type { BatchItem } from '../../synthesis/runs/batch.ts';
import { layOutRuns } from '../../synthesis/runs/synthesizeRuns.ts';
import { type Command, counting, type Flags, numberFlag } from '../command.ts';
import { bandFlags, bandOption } from '../flags/bandFlags.ts';
import { engineFlags } from '../flags/engineFlags.ts';
import { seedFlag } from '../flags/seedFlag.ts';
import { soundFlags } from '../flags/soundFlags.ts';
import { computingOptions, threadsFlag } from '../flags/threadsFlag.ts';
import { table } from '../terminal/modelTable.ts';
import { stoppable } from '../terminal/stoppable.ts';

const methods = ['eigen'];

/** `metamer distort`: changes of a sound that a stage notices most and least. */
export const distortCommand: Command = {
  name: 'distort',
  summary: 'changes of sounds that a stage notices most and least (eigendistortions), at stated levels',
  arguments: '<method> <sounds...>',
  flags: [
    { flag: '--model <model>', help: 'name or folder, see metamer models', required: true },
    { flag: '--stage <stages>', help: 'stages, with commas', required: true },
    {
      flag: '--out <folder>',
      help: 'receives <sound>/<stage>/ with eigen.json, eigen.svg, largest.npy, smallest.npy and a run folder for each level, as metamers have',
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
      help: 'most power iterations for each of the two changes',
      default: 500,
      parse: numberFlag('--iterations', counting),
    },
    {
      flag: '--tolerance <x>',
      help: 'an iteration ends where ‖Fv − λv‖ is this share of λ',
      default: 1e-3,
      parse: numberFlag('--tolerance', { min: 0, max: 1 }),
    },
    seedFlag('seed of the noise that iterations begin with', Number.MAX_SAFE_INTEGER),
    ...soundFlags,
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
  ],
  run: runDistort,
};

async function runDistort([method, ...sounds]: string[], flags: Flags): Promise<0> {
  if (!methods.includes(method!))
    throw new InputError(`the method must be one of ${methods.join(', ')}, got '${method}'; use eigen`);
  const model = loadModel(String(flags['model']));
  const startSeconds = flags['startSeconds'] as number | undefined;
  const items = await layOutRuns(model, sounds, {
    stages: String(flags['stage']).split(','),
    ...{ out: String(flags['out']), rms: flags['rms'] === 'none' ? null : Number(flags['rms']) },
    ...(startSeconds === undefined ? {} : { startSeconds }),
  });
  const searches = items.map((item) => ({ ...item, options: optionsOf(flags, stageOf(item)) }));
  const records = await stoppable(async (signal) => {
    const made: EigenRecord[] = [];
    for (const { options, reference, folder } of searches) {
      const watched = { overwrite: flags['overwrite'] === true, signal, onProgress: reporting(folder) };
      made.push(await eigenRun(model, { ...options, ...watched }, { reference, folder }));
      process.stderr.write(`${made.length}/${searches.length} ${folder}\n`);
    }
    return made;
  }, 'the same command goes on from the last iteration, finished results are kept');
  process.stdout.write(flags['json'] ? `${JSON.stringify(records, null, 2)}\n` : eigenTable(records));
  return 0;
}

function stageOf({ weights }: BatchItem): string {
  const [[stage, weight], ...others] = Object.entries(weights) as [[string, number], ...unknown[]];
  if (others.length > 0 || weight !== 1)
    throw new InputError('--stage must name single stages without weights; join them with commas');
  return stage;
}

function optionsOf(flags: Flags, stage: string): EigenOptions {
  return {
    stage,
    band: bandOption(flags),
    levelsDb: String(flags['levelsDb'])
      .split(',')
      .map(numberFlag('--levels-db', { min: -120, max: 20 })),
    ...{ tolerance: flags['tolerance'] as number, iterations: flags['iterations'] as number },
    seed: flags['seed'] as number,
    ...computingOptions(flags),
  };
}

/** A line every few seconds. */
function reporting(folder: string) {
  let shownAt = performance.now();
  return ({ current }: EigenProgress) => {
    if (!current || performance.now() - shownAt < 5000) return;
    const { end, estimate } = current;
    const numbers = `eigenvalue ${estimate.value.toExponential(3)}, residual ${estimate.residual.toExponential(1)}`;
    process.stderr.write(`${folder}: ${end}, iteration ${estimate.iterations}, ${numbers}\n`);
    shownAt = performance.now();
  };
}

function eigenTable(records: readonly EigenRecord[]): string {
  const rows = records.flatMap((record) =>
    eigenEnds.map((end) => {
      const { eigenvalue, iterations, isConverged, levels } = record.distortions[end];
      return [
        ...[record.sound, record.stage, end, eigenvalue.toExponential(3)],
        (10 * Math.log10(eigenvalue / record.noise.eigenvalue)).toFixed(1),
        levels.map(({ levelDb, measured }) => `${measured.toPrecision(2)} at ${levelDb} dB`).join(', '),
        `${iterations}${isConverged ? '' : ', not converged'}`,
      ];
    }),
  );
  const headings = ['sound', 'stage', 'change', 'eigenvalue', 're noise, dB', 'change of activations'];
  return table([...headings, 'iterations'], rows, [3, 4]);
}
