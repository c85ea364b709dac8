import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { refuseToOverwrite, writeFileAtomic, writeJsonAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { type SplitName, splitNames } from '../../corpus/format/corpusFormat.ts';
import { loadModel } from '../../model/loadModel.ts';
import { type HumanComparison, humanCaution } from '../../records/humans/compareWithHumans.ts';
import { type HumansInNoise, readHumans, shippedHumans } from '../../records/humans/readHumans.ts';
import { trialsCsv } from '../../records/writeTrials.ts';
import { defaultSnrsDb, evaluateModel } from '../../training/evaluation/evaluateModel.ts';
import { type Evaluation, observerOf } from '../../training/evaluation/evaluation.ts';
import { heardTrials } from '../../training/evaluation/heardTrials.ts';
import { type DrawnEvaluation, readEvaluation } from '../../training/evaluation/readEvaluation.ts';
import { besideFigure } from '../../training/figures/besideFigure.ts';
import { evaluationFigures } from '../../training/figures/evaluationFigures.ts';
import { type Command, counting, type Flags, numberFlag } from '../command.ts';
import { corpusMemoryFlag } from '../flags/corpusMemoryFlag.ts';
import { earFlag, earOption } from '../flags/earFlag.ts';
import { engineFlags, engineOptions } from '../flags/engineFlags.ts';
import { modelFlag } from '../flags/modelFlag.ts';
import { seedFlag } from '../flags/seedFlag.ts';
import { countProgress } from '../terminal/countProgress.ts';
import { printResult } from '../terminal/printResult.ts';
import { stoppable } from '../terminal/stoppable.ts';
import { table } from '../terminal/table.ts';

/** `metamer evaluate`: how well a model recognizes what it was not trained on. */
export const evaluateCommand: Command = {
  flags: [
    modelFlag,
    { flag: '--corpus <folder>', help: 'what metamer corpus wrote', required: true },
    corpusMemoryFlag,
    { flag: '--split <name>', help: 'part of the corpus', choices: splitNames, default: 'test' },
    {
      flag: '--per-label <n>',
      help: 'excerpts of each label in each condition',
      default: 4,
      parse: numberFlag('--per-label', counting),
    },
    {
      flag: '--snr-db <list>',
      help: "signal-to-noise ratios besides clean, dB, or 'none'; write --snr-db=-6,0 for negative ones",
      default: defaultSnrsDb.toReversed().join(','),
      parse: snrList,
    },
    {
      flag: '--humans [file]',
      help: "hold the model's words in noise against people's: a CSV with participant, background, snr_db, proportion_correct; without a file, 44 people of Saddler and McDermott (2024)",
    },
    seedFlag('seed of the excerpts'),
    {
      flag: '--out <folder>',
      help: 'also write evaluation.json, trials.csv (for metamer analyze) and the figures',
    },
    earFlag,
    {
      flag: '--beside <files>',
      help: 'evaluations, with commas: evaluation.json of other models or ears, drawn before this one in beside.svg; with --out',
    },
    ...engineFlags,
    { flag: '--overwrite', help: 'replace an existing evaluation' },
    { flag: '--json', help: 'print the evaluation as JSON' },
  ],
  examples: [
    'metamer evaluate --model branched-small --corpus corpus --out evaluation',
    'metamer evaluate --model branched-small --corpus corpus --snr-db=-6,0,6 --per-label 10',
    'metamer evaluate --model branched-small --corpus corpus --humans --out evaluation',
    'metamer evaluate --model branched-small --corpus corpus --ear impaired.json --out evaluation-impaired',
  ],
  run: runEvaluate,
};

async function runEvaluate(_: string[], flags: Flags): Promise<0> {
  const out = flags['out'] as string | undefined;
  const beside = besideOf(flags);
  if (out !== undefined) refuseToOverwrite(join(out, 'evaluation.json'), Boolean(flags['overwrite']));
  const model = loadModel(String(flags['model']), earOption(flags));
  const snrs = flags['snrDb'];
  const progress = countProgress();
  const options = {
    ...engineOptions(flags),
    split: flags['split'] as SplitName,
    perLabel: flags['perLabel'] as number,
    snrsDb: typeof snrs === 'string' ? snrList(snrs) : (snrs as number[]),
    seed: flags['seed'] as number,
    corpusMemoryMib: flags['corpusMemoryMib'] as number,
    ...humansOption(flags),
    onWarning: (warning: string) => process.stderr.write(`evaluate: ${warning}\n`),
    onProgress: (done: number, total: number) => progress.update(done, total, 'excerpts'),
  };
  const heardPath = out === undefined ? undefined : join(out, 'heard.json');
  const evaluate = (signal?: AbortSignal) =>
    evaluateModel(model, String(flags['corpus']), { ...options, heardPath, signal });
  const { evaluation, heard } = await (heardPath === undefined
    ? evaluate()
    : stoppable(evaluate, 'the same command goes on after the excerpts that were heard')
  ).finally(progress.stop);
  if (out !== undefined) {
    for (const [name, svg] of evaluationFigures(evaluation)) writeFileAtomic(join(out, name), svg);
    if (beside.length > 0) writeFileAtomic(join(out, 'beside.svg'), besideFigure([...beside, evaluation]));
    writeFileAtomic(join(out, 'trials.csv'), trialsCsv(heardTrials(observerOf(evaluation), heard, options)));
    writeJsonAtomic(join(out, 'evaluation.json'), evaluation);
    rmSync(heardPath!, { force: true });
  }
  printResult(flags, evaluation, () => asTable(evaluation));
  return 0;
}

/** Read before anything is heard, so that a slip is found at once. */
function besideOf({ beside, out }: Flags): DrawnEvaluation[] {
  if (beside === undefined) return [];
  if (out === undefined)
    throw new InputError('--beside must be given together with --out, where its figure goes; add --out');
  return String(beside).split(',').map(readEvaluation);
}

function humansOption({ humans }: Flags): { humans?: HumansInNoise } {
  if (humans === undefined) return {};
  return { humans: readHumans(humans === true ? shippedHumans() : String(humans)) };
}

function snrList(text: string): number[] {
  if (text.trim() === 'none') return [];
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!values.every(Number.isFinite))
    throw new InputError(
      `--snr-db must be numbers with commas between, or none, got '${text}'; give for example --snr-db=-6,0,6`,
    );
  return [...new Set(values)].sort((a, b) => b - a);
}

