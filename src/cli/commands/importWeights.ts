import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { refuseToOverwrite, writeFileAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { writeSafetensors } from '../../formats/safetensors.ts';
import { importCheckpoint, type PublishedPreset, publishedPresets } from '../../model/importCheckpoint.ts';
import { modelFiles } from '../../model/loadModel.ts';
import type { Command, Flags } from '../command.ts';

/** `metamer import-weights`: a published checkpoint as a model's folder. */
export const importWeightsCommand: Command = {
  name: 'import-weights',
  summary: 'make a model of a published PyTorch checkpoint (safetensors of its state dict)',
  arguments: '<checkpoint>',
  flags: [
    { flag: '--preset <name>', help: 'the network', choices: publishedPresets, required: true },
    { flag: '--out <folder>', help: 'receives model.json and weights.safetensors', required: true },
    { flag: '--labels <file>', help: 'words in the order of the logits, one a line (default: numbers)' },
    { flag: '--overwrite', help: 'replace a model that is there' },
    { flag: '--json', help: 'print what was mapped as JSON' },
  ],
  examples: ['metamer import-weights cochcnn9.safetensors --preset cochcnn9 --out cochcnn9-words'],
  run: runImport,
};

async function runImport([checkpoint]: string[], flags: Flags): Promise<0> {
  const out = String(flags['out']);
  const paths = [modelFiles.weights, modelFiles.description].map((name) => join(out, name)) as [
    string,
    string,
  ];
  for (const path of paths) refuseToOverwrite(path, Boolean(flags['overwrite']));
  const labels = flags['labels'] as string | undefined;
  const { description, weights, prefix, unused } = importCheckpoint(checkpoint!, {
    preset: flags['preset'] as PublishedPreset,
    name: basename(out),
    ...(labels === undefined ? {} : { words: linesOf(labels) }),
  });
  writeSafetensors(paths[0], weights);
  writeFileAtomic(paths[1], `${JSON.stringify(description, null, 2)}\n`);
  const { name, preset } = description;
  const result = { out, name, preset, prefix, weights: weights.size, unused };
  const left =
    unused.length > 0
      ? `; not used: ${unused.slice(0, 10).join(', ')}${unused.length > 10 ? ', …' : ''}`
      : '';
  process.stdout.write(
    flags['json']
      ? `${JSON.stringify(result, null, 2)}\n`
      : `${out}: ${preset} with ${weights.size} arrays of ${checkpoint}${prefix ? ` under '${prefix}'` : ''}${left}\n`,
  );
  return 0;
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split(/\r?\n/)
      .filter((line) => line !== '');
  } catch (error) {
    throw new InputError(`${path} cannot be read as a list of labels; check the path`, { cause: error });
  }
}
