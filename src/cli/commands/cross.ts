import { stemOf } from '../../../listening-test/study/readRuns.ts';
import { refuseToOverwrite, writeFileAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { loadModel } from '../../model/loadModel.ts';
import { recognitionTrials } from '../../model/recognitionTrials.ts';
import { metamerCondition } from '../../records/conditions.ts';
import type { TrialRecord } from '../../records/trialRecord.ts';
import { trialsCsv } from '../../records/writeTrials.ts';
import { type CrossRecognition, crossRecognition } from '../../synthesis/runs/crossRecognition.ts';
import type { Command, Flags } from '../command.ts';
import { earFlag, earOption } from '../flags/earFlag.ts';
import { engineFlags } from '../flags/engineFlags.ts';
import { computingOptions, threadsFlag } from '../flags/threadsFlag.ts';
import { countProgress } from '../terminal/countProgress.ts';
import { printResult } from '../terminal/printResult.ts';
import { table } from '../terminal/table.ts';

/** `metamer cross`: what another model hears in metamers. */
export const crossCommand: Command = {
  arguments: '<runs...>',
  flags: [
    {
      flag: '--model <models>',
      help: 'the other model, or several with commas: names or folders, see metamer models',
      required: true,
    },
    earFlag,
    ...engineFlags,
    threadsFlag('threads of the graph (default: all cores)'),
    {
      flag: '--trials <file>',
      help: 'also write a trials.csv for metamer analyze: each sound, right where it is heard as its reference is, with the probability of that answer',
    },
    {
      flag: '--figure <file>',
      help: 'also draw over stages how many metamers other models than their own hear as the references, .svg',
    },
    { flag: '--overwrite', help: 'replace existing trials and figure' },
    { flag: '--json', help: 'print the recognitions as JSON' },
  ],
  examples: [
    'metamer cross metamers/*/* --model my-model',
    'metamer cross metamers/*/* --model my-model --trials my-model-trials.csv',
    'metamer cross metamers/*/*/* --model one,another --figure cross.svg',
  ],
  run: runCross,
};

async function runCross(runs: string[], flags: Flags): Promise<0> {
  const [trials, figure] = [flags['trials'], flags['figure']] as (string | undefined)[];
  if (figure !== undefined && !figure.endsWith('.svg'))
    throw new InputError(`--figure must end in .svg, got '${figure}'; add that ending`);
  for (const path of [trials, figure])
    if (path !== undefined) refuseToOverwrite(path, Boolean(flags['overwrite']));
  const models = String(flags['model']).split(',');
  const progress = countProgress();
  const results: CrossRecognition[] = [];
  for (const model of models.map((name) => loadModel(name, earOption(flags))))
    results.push(
      ...(await crossRecognition(model, runs, {
        ...computingOptions(flags),
        onHeard: (done, total) => progress.update(done, total, `sounds heard by ${model.name}`),
      })),
    );
  progress.stop();
  if (trials !== undefined) writeFileAtomic(trials, trialsCsv(trialsOf(results)));
  if (figure !== undefined) writeFileAtomic(figure, await drawn(results));
  printResult(flags, results, () => crossTable(results));
  return 0;
}

/** The drawing library is loaded for a figure alone. */
async function drawn(results: readonly CrossRecognition[]): Promise<string> {
  const { crossFigure, recognizedByOthers } = await import('../../figures/crossFigure.ts');
  const recognitions = recognizedByOthers(results);
  if (recognitions.length === 0)
    throw new InputError(
      '--figure must be of other models than the metamers are of, every run is of the model that listens; give another --model',
    );
  return crossFigure(recognitions);
}

function trialsOf(results: readonly CrossRecognition[]): TrialRecord[] {
  const observers = [...new Set(results.map(({ observer }) => observer))];
  return observers.flatMap((name) =>
    crossTrials(
      name,
      results.filter(({ observer }) => observer === name),
    ),
  );
}

function crossTrials(model: string, results: readonly CrossRecognition[]): TrialRecord[] {
  const references = new Map(results.map((result) => [`${result.task} ${stemOf(result.sound)}`, result]));
  const heard = ({ task, sound, reference }: CrossRecognition) => ({
    ...{ task, sourceId: stemOf(sound), target: reference },
  });
  return recognitionTrials(model, [
    ...[...references.values()].map((result) => ({
      ...heard(result),
      response: result.reference,
      targetProbability: result.probability.reference,
    })),
    ...results.map((result) => ({
      ...heard(result),
      condition: metamerCondition(result.metamerModel, result.stage),
      stage: result.stage,
      metamerModel: result.metamerModel,
      response: result.metamer,
      targetProbability: result.probability.metamer,
    })),
  ]);
}

function crossTable(results: readonly CrossRecognition[]): string {
  const isOne = new Set(results.map(({ observer }) => observer)).size === 1;
  const rows = results.map(({ run, observer, stage, task, reference, metamer, agrees }) => [
    ...(isOne ? [] : [observer]),
    ...[run, stage, task, reference, metamer],
    agrees ? 'same' : 'different',
  ]);
  const stages = [...new Set(results.map(({ stage }) => stage))].map((stage) => {
    const ofStage = results.filter((result) => result.stage === stage);
    const share = ofStage.filter(({ agrees }) => agrees).length / ofStage.length;
    return [stage, String(ofStage.length), `${(100 * share).toFixed(0)} %`];
  });
  const runs = table(
    [...(isOne ? [] : ['model']), 'run', 'stage', 'task', 'reference heard as', 'metamer heard as', ''],
    rows,
    [],
  );
  return `${runs}\n${table(['stage', 'runs', 'recognized as the reference'], stages, [1, 2])}`;
}
