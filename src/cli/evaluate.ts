import { type SplitName, splitNames } from '../../stimuli/corpus/corpusFormat.ts';
import { loadCorpus } from '../../stimuli/corpus/loadCorpus.ts';
import { refuseToOverwrite, writeJsonAtomic } from '../files.ts';
import { InputError } from '../inputError.ts';
import { loadModel } from '../model/loadModel.ts';
import { nullLabel } from '../model/modelDescription.ts';
import { type Evaluation, evaluate } from '../training/evaluate.ts';
import { type Command, type Flags, numberFlag } from './command.ts';
import { engineFlags, engineOptions } from './engineFlags.ts';
import { table } from './modelTable.ts';

/** `metamer evaluate`: how well a model recognizes what it was not trained on. */
export const evaluateCommand: Command = {
  name: 'evaluate',
  summary: "a model's accuracy on a corpus, by task, background, signal-to-noise ratio and source",
  flags: [
    { flag: '--model <model>', help: 'name or folder, see metamer models', required: true },
    { flag: '--corpus <folder>', help: 'what metamer corpus wrote', required: true },
    { flag: '--split <name>', help: 'part of the corpus', choices: splitNames, default: 'test' },
    {
      flag: '--per-label <n>',
      help: 'excerpts of each label in each condition',
      default: 10,
      parse: numberFlag('--per-label', { min: 1, integer: true }),
    },
    {
      flag: '--snrs-db <list>',
      help: 'signal-to-noise ratios besides clean, dB',
      default: '0',
      parse: snrList,
    },
    {
      flag: '--seed <n>',
      help: 'seed of the excerpts',
      default: 1,
      parse: numberFlag('--seed', { min: 0, integer: true }),
    },
    { flag: '--out <file>', help: 'also write the result as JSON' },
    ...engineFlags,
    { flag: '--overwrite', help: 'replace an existing file' },
    { flag: '--json', help: 'print the result as JSON' },
  ],
  examples: ['metamer evaluate --model branched-small --corpus corpus --snrs-db=-6,0,6'],
  run: runEvaluate,
};

async function runEvaluate(_: string[], flags: Flags): Promise<0> {
  const out = flags['out'] as string | undefined;
  if (out !== undefined) refuseToOverwrite(out, Boolean(flags['overwrite']));
  const model = loadModel(String(flags['model']));
  const labelsOf = (task: string) =>
    model.classifiers
      .find((classifier) => classifier.task === task)
      ?.labels.filter((label) => label !== nullLabel) ?? [];
  const corpus = await loadCorpus(String(flags['corpus']), {
    words: labelsOf('word'),
    genres: labelsOf('genre'),
  });
  const evaluation = await evaluate(model, corpus, {
    ...engineOptions(flags),
    split: flags['split'] as SplitName,
    perLabel: flags['perLabel'] as number,
    snrsDb: typeof flags['snrsDb'] === 'string' ? snrList(flags['snrsDb']) : (flags['snrsDb'] as number[]),
    seed: flags['seed'] as number,
    onProgress: (done, total) => {
      if (done % 640 === 0 || done === total) process.stderr.write(`${done}/${total} excerpts\n`);
    },
  });
  if (out !== undefined) writeJsonAtomic(out, evaluation);
  process.stdout.write(flags['json'] ? `${JSON.stringify(evaluation, null, 2)}\n` : asTable(evaluation));
  return 0;
}

function snrList(text: string): number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!values.every(Number.isFinite))
    throw new InputError(
      `--snrs-db must be numbers with commas between, got '${text}'; give for example --snrs-db=-6,0,6`,
    );
  return values;
}

function asTable({ tasks }: Evaluation): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const rows = Object.entries(tasks).flatMap(([task, groups]) =>
    Object.entries(groups).map(([group, { excerpts, top1, top5, interval }], i) => [
      i === 0 ? task : '',
      group,
      String(excerpts),
      percent(top1),
      `${percent(interval.low)} – ${percent(interval.high)}`,
      percent(top5),
    ]),
  );
  return table(['task', 'excerpts of', 'number', 'top 1', '95 % interval', 'top 5'], rows, [2, 3, 4, 5]);
}
