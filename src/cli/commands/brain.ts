import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readSound } from '../../../stimuli/readSound.ts';
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
import { type StageReadouts, writeReadouts } from '../../experiments/brain/readouts.ts';
import { type Responses, readResponses } from '../../experiments/brain/responses.ts';
import { readFinished, saveFinished } from '../../experiments/finishedStages.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { loadModel } from '../../model/loadModel.ts';
import { median } from '../../statistics/estimates/descriptive.ts';
import { type Command, counting, type Flags, numberFlag } from '../command.ts';
import { earFlag, earOption } from '../flags/earFlag.ts';
import { engineFlags, engineOptions } from '../flags/engineFlags.ts';
import { soundsBelow } from '../flags/soundFlags.ts';
import { table } from '../terminal/modelTable.ts';
import { stoppable } from '../terminal/stoppable.ts';

/** `metamer brain`: measured responses predicted from a model's stages. */
export const brainCommand: Command = {
  name: 'brain',
  summary: "how well a model's stages predict measured responses to sounds (ridge regression)",
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
    { flag: '--model <model>', help: 'name or folder, see metamer models', required: true },
    { flag: '--out <folder>', help: 'receives brain.json and brain.svg', required: true },
    {
      flag: '--splits <n>',
      help: 'random halves',
      default: 10,
      parse: numberFlag('--splits', { min: 2, integer: true }),
    },
    { flag: '--seed <n>', help: 'seed of the halves', default: 1, parse: numberFlag('--seed', counting) },
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
  const variable = flags['variable'] as string | undefined;
  const responses = readResponses(String(flags['responses']), variable === undefined ? {} : { variable });
  const model = loadModel(String(flags['model']), earOption(flags));
  const waveforms: Float32Array[] = [];
  for (const sound of soundsBelow(String(flags['sounds'])))
    waveforms.push((await readSound(sound, { model })).samples);
  const { readouts, ...predictions } = await stoppable(
    (signal) => allPredictions(model, { waveforms, responses, out, flags, signal }),
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
  rmSync(join(out, 'finished'), { recursive: true, force: true });
  process.stdout.write(
    flags['json'] ? `${JSON.stringify(result, null, 2)}\n` : brainTable(own, controls, baselines),
  );
  return 0;
}

/** What the predictions of one command share. */
interface Asked {
  waveforms: Float32Array[];
  responses: Responses;
  out: string;
  flags: Flags;
  signal: AbortSignal;
}

/** The model's predictions, its controls' and those of the models that are no networks. */
async function allPredictions(model: AuditoryModel, asked: Asked) {
  const { flags, waveforms } = asked;
  let readouts: StageReadouts[] = [];
  const onReadouts: OnReadouts = (fitted) => {
    readouts = fitted;
  };
  const own = await predicted(model, {
    ...{ ...asked, what: 'model' },
    ...(flags['readouts'] ? { onReadouts } : {}),
  });
  const controls: Record<string, BrainPrediction> = {};
  const baselines: Record<string, BrainPrediction> = {};
  if (flags['controls'] === false) return { own, controls, baselines, readouts };
  for (const [kind, control] of controlModels(String(flags['model']), earOption(flags)))
    controls[kind] = await predicted(control, { ...asked, what: kind });
  for (const { model: of, stage } of baselineModels(model, earOption(flags))) {
    const heard = waveforms.map(atRateOf(of, model));
    baselines[of.name] = await predicted(of, { ...asked, waveforms: heard, what: of.name, stages: [stage] });
  }
  return { own, controls, baselines, readouts };
}

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
    what,
    out,
    flags,
    stages,
    ...reading
  }: Asked & { what: string; onReadouts?: OnReadouts; stages?: string[] },
): Promise<BrainPrediction> {
  const [splits, seed] = [flags['splits'] as number, flags['seed'] as number];
  const hash = createHash('sha256').update(JSON.stringify([model.hash, splits, seed, responses.names]));
  for (const waveform of waveforms) hash.update(waveform);
  const folder = join(out, 'finished', hash.update(responses.values).digest('hex').slice(0, 16));
  return predictResponses(model, waveforms, responses, {
    ...engineOptions(flags),
    ...reading,
    ...{ splits, seed },
    ...(stages ? { stages } : {}),
    finished: readFinished(folder),
    onStage: (stage, predictions) => saveFinished(folder, stage, predictions),
    onProgress: (done) => process.stderr.write(`${what}: ${done}\n`),
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
