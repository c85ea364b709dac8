import { loadModel, modelNames } from '../../model/loadModel.ts';
import type { Command } from '../command.ts';
import { summarized, table } from '../terminal/modelTable.ts';

/** `metamer models`: the models there are. */
export const modelsCommand: Command = {
  name: 'models',
  summary: 'list the models: stages, learned numbers, multiply-accumulates',
  flags: [{ flag: '--json', help: 'print all stages of all models as JSON' }],
  examples: ['metamer models', 'metamer models --json'],
  run: async (_positionals, flags) => {
    const models = modelNames().map((name) => summarized(loadModel(name)));
    if (flags['json']) {
      process.stdout.write(`${JSON.stringify(models, null, 2)}\n`);
      return 0;
    }
    const rows = models.map(({ name, parameters, macs, classifiers, stages }) => [
      name,
      parameters.toLocaleString('en-US'),
      (macs / 1e6).toFixed(1),
      classifiers.map(({ task, classes }) => `${classes} ${task}s`).join(', '),
      stages.map((stage) => stage.name).join(' '),
    ]);
    process.stdout.write(table(['model', 'parameters', 'MMAC', 'classes', 'stages'], rows, [1, 2]));
    return 0;
  },
};
