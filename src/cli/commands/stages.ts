import { loadModel } from '../../model/loadModel.ts';
import type { Command } from '../command.ts';
import { durationFlag } from '../flags/durationFlag.ts';
import { summarized, table } from '../terminal/modelTable.ts';

/** `metamer stages`: the stages of one model. */
export const stagesCommand: Command = {
  name: 'stages',
  summary:
    "list a model's stages in processing order: shape, units, learned numbers, multiply-accumulates; of an ONNX file those that the .json beside it names (metamer describe writes one), else its outputs",
  arguments: '<model>',
  flags: [durationFlag, { flag: '--json', help: 'print JSON' }],
  examples: [
    'metamer stages branched-small',
    'metamer stages my-model --json',
    'metamer stages net.onnx --duration-seconds 5',
  ],
  run: async ([name], flags) => {
    const model = summarized(
      loadModel(name!, { durationSeconds: flags['durationSeconds'] as number | undefined }),
    );
    if (flags['json']) {
      process.stdout.write(`${JSON.stringify(model, null, 2)}\n`);
      return 0;
    }
    const rows = model.stages.map(({ name: stage, shape, units, parameters, macs }) => [
      stage,
      shape.join(' × '),
      units.toLocaleString('en-US'),
      parameters.toLocaleString('en-US'),
      (macs / 1e6).toFixed(2),
    ]);
    const total = ['total', '', '', model.parameters.toLocaleString('en-US'), (model.macs / 1e6).toFixed(2)];
    process.stdout.write(
      `${model.name}: ${model.samples} samples at ${model.sampleRateHz} Hz; shapes are frequency × time × channel\n` +
        table(['stage', 'shape', 'units', 'parameters', 'MMAC'], [...rows, total], [2, 3, 4]),
    );
    return 0;
  },
};
