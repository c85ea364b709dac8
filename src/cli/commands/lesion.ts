import { join } from 'node:path';
import { refuseToOverwrite, writeFileAtomic, writeJsonAtomic } from '../../base/files.ts';
import { type SplitName, splitNames } from '../../corpus/format/corpusFormat.ts';
import { dropFinishedStages, finishedStages } from '../../experiments/finishedStages.ts';
import { labeledSounds } from '../../experiments/lesion/labeledSounds.ts';
import { lesionFigure } from '../../experiments/lesion/lesionFigure.ts';
import { type Lesions, lesionModel } from '../../experiments/lesion/lesionModel.ts';
import type { StageLesions } from '../../experiments/lesion/lesionStage.ts';
import { loadModel } from '../../model/loadModel.ts';
import { type Command, type Flags, numberFlag } from '../command.ts';
import { earFlag, earOption } from '../flags/earFlag.ts';
import { engineFlags } from '../flags/engineFlags.ts';
import { seedFlag } from '../flags/seedFlag.ts';
import { computingOptions, threadsFlag } from '../flags/threadsFlag.ts';
import { countProgress } from '../terminal/countProgress.ts';
import { printResult } from '../terminal/printResult.ts';
import { stoppable } from '../terminal/stoppable.ts';
import { table } from '../terminal/table.ts';

/** `metamer lesion`: do two tasks need the same units of a stage? */
export const lesionCommand: Command = {
  flags: [
    {
      flag: '--model <model>',
      help: 'name or folder of a network of two tasks, see metamer models',
      required: true,
    },
    { flag: '--corpus <folder>', help: 'what metamer corpus wrote', required: true },
    { flag: '--out <folder>', help: 'receives lesion.json and lesion.svg', required: true },
    {
      flag: '--stage <stages>',
      help: 'shared stages, with commas (default: those with learned convolutions or matrices)',
    },
    {
      flag: '--share <x>',
      help: "share of a stage's units that a lesion removes",
      default: 0.2,
      parse: numberFlag('--share', { min: 0, max: 1 }),
    },
    {
      flag: '--random-lesions <n>',
      help: 'random lesions of the same size',
      default: 20,
      parse: numberFlag('--random-lesions', { min: 2, integer: true }),
    },
    { flag: '--split <name>', help: 'part of the corpus', choices: splitNames, default: 'test' },
    {
      flag: '--per-label <n>',
      help: 'clean excerpts of each word and genre; half rank units, half measure',
      default: 12,
      parse: numberFlag('--per-label', { min: 2, integer: true }),
    },
    seedFlag('seed of excerpts, random lesions and resamples'),
    earFlag,
    ...engineFlags,
    threadsFlag('threads of one run (default: all cores)'),
    { flag: '--overwrite', help: 'replace an existing result' },
    { flag: '--json', help: 'print the result as JSON' },
  ],
  examples: [
    'metamer lesion --model branched-small --corpus corpus --out lesion',
    'metamer lesion --model my-shared-model --corpus corpus --stage conv4,conv5 --out lesion',
  ],
  run: runLesion,
};

async function runLesion(_: string[], flags: Flags): Promise<0> {
  const out = String(flags['out']);
  const path = join(out, 'lesion.json');
  refuseToOverwrite(path, Boolean(flags['overwrite']));
  const model = loadModel(String(flags['model']), earOption(flags));
  const [share, seed] = [flags['share'] as number, flags['seed'] as number];
  const randomLesions = flags['randomLesions'] as number;
  const sounds = await labeledSounds(model, String(flags['corpus']), {
    ...{ split: flags['split'] as SplitName, perLabel: flags['perLabel'] as number, seed },
  });
  const kept = finishedStages<StageLesions>(out, [
    JSON.stringify([model.hash, share, seed, randomLesions]),
    ...sounds.flatMap(({ task, label, half, waveform }) => [JSON.stringify([task, label, half]), waveform]),
  ]);
  const progress = countProgress();
  const result = await stoppable(
    (signal) =>
      lesionModel(model, sounds, {
        ...computingOptions(flags),
        ...{ share, randomLesions, seed, signal },
        ...(flags['stage'] === undefined ? {} : { stages: String(flags['stage']).split(',') }),
        finished: kept.found,
        onStage: (found) => kept.save(found.stage, found),
        onProgress: (stage, done, total) => progress.update(done, total, `lesions of ${stage}`),
      }),
    'the same command goes on after the last finished stage',
  ).finally(progress.stop);
  writeFileAtomic(join(out, 'lesion.svg'), lesionFigure(result));
  writeJsonAtomic(path, result);
  dropFinishedStages(out);
  printResult(flags, result, () => lesionTable(result));
  return 0;
}

function lesionTable({ tasks, stages }: Lesions): string {
  const percent = (value: number) => `${(100 * value).toFixed(0)} %`;
  const names = tasks.map(({ task }) => task);
  const rows = stages.map(
    ({ stage, units, removed, lesions, random, segregation: { value, interval, ...of } }) => [
      ...[stage, `${removed} of ${units}`],
      ...names.map((by) => names.map((task) => percent(lesions[by]!.drops[task]!)).join(', ')),
      names.map((task) => percent(random[task]!.mean)).join(', '),
      `${value.toFixed(2)} [${interval.low.toFixed(2)}, ${interval.high.toFixed(2)}]`,
      `[${of.random.low.toFixed(2)}, ${of.random.high.toFixed(2)}]`,
    ],
  );
  const both = names.join(' and ');
  const headings = [
    ...['stage', 'units removed'],
    ...names.map((by) => `${both} lost without ${by}'s`),
    ...[`${both} lost at random`, 'segregation', 'at random'],
  ];
  const intact = tasks.map(
    ({ task, intact: correct, chance, sounds }) =>
      `${task}: ${percent(correct)} of ${sounds.test} sounds correct without lesion, chance ${percent(chance)}\n`,
  );
  return `${intact.join('')}\n${table(headings, rows, [1, 2, 3, 4, 5, 6])}`;
}
