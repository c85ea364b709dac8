import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { type CochleagramForm, cochleagramForms } from '../../model/computeActivations.ts';
import { loadModel } from '../../model/loadModel.ts';
import { type Recognition, recognize } from '../../model/recognize.ts';
import type { Command, Flags } from '../command.ts';
import { engineFlags, engineOptions } from '../flags/engineFlags.ts';
import { readFlaggedSound, soundFlags } from '../flags/soundFlags.ts';
import { table } from '../terminal/modelTable.ts';

/** `metamer recognize`: the words and genres a model hears. */
export const recognizeCommand: Command = {
  name: 'recognize',
  summary: 'word, genre or other classes a model hears in sounds, with probabilities',
  arguments: '<sounds...>',
  flags: [
    { flag: '--model <model>', help: 'name (see metamer models), folder or ONNX file', required: true },
    {
      flag: '--form <form>',
      help: 'cochleagram: exact (float64) or fast (float32, in the graph)',
      choices: cochleagramForms,
      default: 'fast',
    },
    ...soundFlags,
    ...engineFlags,
    { flag: '--json', help: 'print the five best labels of each task as JSON' },
  ],
  examples: [
    'metamer recognize word.wav song.flac --model branched-small',
    'metamer recognize clips/*.wav --model my-model --json',
  ],
  run: runRecognize,
};

async function runRecognize(sounds: string[], flags: Flags): Promise<0> {
  const model = loadModel(String(flags['model']));
  const waveforms: Float32Array[] = [];
  for (const sound of sounds)
    waveforms.push(
      (
        await readFlaggedSound(sound, flags, {
          sampleRateHz: model.sampleRateHz,
          durationSeconds: model.samples / model.sampleRateHz,
        })
      ).samples,
    );
  const recognitions = await recognize(model, waveforms, {
    form: flags['form'] as CochleagramForm,
    ...engineOptions(flags),
  });
  const results = sounds.map((sound, i) => ({ sound, heard: recognitions[i]! }));
  const printed = results.map(({ sound, heard }) => ({ sound, ...heard }));
  process.stdout.write(flags['json'] ? `${JSON.stringify(printed, null, 2)}\n` : asTable(model, results));
  return 0;
}

function asTable(model: AuditoryModel, results: readonly { sound: string; heard: Recognition }[]): string {
  const rows = results.flatMap((result) =>
    model.classifiers.flatMap(({ task }) =>
      result.heard[task]!.map(({ label, probability }, rank) => [
        rank === 0 ? result.sound : '',
        rank === 0 ? task : '',
        label,
        `${(100 * probability).toFixed(1)} %`,
      ]),
    ),
  );
  return table(['sound', 'task', 'label', 'probability'], rows, [3]);
}
