import * as Plot from '@observablehq/plot';
import { figureInk, figureStyle } from './figureStyle.ts';
import { plotSvg } from './plot.ts';
import { type SeriesSymbol, seriesColors, seriesSymbols } from './series.ts';

const rowHeightPx = 22;
/** Of a letter, as wide as the widest common font's. */
const letterPx = 7.5;
const sampleWidthPx = 24;

/** One entry of a legend; without a color it is a note. */
export interface LegendEntry {
  name: string;
  color?: string;
  symbol?: SeriesSymbol;
  /** Pattern of its line, as SVG takes it; absent for a solid one. */
  dash?: string;
}

/**
 * Entries of series in the order of their colors and shapes.
 *
 * @param names - Of the series.
 */
export function seriesEntries(names: readonly string[]): LegendEntry[] {
  const [colors, symbols] = [seriesColors(names).range, seriesSymbols(names).range];
  return names.map((name, i) => ({ name, color: colors[i]!, symbol: symbols[i]! }));
}

/**
 * Draws a legend to stand below panels: in as many rows as its entries need.
 *
 * @param entries - In order.
 * @param width - CSS pixels.
 * @param fontFamily - Lettering; default that of all figures.
 * @returns SVG and its height, CSS pixels.
 */
export function legendSvg(
  entries: readonly LegendEntry[],
  width: number,
  fontFamily = figureStyle.fontFamily,
): { svg: string; height: number } {
  const placed = inRows(entries, width);
  const height = rowHeightPx * (placed.at(-1)?.row ?? 0) + rowHeightPx + 8;
  const drawn = placed.flatMap((entry) =>
    entry.color === undefined ? [] : [{ ...entry, color: entry.color }],
  );
  const scales = { x: { type: 'identity' }, y: { type: 'identity' }, color: { type: 'identity' } } as const;
  const svg = plotSvg({
    ...{ width, height, margin: 0, axis: null, style: { ...figureStyle, fontFamily }, ...scales },
    ariaLabel: 'Legend',
    marks: [
      ...drawn.map(({ left, y, color, dash }) =>
        Plot.link([{ x1: left, x2: left + sampleWidthPx - 6, y1: y, y2: y }], {
          ...{ x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', stroke: color, strokeWidth: 2 },
          ...(dash && { strokeDasharray: dash }),
        }),
      ),
      ...drawn.flatMap(({ left, y, color, symbol }) =>
        symbol
          ? Plot.dot([{ x: left + sampleWidthPx / 2 - 3, y }], { x: 'x', y: 'y', fill: color, symbol, r: 4 })
          : [],
      ),
      Plot.text(placed, {
        ...{ x: ({ left, color }: Placed) => left + (color === undefined ? 0 : sampleWidthPx), y: 'y' },
        ...{ text: 'name', textAnchor: 'start', fill: figureInk.text },
      }),
    ],
  });
  return { svg, height };
}

interface Placed extends LegendEntry {
  left: number;
  row: number;
  y: number;
}

function inRows(entries: readonly LegendEntry[], width: number): Placed[] {
  let [left, row] = [16, 0];
  return entries.map((entry) => {
    const wide = letterPx * entry.name.length + (entry.color === undefined ? 0 : sampleWidthPx);
    if (left > 16 && left + wide > width) [left, row] = [16, row + 1];
    const placed = { ...entry, left, row, y: rowHeightPx * (row + 0.5) + 4 };
    left += wide + 20;
    return placed;
  });
}
