import { stemOf } from '../../../listening-test/study/readRuns.ts';
import { refuseToOverwrite, writeFileAtomic } from '../../base/files.ts';
import { loadModel } from '../../model/loadModel.ts';
import { recognitionTrials } from '../../model/recognitionTrials.ts';
import { metamerCondition } from '../../records/conditions.ts';
import type { TrialRecord } from '../../records/trialRecord.ts';
import { trialsCsv } from '../../records/writeTrials.ts';
import { type CrossRecognition, crossRecognition } from '../../synthesis/runs/crossRecognition.ts';
import type { Command, Flags } from '../command.ts';
import { earFlag, earOption } from '../flags/earFlag.ts';
import { engineFlags, engineOptions } from '../flags/engineFlags.ts';
import { table } from '../terminal/modelTable.ts';

/** `metamer cross`: what another model hears in metamers. */
export const crossCommand: Command = {
  name: 'cross',
  summary: 'how another model recognizes metamers, beside their references',
  arguments: '<runs...>',
  flags: [
    { flag: '--model <model>', help: 'the other model: name or folder, see metamer models', required: true },
    earFlag,
    ...engineFlags,
    {
      flag: '--trials <file>',
      help: 'also write a trials.csv for metamer analyze: each sound, right where it is heard as its reference is, with the probability of that answer',
    },
    { flag: '--overwrite', help: 'replace existing trials' },
    { flag: '--json', help: 'print the recognitions as JSON' },
  ],
  examples: [
    'metamer cross metamers/*/* --model my-model',
    'metamer cross metamers/*/* --model my-model --trials my-model-trials.csv',
  ],
  run: runCross,
};

async function runCross(runs: string[], flags: Flags): Promise<0> {
  const { trials } = flags;
  if (trials !== undefined) refuseToOverwrite(String(trials), Boolean(flags['overwrite']));
  const model = loadModel(String(flags['model']), earOption(flags));
  const results = await crossRecognition(model, runs, engineOptions(flags));
  if (trials !== undefined) writeFileAtomic(String(trials), trialsCsv(crossTrials(model.name, results)));
  process.stdout.write(flags['json'] ? `${JSON.stringify(results, null, 2)}\n` : crossTable(results));
  return 0;
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
  const rows = results.map(({ run, stage, task, reference, metamer, agrees }) => [
    ...[run, stage, task, reference, metamer],
    agrees ? 'same' : 'different',
  ]);
  const stages = [...new Set(results.map(({ stage }) => stage))].map((stage) => {
    const ofStage = results.filter((result) => result.stage === stage);
    const share = ofStage.filter(({ agrees }) => agrees).length / ofStage.length;
    return [stage, String(ofStage.length), `${(100 * share).toFixed(0)} %`];
  });
  const runs = table(['run', 'stage', 'task', 'reference heard as', 'metamer heard as', ''], rows, []);
  return `${runs}\n${table(['stage', 'runs', 'recognized as the reference'], stages, [1, 2])}`;
}
