import { loadModel, modelNames } from '../../model/loadModel.ts';
import type { Command } from '../command.ts';
import { modelSummary } from '../terminal/modelSummary.ts';
import { printResult } from '../terminal/printResult.ts';
import { table } from '../terminal/table.ts';

/** `metamer models`: the models there are. */
export const modelsCommand: Command = {
  flags: [{ flag: '--json', help: 'print all stages of all models as JSON' }],
  examples: ['metamer models', 'metamer models --json'],
  run: async (_positionals, flags) => {
    const models = modelNames().map((name) => modelSummary(loadModel(name)));
    const rows = models.map(({ name, parameters, macs, classifiers, stages }) => [
      name,
      parameters.toLocaleString('en-US'),
      (macs / 1e6).toFixed(1),
      classifiers.map(({ task, classes }) => `${classes} ${task}s`).join(', '),
      stages.map((stage) => stage.name).join(' '),
    ]);
    const heads = ['model', 'parameters', 'MMAC', 'classes', 'stages'];
    printResult(flags, models, () => table(heads, rows, [1, 2]));
    return 0;
  },
};
