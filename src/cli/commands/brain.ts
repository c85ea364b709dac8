import { join } from 'node:path';
import { resampleSound } from '../../../stimuli/resample.ts';
import { refuseToOverwrite, writeFileAtomic, writeJsonAtomic } from '../../base/files.ts';
import { brainFigure } from '../../experiments/brain/brainFigure.ts';
import { bestEstimate } from '../../experiments/brain/explainedVariance.ts';
import {
  type BrainOptions,
  type BrainPrediction,
  baselineModels,
  controlModels,
  predictResponses,
} from '../../experiments/brain/predictResponses.ts';
import type { ResponsePrediction } from '../../experiments/brain/predictStage.ts';
import { type StageReadouts, writeReadouts } from '../../experiments/brain/readouts.ts';
import type { MeasuredSounds } from '../../experiments/brain/responses.ts';
import { dropFinishedStages, finishedStages } from '../../experiments/finishedStages.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { loadModel } from '../../model/loadModel.ts';
import { median } from '../../statistics/estimates/descriptive.ts';
import { type Command, type Flags, numberFlag } from '../command.ts';
import { earFlag, earOption } from '../flags/earFlag.ts';
import { engineFlags, engineOptions } from '../flags/engineFlags.ts';
import { modelFlag } from '../flags/modelFlag.ts';
import { type MeasuredFiles, readMeasured } from '../flags/readMeasured.ts';
import { seedFlag } from '../flags/seedFlag.ts';
import { countProgress } from '../terminal/countProgress.ts';
import { printResult } from '../terminal/printResult.ts';
import { stoppable } from '../terminal/stoppable.ts';
import { table } from '../terminal/table.ts';

/** `metamer brain`: measured responses predicted from a model's stages. */
export const brainCommand: Command = {
  flags: [
    {
      flag: '--responses <file>',
      help: '.npy, .mat (version 5) or .csv: sounds × responses, a third axis for repeats; names `listener/response` tell listeners apart',
      required: true,
    },
    { flag: '--variable <name>', help: 'which array of a MAT-file' },
    {
      flag: '--sounds <folder>',
      help: 'the sounds; rows are in the order of their sorted names',
      required: true,
    },
    modelFlag,
    { flag: '--out <folder>', help: 'receives brain.json and brain.svg', required: true },
    {
      flag: '--splits <n>',
      help: 'random halves',
      default: 10,
      parse: numberFlag('--splits', { min: 2, integer: true }),
    },
    seedFlag('seed of the halves'),
    {
      flag: '--readouts',
      help: 'also write readouts.safetensors, linear readouts of the best stages for metamer drive',
    },
    {
      flag: '--no-controls',
      help: 'leave out permuted and random weights, and the models that are no networks',
    },
    earFlag,
    ...engineFlags,
    { flag: '--overwrite', help: 'replace an existing result' },
    { flag: '--json', help: 'print the result as JSON' },
  ],
  examples: [
    'metamer brain --responses voxels.npy --sounds natsounds --model branched-small --out brain',
    'metamer brain --responses components.mat --sounds natsounds --model branched-small --readouts --out brain',
  ],
  run: runBrain,
};

async function runBrain(_: string[], flags: Flags): Promise<0> {
  const out = String(flags['out']);
  const path = join(out, 'brain.json');
  refuseToOverwrite(path, Boolean(flags['overwrite']));
  const model = loadModel(String(flags['model']), earOption(flags));
  const measured = await readMeasured(flags as unknown as MeasuredFiles, model);
  const { readouts, ...predictions } = await stoppable(
    (signal) => allPredictions(model, { ...measured, out, flags, signal }),
    'the same command goes on after the last finished stage',
  );
  const { own, controls, baselines } = predictions;
  const result = { ...own, controls, baselines };
  if (flags['readouts'])
    writeReadouts(join(out, 'readouts.safetensors'), {
      ...{ model: model.name, modelHash: model.hash, stages: readouts },
    });
  writeFileAtomic(join(out, 'brain.svg'), brainFigure(own, controls, baselines));
  writeJsonAtomic(path, result);
  dropFinishedStages(out);
  printResult(flags, result, () => brainTable(own, controls, baselines));
  return 0;
}

/** What the predictions of one command share. */
interface Asked extends MeasuredSounds {
  out: string;
  flags: Flags;
  signal: AbortSignal;
}

