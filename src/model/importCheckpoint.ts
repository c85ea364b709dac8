import { InputError } from '../base/inputError.ts';
import { networkOf } from './createAuditoryModel.ts';
import { type ImportedWeights, importWeights } from './importWeights.ts';
import type { ModelDescription } from './modelDescription.ts';
import { type PublishedPreset, publishedModel } from './publishedModel.ts';

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
  const published = publishedModel(preset, name);
  let description = published;
  const { plan, ...imported } = importWeights(path, preset, (classesAt) => {
    const classes = Object.fromEntries(
      networkOf(published).architecture.outputs.flatMap(({ task, stage }) => {
        const count = classesAt(stage);
        return count === undefined ? [] : [[task, count] as const];
      }),
    );
    description = publishedModel(preset, name, classes);
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
