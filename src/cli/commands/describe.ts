import { existsSync } from 'node:fs';
import { refuseToOverwrite, writeJsonAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { describeOnnx, type OnnxDraft } from '../../model/onnx/describeOnnx.ts';
import { type Command, counting, type Flags, numberFlag } from '../command.ts';
import { printResult } from '../terminal/printResult.ts';
import { table } from '../terminal/table.ts';

/** `metamer describe`: a description of an ONNX file to start from. */
export const describeCommand: Command = {
  arguments: '<model>',
  flags: [
    {
      flag: '--out <file>',
      help: 'where the description goes (default: beside the model, net.json for net.onnx)',
    },
    {
      flag: '--sample-rate-hz <hz>',
      help: 'rate of the sounds, Hz (default: from the metadata, else a guess)',
      parse: numberFlag('--sample-rate-hz', counting),
    },
    {
      flag: '--duration-seconds <s>',
      help: 'length of the sounds where the model leaves it open (default: 2)',
      parse: numberFlag('--duration-seconds', { min: Number.MIN_VALUE, max: 60 }),
    },
    { flag: '--overwrite', help: 'replace an existing description' },
    { flag: '--json', help: 'print description, tensors and what is not supported as JSON' },
  ],
  examples: [
    'metamer describe net.onnx',
    'metamer describe net.onnx --out draft.json',
    'metamer describe net.onnx --sample-rate-hz 16000 --duration-seconds 1',
  ],
  run: runDescribe,
};

async function runDescribe([model]: string[], flags: Flags): Promise<0> {
  if (!model!.endsWith('.onnx'))
    throw new InputError(`'${model}' must be an ONNX file, ending in .onnx; export the model as one`);
  const beside = model!.replace(/\.onnx$/, '.json');
  const out = (flags['out'] as string | undefined) ?? beside;
  const draft = describeOnnx(model!, {
    sampleRateHz: flags['sampleRateHz'] as number | undefined,
    durationSeconds: flags['durationSeconds'] as number | undefined,
  });
  // One that somebody wrote by hand is never replaced unasked.
  if (existsSync(out)) refuseToOverwrite(out, Boolean(flags['overwrite']));
  writeJsonAtomic(out, draft.description);
  printResult(flags, { out, ...draft }, () => asText(draft, out));
  return 0;
}

function asText({ description, tensors, unsupported }: OnnxDraft, out: string): string {
  const { input, sampleRateHz, samples } = description;
  const rows = tensors.map(({ stage, tensor, operation, shape, parameters, macs }) => [
    ...[stage, operation, shape.slice(1).join(' × ')],
    ...[parameters.toLocaleString('en-US'), (macs / 1e6).toFixed(2), tensor],
  ]);
  const left = unsupported.map(
    ({ tensor, operations, reason }) =>
      `not a stage: ${tensor}${reason === undefined ? ` needs ${operations.join(', ')}` : `: ${reason}`}\n`,
  );
  return [
    table(['stage', 'operation', 'shape', 'parameters', 'MMAC', 'tensor'], rows, [3, 4]),
    ...left,
    `${out}: takes the ${input}, ${samples} samples at ${sampleRateHz} Hz (check ${input === 'cochleagram' ? 'rate, length and ear' : 'rate and length'}; they are guessed where the file does not tell).\n`,
    'Rename or remove stages; to recognize sounds add "classifiers": [{ "task": …, "stage": …, "labels": […] }].\n',
  ].join('');
}
