import { InputError } from '../base/inputError.ts';
import { networkOf } from './createAuditoryModel.ts';
import { type ImportedWeights, importWeights } from './importWeights.ts';
import { type ModelDescription, numberedLabels } from './modelDescription.ts';
import { publishedEar } from './publishedEar.ts';

/** Presets whose networks have been published with weights. */
export const publishedPresets = ['cochcnn9', 'cochresnet50', 'kell2018'] as const;
/** Name of one of them. */
export type PublishedPreset = (typeof publishedPresets)[number];

/** How a checkpoint becomes a model. */
export interface ImportOptions {
  preset: PublishedPreset;
  name: string;
  /** Labels of the words, in the order of the logits; default numbers. */
  words?: readonly string[] | undefined;
}

/**
 * Makes a model of a published PyTorch checkpoint.
 *
 * @param path - The state dict as safetensors.
 * @returns The model's description, its weights, and what of the checkpoint was not used.
 * @throws InputError when the checkpoint is not of the preset, or has another number of words than labels are given.
 */
export function importCheckpoint(
  path: string,
  { preset, name, words }: ImportOptions,
): ImportedWeights & { description: ModelDescription } {
  let description = describe({ preset, name, classes: {} });
  const { plan, ...imported } = importWeights(path, preset, (classesAt) => {
    const { architecture } = networkOf(describe({ preset, name, classes: {} }));
    const classes = Object.fromEntries(
      architecture.outputs.flatMap(({ task, stage }) => {
        const count = classesAt(stage);
        return count === undefined ? [] : [[task, count] as const];
      }),
    );
    description = describe({ preset, name, classes });
    return networkOf(description);
  });
  if (words === undefined) return { description, ...imported };
  const { length } = description.labels.word;
  if (words.length !== length)
    throw new InputError(
      `labels must be as many as the words of ${path}, ${length}, there are ${words.length}; give one a line`,
    );
  return {
    description: { ...description, labels: { ...description.labels, word: [...words] } },
    ...imported,
  };
}

function describe({
  preset,
  name,
  classes,
}: {
  preset: PublishedPreset;
  name: string;
  classes: { word?: number; genre?: number };
}): ModelDescription {
  const usual = { cochcnn9: { word: 794 }, cochresnet50: { word: 794 }, kell2018: { word: 589, genre: 43 } }[
    preset
  ];
  const { word, genre } = { genre: undefined, ...usual, ...classes };
  return {
    version: 1,
    ...{ name, preset, width: 1 },
    labels: {
      word: numberedLabels('word', word),
      ...(genre === undefined ? {} : { genre: numberedLabels('genre', genre) }),
    },
    ...publishedEar(preset),
  };
}
