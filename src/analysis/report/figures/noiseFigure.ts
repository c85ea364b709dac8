import * as Plot from '@observablehq/plot';
import { figureInk } from '../../../figures/figureStyle.ts';
import { plotSvg } from '../../../figures/plot.ts';
import { type Palette, seriesSymbols } from '../../../figures/series.ts';
import { wilsonInterval } from '../../../statistics/estimates/proportion.ts';
import { predictedProportion } from '../../../statistics/psychometric/likelihood.ts';
import type { NoiseCurveFit, NoiseRecognition } from '../../inNoise/recognitionInNoise.ts';
import { fileName } from '../names.ts';
import { nameMargin, type ReportFigure, style, widthPx } from './figureStyle.ts';

/** Room for the axis' name above the first row's backgrounds, CSS pixels. */
const marginTop = 46;

/**
 * Psychometric functions over SNR, one panel a background.
 *
 * @param inNoise - The fits.
 * @param options - Which task; colors by observer.
 * @returns The figure, or null without fits.
 */
export function noiseFigure(
  inNoise: NoiseRecognition,
  { task, palette }: { task: string; palette: Palette },
): ReportFigure | null {
  const fits = inNoise.fits.filter((fit) => fit.task === task);
  if (fits.length === 0) return null;
  const layout = panelsOf(fits);
  const svg = plotSvg({
    width: widthPx,
    height: marginTop + 30 + 240 * layout.rows,
    style,
    ariaLabel: `Recognition over signal-to-noise ratio, ${task}`,
    marginTop,
    marginBottom: 44,
    marginRight: nameMargin(layout.observers),
    fx: { axis: null },
    fy: { axis: null },
    x: {
      label: 'signal-to-noise ratio (dB)',
      domain: [layout.lowest, layout.highest],
      ticks: layout.ticks,
      labelAnchor: 'center',
    },
    y: { label: 'proportion correct', domain: [0, 1], grid: true, ticks: 5 },
    color: palette,
    symbol: seriesSymbols(palette.domain),
    marks: noiseMarks(fits, layout),
  });
  return {
    name: fileName('figure-in-noise', task),
    caption: `Recognition over signal-to-noise ratio, ${task}: proportions with Wilson intervals (trial level) and psychometric functions (maximum a posteriori), dashed beyond the ratios that were measured.${extrapolatedText(fits)}`,
    svg,
  };
}

function extrapolatedText(fits: readonly NoiseCurveFit[]): string {
  const outside = fits.filter(({ isExtrapolated }) => isExtrapolated);
  if (outside.length === 0) return '';
  const names = outside.map(({ observer, background }) => `${observer} in ${background || 'noise'}`);
  return ` Thresholds outside what was measured, extrapolated: ${names.join(', ')}.`;
}

interface Panels {
  observers: string[];
  backgrounds: string[];
  rows: number;
  /** Measured ratios, as many as have room. */
  ticks: number[];
  lowest: number;
  highest: number;
  panelOf: (background: string) => { column: number; row: number };
}

function panelsOf(fits: readonly NoiseCurveFit[]): Panels {
  const backgrounds = [...new Set(fits.map(({ background }) => background))];
  const columns = Math.min(2, backgrounds.length);
  const levels = fits.flatMap((fit) => fit.levels.map(({ x }) => x));
  return {
    observers: [...new Set(fits.map(({ observer }) => observer))],
    backgrounds,
    rows: Math.ceil(backgrounds.length / columns),
    ticks: roomyTicks([...new Set(levels)].sort((a, b) => a - b)),
    lowest: Math.min(...levels) - 1,
    highest: Math.max(...levels) + 1,
    panelOf: (background) => {
      const index = backgrounds.indexOf(background);
      return { column: index % columns, row: Math.floor(index / columns) };
    },
  };
}

/** A curve in three: below, within and above the ratios at which its observer was measured. */
function stretches(
  levels: NoiseCurveFit['levels'],
  { lowest, highest }: { lowest: number; highest: number },
) {
  const [first, last] = [levels[0]!.x, levels.at(-1)!.x];
  return [
    { part: 'below', from: lowest, to: first },
    { part: 'measured', from: first, to: last },
    { part: 'above', from: last, to: highest },
  ];
}

function roomyTicks(levels: readonly number[]): number[] {
  const every = Math.ceil(levels.length / 6);
  return levels.filter((_, i) => i % every === 0);
}

function noiseMarks(fits: readonly NoiseCurveFit[], layout: Panels): Plot.Markish[] {
  const { lowest, highest, panelOf } = layout;
  const measured = fits.flatMap(({ background, observer, levels }) =>
    levels.map(({ x, correct, trials }) => ({
      ...panelOf(background),
      observer,
      x,
      y: correct / trials,
      ...wilsonInterval(correct, trials),
    })),
  );
  const curves = fits.flatMap(({ background, observer, parameters, levels }) =>
    stretches(levels, { lowest, highest }).flatMap(({ from, to, part }) =>
      Array.from({ length: 81 }, (_, i) => {
        const x = from + ((to - from) * i) / 80;
        const y = predictedProportion(x, parameters);
        return { ...panelOf(background), observer, x, y, part, curve: `${observer} ${part}` };
      }),
    ),
  );
  const panel = { fx: 'column', fy: 'row', x: 'x', y: 'y' } as const;
  const names = layout.backgrounds.map((background) => ({
    ...panelOf(background),
    background,
    x: lowest,
    y: 1,
  }));
  const legend = layout.observers.map((observer, i) => ({
    observer,
    column: Math.min(2, layout.backgrounds.length) - 1,
    row: 0,
    x: highest,
    y: 0.95 - 0.09 * i,
  }));
  return [
    Plot.frame({ stroke: figureInk.frame }),
    Plot.line(
      curves.filter(({ part }) => part === 'measured'),
      { ...panel, stroke: 'observer', strokeWidth: 2 },
    ),
    Plot.line(
      curves.filter(({ part }) => part !== 'measured'),
      { ...panel, z: 'curve', stroke: 'observer', strokeWidth: 2, strokeDasharray: '3 3' },
    ),
    Plot.ruleX(measured, { fx: 'column', fy: 'row', x: 'x', y1: 'low', y2: 'high', stroke: 'observer' }),
    Plot.dot(measured, { ...panel, fill: 'observer', symbol: 'observer', r: 3.5 }),
    Plot.text(names, { ...panel, text: 'background', textAnchor: 'start', dy: -8, fontWeight: 600 }),
    Plot.dot(legend, { ...panel, fill: 'observer', symbol: 'observer', r: 3.5, dx: 15, clip: false }),
    Plot.text(legend, {
      ...panel,
      text: 'observer',
      fill: 'observer',
      textAnchor: 'start',
      dx: 24,
      fontWeight: 600,
    }),
  ];
}
