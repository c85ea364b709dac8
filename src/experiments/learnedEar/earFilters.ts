import type { Tensor } from '@tensorflow/tfjs';
import { erbSpacedFilters, type MovableFilters } from '../../../cochlea/learnableEar.ts';
import { type CochleagramParameters, cochleagramParameters } from '../../../cochlea/parameters.ts';
import { createRandom } from '../../base/random.ts';
import { tf } from '../../engine/tf.ts';
import type { WeightSpec } from '../../network/plannedOperation.ts';
import type { NamedValues } from '../../training/gradientStep.ts';
import type { LearnedEarConfig } from './learnedEarConfig.ts';

/** Where the filters of an ear lie; both in the order of the channels. */
export interface EarFilters {
  centersHz: number[];
  /** From the center to where the filter is zero, Hz. */
  halfWidthsHz: number[];
}

/** Names of the weights that an ear learns; their units set how fast a learning rate moves filters. */
const names = { centers: 'ear.centers', widths: 'ear.logHalfWidths' } as const;

type Ear = LearnedEarConfig['ear'];

/**
 * Weights of an ear that learns.
 *
 * @param channels - Number of filters.
 */
export function earWeights(channels: number): WeightSpec[] {
  return Object.values(names).map((name) => ({
    ...{ name, shape: [channels], isLearned: true },
    initial: { kind: 'fill', value: 0 },
  }));
}

/**
 * Values of the weights for filters.
 *
 * @param ear - Its speed sets the unit.
 * @returns Centers and natural logarithms of half-widths, by the speed; shape [channels] each.
 */
export function valuesOf({ centersHz, halfWidthsHz }: EarFilters, ear: Ear): NamedValues {
  const speed = ear.hertzPerStep;
  return {
    [names.centers]: Float32Array.from(centersHz, (hertz) => hertz / (1000 * speed)),
    [names.widths]: Float32Array.from(halfWidthsHz, (hertz) => Math.log(hertz) / speed),
  };
}

/**
 * Filters in the graph, for the ear.
 *
 * @param weight - Looks the ear's weights up.
 * @param ear - Its speed sets their unit.
 */
export function movableFilters(weight: (name: string) => Tensor, { hertzPerStep }: Ear): MovableFilters {
  return {
    centersHz: tf.mul(weight(names.centers), 1000 * hertzPerStep),
    halfWidthsHz: tf.exp(tf.mul(weight(names.widths), hertzPerStep)),
  };
}

/**
 * Filters that weights stand for, kept within the limits as the ear does.
 *
 * @param values - The ear's weights by name, among others.
 * @param ear - Limits, and the speed that sets the unit.
 */
export function filtersOf(
  values: NamedValues,
  { lowHz, highHz, narrowestHz, widestHz, hertzPerStep }: Ear,
): EarFilters {
  const held = (x: number, least: number, most: number) => Math.min(Math.max(x, least), most);
  return {
    centersHz: Array.from(values[names.centers]!, (value) =>
      held(1000 * hertzPerStep * value, lowHz, highHz),
    ),
    halfWidthsHz: Array.from(values[names.widths]!, (value) =>
      held(Math.exp(hertzPerStep * value), narrowestHz, widestHz),
    ),
  };
}

/**
 * Where filters begin.
 *
 * Random ones: centers uniform in Hz, in ascending order, and half-widths log-uniform and independent of them, so that
 * nothing of the ERB-number scale is given.
 *
 * @param ear - Channels and limits.
 * @param from - The ERB-number scale, or a seed.
 */
export function startingFilters(ear: Ear, from: 'erb' | number): EarFilters {
  const { channels, lowHz, highHz, narrowestHz, widestHz } = ear;
  if (from === 'erb') return erbSpacedFilters({ filters: channels, lowHz, highHz });
  const random = createRandom(from, 'ear');
  const each = <T>(draw: () => T) => Array.from({ length: channels }, draw);
  return {
    centersHz: each(() => lowHz + (highHz - lowHz) * random.uniform()).sort((a, b) => a - b),
    halfWidthsHz: each(() => narrowestHz * (widestHz / narrowestHz) ** random.uniform()),
  };
}

/**
 * Parameters of the ear: one filter a channel between the limits, all else as in the fixed ear. The slope of the
 * compression is clipped only where sounds are all but silent, so that filters follow the true gradient.
 *
 * @param ear - As configured.
 */
export function earParameters({ channels, lowHz, highHz, envelopeRateHz }: Ear): CochleagramParameters {
  const ends = { overcomplete: 1, lowpass: false, highpass: false, slopeClip: 1000 };
  return cochleagramParameters({ filters: channels, lowHz, highHz, envelopeRateHz, ...ends });
}
