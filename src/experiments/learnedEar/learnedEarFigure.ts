import * as Plot from '@observablehq/plot';
import { erbSpacedFilters } from '../../../cochlea/learnableEar.ts';
import { columnPx, figureInk, figureStyle, twoColumnsSvg } from '../../figures/figureStyle.ts';
import { legendSvg } from '../../figures/legend.ts';
import { figureColors, plotSvg } from '../../figures/plot.ts';
import { seriesSymbols } from '../../figures/series.ts';
import type { EarFilters } from './earFilters.ts';
import type { EarResult, LearnedEar } from './learnedEarRecord.ts';

const [width, height] = [columnPx, 380];
const panel = {
  ...{ width, height, style: figureStyle },
  ...{ marginLeft: 62, marginRight: 24, marginTop: 28, marginBottom: 44 },
};
const axis = { labelAnchor: 'center', labelArrow: 'none' } as const;
const start = figureInk.guide;
const startDash = '3 3';
/** The darkest is that of the ERB-number scale. */
const [law, ...ofSeeds] = figureColors;

/**
 * Draws where the filters of learned ears lie and how wide they are, before and after, beside the ERB-number scale.
 *
 * @param result - With at least one learned ear.
 * @returns A self-contained SVG.
 */
export function learnedEarFigure({ config, runs }: LearnedEar): string {
  const learned = runs.filter(({ condition }) => condition === 'learned');
  const { channels, lowHz, highHz } = config.ear;
  const erb = erbSpacedFilters({ filters: channels, lowHz, highHz });
  const svgs = [centersPanel(learned, erb, highHz), widthsPanel(learned, erb, config.ear)];
  const entries = [
    { name: 'ERB-number scale', color: law },
    { name: 'random starts', color: start, dash: startDash },
    ...learned.map(({ seed }, i) => ({ name: `learned, seed ${seed}`, ...lookOf(i) })),
  ];
  return twoColumnsSvg(svgs, {
    ...{ width, height, below: (all: number) => legendSvg(entries, all) },
    title: `Filters that two tasks learn, ${learned.length} random ${learned.length === 1 ? 'start' : 'starts'}`,
  });
}

interface Filter {
  order: number;
  centerHz: number;
  halfWidthHz: number;
}

/** In the order of their centers, from 1. */
function ordered({ centersHz, halfWidthsHz }: EarFilters): Filter[] {
  return centersHz
    .map((centerHz, i) => ({ centerHz, halfWidthHz: halfWidthsHz[i]! }))
    .sort((a, b) => a.centerHz - b.centerHz)
    .map((filter, i) => ({ ...filter, order: i + 1 }));
}

function centersPanel(learned: readonly EarResult[], erb: EarFilters, highHz: number): string {
  const place = { x: 'order', y: 'centerHz' } as const;
  return plotSvg({
    ...panel,
    ariaLabel: 'Center frequencies in ascending order',
    x: { ...axis, label: 'filter, by center frequency' },
    y: { ...axis, label: 'center frequency (Hz)', domain: [0, highHz], grid: true },
    marks: [
      Plot.frame({ stroke: figureInk.frame }),
      ...learned.map((run) =>
        Plot.line(ordered(run.start), { ...place, stroke: start, strokeDasharray: startDash }),
      ),
      Plot.line(ordered(erb), { ...place, stroke: law, strokeWidth: 2.5 }),
      ...learned.flatMap((run, i) => [
        Plot.line(ordered(run.end), { ...place, stroke: lookOf(i).color, strokeWidth: 1.5 }),
        dotsOf(run, i, place),
      ]),
    ],
  });
}

function widthsPanel(
  learned: readonly EarResult[],
  erb: EarFilters,
  { lowHz, highHz }: { lowHz: number; highHz: number },
): string {
  const widthsHz = [erb, ...learned.flatMap((run) => [run.start, run.end])].flatMap(
    ({ halfWidthsHz }) => halfWidthsHz,
  );
  // Dots at the ends stay clear of the frame.
  const around = (low: number, high: number) => [low / 1.15, high * 1.15];
  const place = { x: 'centerHz', y: 'halfWidthHz' } as const;
  const log = { ...axis, type: 'log', tickFormat: (hertz: number) => String(hertz), grid: true } as const;
  return plotSvg({
    ...panel,
    ariaLabel: 'Half-widths over center frequencies',
    x: {
      ...log,
      label: 'center frequency (Hz)',
      ticks: [50, 100, 200, 500, 1000, 2000, 5000],
      domain: around(lowHz, highHz),
    },
    y: {
      ...log,
      label: 'half-width (Hz)',
      ticks: [20, 50, 100, 200, 500],
      domain: around(Math.min(...widthsHz), Math.max(...widthsHz)),
    },
    marks: [
      Plot.frame({ stroke: figureInk.frame }),
      ...learned.map((run) => Plot.dot(ordered(run.start), { ...place, stroke: start, r: 2.5 })),
      Plot.line(ordered(erb), { ...place, stroke: law, strokeWidth: 2.5 }),
      ...learned.map((run, i) => dotsOf(run, i, place)),
    ],
  });
}

function dotsOf(run: EarResult, i: number, place: { x: keyof Filter; y: keyof Filter }) {
  const { color, symbol } = lookOf(i);
  return Plot.dot(ordered(run.end), { ...place, fill: color, symbol, r: 3 });
}

function lookOf(run: number) {
  const color = ofSeeds[run % ofSeeds.length]!;
  return { color, symbol: seriesSymbols(ofSeeds).range[run % ofSeeds.length]! };
}
