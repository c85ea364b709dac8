import { figureColors } from './plot.ts';

/** Color scale of Plot: names and their colors. */
export interface Palette {
  domain: string[];
  range: string[];
}

const symbols = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye'] as const;
/** Shape of a mark, as Plot calls it. */
export type SeriesSymbol = (typeof symbols)[number];

/**
 * One color a series, the first one darkest.
 *
 * @param names - In order; more than there are colors start over.
 * @returns Domain and range for Plot's color scale.
 */
export function seriesColors(names: readonly string[]): Palette {
  return { domain: [...names], range: names.map((_, i) => figureColors[i % figureColors.length]!) };
}

/**
 * One shape a series, so that they are told apart without color.
 *
 * @param names - In the order of their colors.
 * @returns Domain and range for Plot's symbol scale.
 */
export function seriesSymbols(names: readonly string[]): { domain: string[]; range: SeriesSymbol[] } {
  return { domain: [...names], range: names.map((_, i) => symbols[i % symbols.length]!) };
}