/** The model's predictions, its controls' and those of the models that are no networks. */
async function allPredictions(model: AuditoryModel, asked: Asked) {
  const { flags, waveforms } = asked;
  const others = flags['controls'] !== false;
  const controlled = others ? controlModels(String(flags['model']), earOption(flags)) : [];
  const compared = others ? baselineModels(model, earOption(flags)) : [];
  const progress = brainProgress(1 + [...controlled].length + compared.length);
  let readouts: StageReadouts[] = [];
  const onReadouts: OnReadouts = (fitted) => {
    readouts = fitted;
  };
  const controls: Record<string, BrainPrediction> = {};
  const baselines: Record<string, BrainPrediction> = {};
  try {
    const own = await predicted(model, {
      ...{ ...asked, onProgress: progress.of(model.name) },
      ...(flags['readouts'] ? { onReadouts } : {}),
    });
    for (const [kind, control] of controlled)
      controls[kind] = await predicted(control, { ...asked, onProgress: progress.of(`${kind} weights`) });
    for (const { model: of, stage } of compared) {
      const heard = waveforms.map(atRateOf(of, model));
      const onProgress = progress.of(of.name);
      baselines[of.name] = await predicted(of, {
        ...{ ...asked, waveforms: heard, stages: [stage], onProgress },
      });
    }
    return { own, controls, baselines, readouts };
  } finally {
    progress.stop();
  }
}

/** Shows how far all models are; the time left takes hearing and predicting for equal halves of a model's work. */
function brainProgress(models: number) {
  const progress = countProgress();
  const begun = performance.now();
  let finished = -1;
  return {
    /** For the next model. */
    of(name: string): OnProgress {
      finished++;
      return (done, total, pieces) => {
        const ofModel = (done / total + (pieces === 'sounds' ? 0 : 1)) / 2;
        const share = (finished + ofModel) / models;
        const secondsLeft = (((performance.now() - begun) / 1000) * (1 - share)) / share;
        const what = pieces === 'sounds' ? 'sounds heard by' : 'halves predicted from';
        progress.update(done, total, `${what} ${name}, model ${finished + 1} of ${models}`, secondsLeft);
      };
    },
    stop: progress.stop,
  };
}

type OnProgress = NonNullable<BrainOptions['onProgress']>;
type OnReadouts = NonNullable<BrainOptions['onReadouts']>;

/** A sound of one model as another hears it. */
const atRateOf =
  (other: AuditoryModel, { sampleRateHz }: AuditoryModel) =>
  (waveform: Float32Array) =>
    resampleSound(waveform, sampleRateHz, other.sampleRateHz).slice(0, other.samples);

/** One model's predictions; stages that an interrupted run had finished are not computed again. */
function predicted(
  model: AuditoryModel,
  {
    waveforms,
    responses,
    out,
    flags,
    stages,
    ...reading
  }: Asked & { onProgress: OnProgress; onReadouts?: OnReadouts; stages?: string[] },
): Promise<BrainPrediction> {
  const [splits, seed] = [flags['splits'] as number, flags['seed'] as number];
  const settings = JSON.stringify([model.hash, splits, seed, responses.names]);
  const kept = finishedStages<ResponsePrediction[]>(out, [settings, ...waveforms, responses.values]);
  return predictResponses(model, waveforms, responses, {
    ...engineOptions(flags),
    ...reading,
    ...{ splits, seed },
    ...(stages ? { stages } : {}),
    finished: kept.found,
    onStage: kept.save,
  });
}

function brainTable(
  own: BrainPrediction,
  controls: Record<string, BrainPrediction>,
  baselines: Record<string, BrainPrediction>,
): string {
  const middle = (of: BrainPrediction, stage: number) =>
    median(of.stages[stage]!.responses.map(bestEstimate)).toFixed(3);
  const rows = own.stages.map(({ stage }, s) => [
    ...[stage, middle(own, s)],
    ...Object.values(controls).map((control) => middle(control, s)),
  ]);
  for (const [name, baseline] of Object.entries(baselines))
    rows.push([
      `${name} ${baseline.stages[0]!.stage}`,
      middle(baseline, 0),
      ...Object.keys(controls).map(() => ''),
    ]);
  const best = own.bestStage
    .slice(0, 20)
    .map((each) => [each.name, each.stage, each.relativeDepth.toFixed(2), bestEstimate(each).toFixed(3)]);
  const columns = ['stage', 'median r²', ...Object.keys(controls).map((kind) => `${kind} weights`)];
  return `${table(columns, rows, columns.map((_, i) => i).slice(1))}\n${table(['response', 'best stage', 'relative depth', 'r²'], best, [2, 3])}`;
}
