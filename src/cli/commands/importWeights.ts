import { basename, join } from 'node:path';
import { refuseToOverwrite, writeJsonAtomic } from '../../base/files.ts';
import { writeSafetensors } from '../../formats/safetensors.ts';
import { importCheckpoint } from '../../model/importCheckpoint.ts';
import { modelFiles } from '../../model/loadModel.ts';
import { type PublishedPreset, publishedPresets } from '../../model/publishedModel.ts';
import type { Command, Flags } from '../command.ts';
import { readLabels } from '../flags/readLabels.ts';
import { printResult } from '../terminal/printResult.ts';

/** `metamer import-weights`: a published checkpoint as a model's folder. */
export const importWeightsCommand: Command = {
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
    ...(labels === undefined ? {} : { words: readLabels(labels) }),
  });
  writeSafetensors(paths[0], weights);
  writeJsonAtomic(paths[1], description);
  const { name, preset } = description;
  const result = { out, name, preset, prefix, weights: weights.size, unused };
  const left =
    unused.length > 0
      ? `; not used: ${unused.slice(0, 10).join(', ')}${unused.length > 10 ? ', …' : ''}`
      : '';
  printResult(
    flags,
    result,
    () =>
      `${out}: ${preset} with ${weights.size} arrays of ${checkpoint}${prefix ? ` under '${prefix}'` : ''}${left}\n`,
  );
  return 0;
}
