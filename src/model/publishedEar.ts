import {
  type CochleagramParameters,
  defaultCochleagramParameters,
  kellCochleagramParameters,
} from '../../cochlea/parameters.ts';
import type { PresetName } from '../network/presets.ts';

const publishedSeconds = 2;

/**
 * The ear that a network was published with, and the length of the sounds it takes.
 *
 * @param preset - The network.
 * @returns Parameters of the cochleagram, and samples of a clip of two seconds.
 */
export function publishedEar(preset: PresetName): { cochleagram: CochleagramParameters; samples: number } {
  const cochleagram = preset === 'kell2018' ? kellCochleagramParameters : defaultCochleagramParameters;
  return { cochleagram: { ...cochleagram }, samples: publishedSeconds * cochleagram.sampleRateHz };
}
