import { loadModel } from '../../model/loadModel.ts';
import { type CrossRecognition, crossRecognition } from '../../synthesis/runs/crossRecognition.ts';
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
  const results = await crossRecognition(model, runs, engineOptions(flags));
  process.stdout.write(flags['json'] ? `${JSON.stringify(results, null, 2)}\n` : crossTable(results));
  return 0;
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
