import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** Options of an Observable Plot chart. */
export type PlotOptions = Plot.PlotOptions;

/** Colors that stay apart for color-blind readers and in gray print (Okabe & Ito 2008), darkest first. */
export const figureColors = [
  '#1a1a1a',
  '#d55e00',
  '#0072b2',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
] as const;

/**
 * Draws an Observable Plot chart as a self-contained SVG text.
 *
 * @param options - The chart, as `Plot.plot` takes it; sizes in CSS pixels.
 * @returns The SVG with its namespace, fit for a file or for inlining in HTML.
 */
export function plotSvg(options: PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const figure = Plot.plot({ ...options, document: document as unknown as Document });
  const svg = figure.tagName.toLowerCase() === 'svg' ? figure : figure.querySelector('svg');
  svg!.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  if (options.ariaLabel) describeAsImage(svg!);
  return svg!.outerHTML;
}

/** One picture with one label for screen readers; Plot labels every group, which they would read out. */
function describeAsImage(svg: Element): void {
  svg.setAttribute('role', 'img');
  for (const group of svg.querySelectorAll('g[aria-label]')) group.removeAttribute('aria-label');
}

/**
 * Moves labels apart so that none covers its neighbor.
 *
 * @param positions - Wanted positions, any unit, in any order.
 * @param gap - Least distance between neighbors, same unit.
 * @param within - Range that they must not leave while it has room for all.
 * @returns Positions in the same order, centered on the wanted ones as a group.
 */
export function spreadPositions(
  positions: readonly number[],
  gap: number,
  within: { least: number; most: number } = {
    least: Number.NEGATIVE_INFINITY,
    most: Number.POSITIVE_INFINITY,
  },
): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => positions[a]! - positions[b]!);
  const spread = [...positions];
  for (let pass = 0; pass < 50; pass++) {
    for (let i = 1; i < order.length; i++) {
      const [lower, upper] = [order[i - 1]!, order[i]!];
      const missing = gap - (spread[upper]! - spread[lower]!);
      if (missing <= 0) continue;
      spread[lower]! -= missing / 2;
      spread[upper]! += missing / 2;
    }
  }
  let limit = within.most;
  for (const i of [...order].reverse()) {
    spread[i] = Math.min(spread[i]!, limit);
    limit = spread[i]! - gap;
  }
  limit = within.least;
  for (const i of order) {
    spread[i] = Math.max(spread[i]!, limit);
    limit = spread[i]! + gap;
  }
  return spread;
}
