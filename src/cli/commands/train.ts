import type { DeviceName } from '../../engine/engine.ts';
import { readTrainingConfig } from '../../training/trainingConfig.ts';
import { trainModel } from '../../training/trainModel.ts';
import { type Command, counting, numberFlag } from '../command.ts';
import { corpusMemoryFlag } from '../flags/corpusMemoryFlag.ts';
import { deviceFlag } from '../flags/engineFlags.ts';
import { perturbationFlags, withPerturbation } from '../flags/perturbationFlags.ts';
import { threadsFlag, threadsOption } from '../flags/threadsFlag.ts';
import { printResult } from '../terminal/printResult.ts';
import { stoppable } from '../terminal/stoppable.ts';
import { report } from '../terminal/trainingReport.ts';

/** `metamer train`: trains a network on a corpus. */
export const trainCommand: Command = {
  flags: [
    { flag: '--config <file>', help: 'training configuration, JSON', required: true },
    {
      flag: '--out <folder>',
      help: 'folder of the run: metrics, checkpoint and the trained model',
      required: true,
    },
    deviceFlag,
    threadsFlag('threads of the graph (default: all cores)'),
    {
      flag: '--until-step <n>',
      help: 'stop after this step, to go on later',
      parse: numberFlag('--until-step', counting),
    },
    corpusMemoryFlag,
    ...perturbationFlags,
    {
      flag: '--overwrite',
      help: 'replace a model from elsewhere or a training of another configuration; one of this configuration still goes on',
    },
    { flag: '--json', help: 'print the last metrics as JSON' },
  ],
  examples: [
    'metamer train --config training.json --out models/mine',
    'metamer train --config training.json --perturbation adversarial --perturbation-space cochleagram --out models/robust',
  ],
  async run(_, flags) {
    const config = withPerturbation(readTrainingConfig(flags['config'] as string), flags);
    const metrics = await stoppable(
      (signal) =>
        trainModel(config, flags['out'] as string, {
          corpusMemoryMib: flags['corpusMemoryMib'] as number,
          ...{ onMetrics: (line, of) => report(line, of), overwrite: Boolean(flags['overwrite']), signal },
          ...threadsOption(flags),
          device: flags['device'] as DeviceName,
          ...(flags['untilStep'] === undefined ? {} : { untilStep: flags['untilStep'] as number }),
        }),
      'the same command goes on from the last step',
    );
    printResult(flags, metrics ?? null, () => `${flags['out']}: trained\n`);
    return 0;
  },
};