function asTable({ tasks, calibration, humans }: Evaluation): string {
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
  const errors = Object.entries(calibration).map(
    ([task, { expectedCalibrationError }]) =>
      `${task}: expected calibration error ${(100 * expectedCalibrationError).toFixed(1)} points\n`,
  );
  return (
    table(['task', 'excerpts of', 'number', 'top 1', '95 % interval', 'top 5'], rows, [2, 3, 4, 5]) +
    errors.join('') +
    (humans ? humansText(humans) : '')
  );
}

function humansText({
  r,
  rmse,
  cells,
  ceiling,
  byBackground,
  participants,
  missing,
}: HumanComparison): string {
  const likeness = (of: { r: number; rmse: number }) =>
    `r ${Number.isNaN(of.r) ? 'not defined' : of.r.toFixed(3)}, RMSE ${of.rmse.toFixed(3)}`;
  return [
    '',
    `words in noise beside ${participants} people: ${likeness({ r, rmse })} over ${cells} cells (halves of the people: r ${ceiling.toFixed(3)})`,
    ...byBackground.map((of) => `  ${of.background}: ${likeness(of)}`),
    ...(missing.length > 0 ? [`  not heard: ${missing.join(', ')}`] : []),
    `  ${humanCaution}`,
    '',
  ].join('\n');
}
