import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** Options of an Observable Plot chart. */
export type PlotOptions = Plot.PlotOptions;

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
  return svg!.outerHTML;
}
