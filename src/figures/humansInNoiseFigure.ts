import * as Plot from '@observablehq/plot';
import type { ComparedCell, HumanComparison } from '../records/humans/compareWithHumans.ts';
import { columnPx, figureInk, figureStyle, twoColumnsSvg } from './figureStyle.ts';
import { type LegendEntry, legendSvg, seriesEntries } from './legend.ts';
import { plotSvg } from './plot.ts';
import { seriesColors, seriesSymbols } from './series.ts';

const panel = { width: columnPx, height: 330 };
const cleanDash = '4 3';

/**
 * People and a model in noise: their proportions correct over signal-to-noise ratio by background, and against each other.
 *
 * @param model - Its name.
 * @param comparison - From `compareWithHumans`, with a noisy cell at least.
 * @param fontFamily - Lettering.
 * @returns SVG text.
 */
export function humansInNoiseFigure(model: string, comparison: HumanComparison, fontFamily: string): string {
  const noisy = comparison.compared.filter((cell) => cell.snrDb !== null);
  const clean = comparison.compared.find((cell) => cell.snrDb === null);
  const backgrounds = [...new Set(noisy.map(({ background }) => background))];
  const ofPeople = noisy.map((cell) => ({ ...cell, y: cell.human, spread: cell.humanStandardError }));
  const ofModel = noisy.map((cell) => ({ ...cell, y: cell.model, spread: binomialError(cell) }));
  const options = { backgrounds, fontFamily };
  const panels = [
    curvePanel(`${comparison.participants} people`, { points: ofPeople, clean: clean?.human }, options),
    curvePanel(model, { points: ofModel, clean: clean?.model }, options),
    scatterPanel(model, noisy, options),
  ];
  const r = (value: number) => (Number.isNaN(value) ? 'not defined' : value.toFixed(3));
  const withoutBackground = { name: 'without background', color: figureInk.guide, dash: cleanDash };
  return twoColumnsSvg(panels, {
    ...{ ...panel, fontFamily },
    title: `Words in noise: r = ${r(comparison.r)}, RMSE = ${comparison.rmse.toFixed(3)} over ${comparison.cells} cells (halves of the people: r = ${r(comparison.ceiling)})`,
    below: (width) => legendSvg([...entriesOf(backgrounds), withoutBackground], width, fontFamily),
  });
}

interface Point extends ComparedCell {
  y: number;
  spread: number;
}

interface PanelOptions {
  backgrounds: readonly string[];
  fontFamily: string;
}

const binomialError = ({ model, trials }: ComparedCell) => Math.sqrt((model * (1 - model)) / trials);

function shared({ backgrounds, fontFamily }: PanelOptions) {
  return {
    ...panel,
    style: { ...figureStyle, fontFamily },
    marginTop: 46,
    marginLeft: 52,
    marginRight: 14,
    marginBottom: 42,
    color: { domain: [...backgrounds], range: entriesOf(backgrounds).map(({ color }) => color!) },
    symbol: seriesSymbols(backgrounds),
  };
}

function curvePanel(
  title: string,
  { points, clean }: { points: readonly Point[]; clean: number | undefined },
  options: PanelOptions,
): string {
  const ratios = points.map(({ snrDb }) => snrDb!);
  const [lowest, highest] = [Math.min(...ratios), Math.max(...ratios)];
  const bars = points.map((point) => ({
    ...point,
    low: point.y - point.spread,
    high: point.y + point.spread,
  }));
  return plotSvg({
    ...shared(options),
    ariaLabel: title,
    x: {
      domain: [lowest - 1, highest + 1],
      ticks: [...new Set(ratios)],
      label: 'signal-to-noise ratio (dB)',
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    y: { domain: [0, 1], label: 'proportion correct', grid: true, ticks: 5, labelArrow: 'none' },
    marks: [
      Plot.text([title], { frameAnchor: 'top', dy: -18, fontWeight: 600, text: (text: string) => text }),
      Plot.ruleY(clean === undefined ? [] : [clean], { stroke: figureInk.guide, strokeDasharray: cleanDash }),
      Plot.line(points, { x: 'snrDb', y: 'y', z: 'background', stroke: 'background', strokeWidth: 1.5 }),
      Plot.ruleX(bars, { x: 'snrDb', y1: 'low', y2: 'high', stroke: 'background' }),
      Plot.dot(points, { x: 'snrDb', y: 'y', symbol: 'background', fill: 'background', r: 4 }),
      Plot.ruleY([0]),
    ],
  });
}

function scatterPanel(model: string, cells: readonly ComparedCell[], options: PanelOptions): string {
  const diagonal = [
    [0, 0],
    [1, 1],
  ] as const;
  return plotSvg({
    ...shared(options),
    ariaLabel: 'People against model',
    x: {
      domain: [0, 1],
      ticks: 5,
      grid: true,
      label: `${model}, proportion correct`,
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    y: { domain: [0, 1], label: 'people, proportion correct', grid: true, ticks: 5, labelArrow: 'none' },
    marks: [
      Plot.text(['people against model'], {
        ...{ frameAnchor: 'top', dy: -18, fontWeight: 600 },
        text: (text: string) => text,
      }),
      Plot.line(diagonal as never, { stroke: figureInk.guide, strokeDasharray: '4 3' }),
      Plot.dot(cells, { x: 'model', y: 'human', symbol: 'background', fill: 'background', r: 4 }),
    ],
  });
}

/** The darkest color is left to people and models. */
function entriesOf(backgrounds: readonly string[]): LegendEntry[] {
  const colors = seriesColors(['', ...backgrounds]).range.slice(1);
  return seriesEntries(backgrounds).map((entry, i) => ({ ...entry, color: colors[i]! }));
}
