import { refuseToOverwrite } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { writeNpy } from '../../formats/npy.ts';
import { checkStages, stageShape } from '../../model/auditoryModel.ts';
import {
  type CochleagramForm,
  cochleagramForms,
  computeActivations,
} from '../../model/computeActivations.ts';
import { loadModel } from '../../model/loadModel.ts';
import type { Command, Flags } from '../command.ts';
import { durationFlag } from '../flags/durationFlag.ts';
import { earFlag, earOption } from '../flags/earFlag.ts';
import { engineFlags, engineOptions } from '../flags/engineFlags.ts';
import { modelFlag } from '../flags/modelFlag.ts';
import { readFlaggedSound, soundFlags } from '../flags/soundFlags.ts';
import { printResult } from '../terminal/printResult.ts';

/** `metamer activations`: what a stage of a model makes of a sound. */
export const activationsCommand: Command = {
  arguments: '<sound>',
  flags: [
    modelFlag,
    { flag: '--stage <stage>', help: 'stage, see metamer stages', required: true },
    {
      flag: '--out <file>',
      help: 'array (.npy, float32, [frequency, time, channel] or [unit])',
      required: true,
    },
    {
      flag: '--form <form>',
      help: 'cochleagram: exact (float64) or fast (float32, in the graph)',
      choices: cochleagramForms,
      default: 'exact',
    },
    earFlag,
    durationFlag,
    ...soundFlags,
    ...engineFlags,
    { flag: '--overwrite', help: 'replace an existing file' },
    { flag: '--json', help: 'print file, stage and shape as JSON' },
  ],
  examples: ['metamer activations word.wav --model branched-small --stage conv3 --out conv3.npy'],
  run: runActivations,
};

async function runActivations([sound]: string[], flags: Flags): Promise<0> {
  const out = String(flags['out']);
  if (!out.endsWith('.npy')) throw new InputError(`--out must end in .npy, got '${out}'; add that ending`);
  refuseToOverwrite(out, Boolean(flags['overwrite']));
  const model = loadModel(String(flags['model']), {
    ...earOption(flags),
    durationSeconds: flags['durationSeconds'] as number | undefined,
  });
  const stageName = String(flags['stage']);
  checkStages(model, [stageName]);
  const { samples } = await readFlaggedSound(sound!, flags, { model });
  const [activations] = await computeActivations(model, [samples], [stageName], {
    form: flags['form'] as CochleagramForm,
    ...engineOptions(flags),
  });
  const shape = stageShape(model, stageName);
  writeNpy(out, activations![0]!, shape);
  const result = { out, model: model.name, stage: stageName, shape };
  printResult(flags, result, () => `${out}: ${stageName} of ${model.name}, ${shape.join(' × ')}\n`);
  return 0;
}
