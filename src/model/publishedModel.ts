import { defaultCochleagramParameters, kellCochleagramParameters } from '../../cochlea/parameters.ts';
import { publishedClasses } from '../network/presets.ts';
import { type ModelDescription, numberedLabels } from './modelDescription.ts';

/** Preset of a network that has been published with weights. */
export type PublishedPreset = keyof typeof publishedClasses;
/** All of them. */
export const publishedPresets = Object.keys(publishedClasses) as PublishedPreset[];

/** Length of the sounds that networks were published for, and that ours are made for. */
export const publishedSeconds = 2;

/**
 * Describes a network as it was published: its width, the ear before it, the length of the sounds it takes.
 *
 * @param name - Of the model.
 * @param classes - Numbers of classes by task, null class included, where they are others than published.
 */
export function publishedModel(
  preset: PublishedPreset,
  name: string,
  classes: { word?: number; genre?: number } = {},
): ModelDescription {
  const { word, genre } = { genre: undefined, ...publishedClasses[preset], ...classes };
  const cochleagram = preset === 'kell2018' ? kellCochleagramParameters : defaultCochleagramParameters;
  return {
    version: 1,
    ...{ name, preset, width: 1 },
    labels: {
      word: numberedLabels('word', word),
      ...(genre === undefined ? {} : { genre: numberedLabels('genre', genre) }),
    },
    cochleagram: { ...cochleagram },
    samples: publishedSeconds * cochleagram.sampleRateHz,
  };
}
