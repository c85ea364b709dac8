import { InputError } from '../../base/inputError.ts';
import { loadModel } from '../../model/loadModel.ts';
import { nullLabel } from '../../model/modelDescription.ts';
import { type Recognition, recognize } from '../../model/recognize.ts';
import { readRunRecord, runFiles } from '../../synthesis/runs/runFolder.ts';
import { readRunSounds } from '../../synthesis/runs/runSounds.ts';
import type { Command, Flags } from '../command.ts';
import { engineFlags, engineOptions } from '../flags/engineFlags.ts';
import { table } from '../terminal/modelTable.ts';

/** `metamer cross`: what another model hears in metamers. */
export const crossCommand: Command = {
  name: 'cross',
  summary: 'how another model recognizes metamers, beside their references',
  arguments: '<runs...>',
  flags: [
    { flag: '--model <model>', help: 'the other model: name or folder, see metamer models', required: true },
    ...engineFlags,
    { flag: '--json', help: 'print the recognitions as JSON' },
  ],
  examples: ['metamer cross metamers/*/* --model my-model'],
  run: runCross,
};

async function runCross(runs: string[], flags: Flags): Promise<0> {
  const model = loadModel(String(flags['model']));
  const sounds: Float32Array[] = [];
  const records = [];
  for (const run of runs) {
    const record = readRunRecord(run);
    if (!record)
      throw new InputError(
        `${run} must be the folder of a finished run with ${runFiles.record}; give such a folder`,
      );
    records.push(record);
    const { reference, metamer } = await readRunSounds(run, model);
    sounds.push(reference, metamer);
  }
  const heard = await recognize(model, sounds, { form: 'exact', ...engineOptions(flags) });
  const results = records.map((record, i) => {
    const [reference, metamer] = [bestOf(heard[2 * i]!), bestOf(heard[2 * i + 1]!)];
    const tasks = Object.keys(reference);
    const task = tasks.find((name) => reference[name] !== nullLabel) ?? tasks[0]!;
    return {
      ...{ run: runs[i]!, metamerModel: record.model, stage: record.stage, observer: model.name },
      ...{ task, reference: reference[task]!, metamer: metamer[task]! },
      agrees: reference[task] === metamer[task],
    };
  });
  process.stdout.write(flags['json'] ? `${JSON.stringify(results, null, 2)}\n` : crossTable(results));
  return 0;
}

/** Best label of each task the model has. */
function bestOf(recognition: Recognition): Record<string, string> {
  return Object.fromEntries(
    Object.entries(recognition).flatMap(([task, guesses]) => (guesses[0] ? [[task, guesses[0].label]] : [])),
  );
}

function crossTable(
  results: readonly {
    stage: string;
    run: string;
    task: string;
    reference: string;
    metamer: string;
    agrees: boolean;
  }[],
): string {
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
