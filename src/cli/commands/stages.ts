import { loadModel } from '../../model/loadModel.ts';
import type { Command } from '../command.ts';
import { durationFlag } from '../flags/durationFlag.ts';
import { modelSummary } from '../terminal/modelSummary.ts';
import { printResult } from '../terminal/printResult.ts';
import { table } from '../terminal/table.ts';

/** `metamer stages`: the stages of one model. */
export const stagesCommand: Command = {
  details:
    'Of an ONNX file it lists those that the .json beside it names (metamer describe writes one), else its outputs.',
  arguments: '<model>',
  flags: [durationFlag, { flag: '--json', help: 'print JSON' }],
  examples: [
    'metamer stages branched-small',
    'metamer stages my-model --json',
    'metamer stages net.onnx --duration-seconds 5',
  ],
  run: async ([name], flags) => {
    const durationSeconds = flags['durationSeconds'] as number | undefined;
    const model = modelSummary(loadModel(name!, { durationSeconds }));
    const rows = model.stages.map(({ name: stage, shape, units, parameters, macs }) => [
      stage,
      shape.join(' × '),
      units.toLocaleString('en-US'),
      parameters.toLocaleString('en-US'),
      (macs / 1e6).toFixed(2),
    ]);
    const total = ['total', '', '', model.parameters.toLocaleString('en-US'), (model.macs / 1e6).toFixed(2)];
    const about = `${model.name}: ${model.samples} samples at ${model.sampleRateHz} Hz; shapes are frequency × time × channel\n`;
    const heads = ['stage', 'shape', 'units', 'parameters', 'MMAC'];
    printResult(flags, model, () => about + table(heads, [...rows, total], [2, 3, 4]));
    return 0;
  },
};
