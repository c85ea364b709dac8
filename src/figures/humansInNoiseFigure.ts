import * as Plot from '@observablehq/plot';
import { escapeMarkup } from '../base/escapeMarkup.ts';
import type { ComparedCell, HumanComparison } from '../records/humans/compareWithHumans.ts';
import { figureInk, figureStyle } from './figureStyle.ts';
import { figureColors, plotSvg } from './plot.ts';

const panel = { width: 330, height: 330 };
const legendWidth = 170;
const titleHeight = 44;
const legendRowHeight = 22;
/** Shapes tell backgrounds apart without color. */
const symbols = ['circle', 'square', 'triangle', 'diamond', 'cross', 'star', 'wye'] as const;

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
  const width = 3 * panel.width + legendWidth;
  const height = titleHeight + panel.height;
  const r = (value: number) => (Number.isNaN(value) ? 'not defined' : value.toFixed(3));
  const title = `Words in noise: r = ${r(comparison.r)}, RMSE = ${comparison.rmse.toFixed(3)} over ${comparison.cells} cells (halves of the people: r = ${r(comparison.ceiling)})`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${fontFamily}" role="img" aria-label="${escapeMarkup(title)}">`,
    `<rect width="${width}" height="${height}" fill="${figureInk.paper}"/>`,
    `<text x="16" y="26" font-size="15" font-weight="700" fill="${figureInk.text}">${escapeMarkup(title)}</text>`,
    ...panels.map((svg, i) => svg.replace('<svg ', `<svg x="${i * panel.width}" y="${titleHeight}" `)),
    legend(backgrounds, fontFamily).replace('<svg ', `<svg x="${3 * panel.width}" y="${titleHeight}" `),
    '</svg>',
    '',
  ].join('\n');
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
    marginTop: 34,
    marginLeft: 46,
    marginRight: 14,
    marginBottom: 42,
    color: { domain: [...backgrounds], range: backgrounds.map((_, i) => figureColors[(i + 1) % 8]!) },
    symbol: { domain: [...backgrounds], range: backgrounds.map((_, i) => symbols[i % symbols.length]!) },
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
    y: { domain: [0, 1], label: null, grid: true, ticks: 5 },
    marks: [
      Plot.text([title], { frameAnchor: 'top', dy: -22, fontWeight: 600, text: (text: string) => text }),
      Plot.ruleY(clean === undefined ? [] : [clean], { stroke: figureInk.guide, strokeDasharray: '4 3' }),
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
    y: { domain: [0, 1], label: null, grid: true, ticks: 5 },
    marks: [
      Plot.text(['people against model'], {
        ...{ frameAnchor: 'top', dy: -22, fontWeight: 600 },
        text: (text: string) => text,
      }),
      Plot.line(diagonal as never, { stroke: figureInk.guide, strokeDasharray: '4 3' }),
      Plot.dot(cells, { x: 'model', y: 'human', symbol: 'background', fill: 'background', r: 4 }),
    ],
  });
}

function legend(backgrounds: readonly string[], fontFamily: string): string {
  const rows = backgrounds.map((background, y) => ({ background, y }));
  const frame = shared({ backgrounds, fontFamily });
  return plotSvg({
    ...frame,
    width: legendWidth,
    height: frame.marginTop + frame.marginBottom + legendRowHeight * (rows.length + 0.5),
    marginLeft: 14,
    axis: null,
    x: { domain: [0, 10] },
    y: { domain: [rows.length, -0.5] },
    ariaLabel: 'Backgrounds',
    marks: [
      Plot.dot(rows, { x: 0.3, y: 'y', symbol: 'background', fill: 'background', r: 4 }),
      Plot.text(rows, { x: 1.4, y: 'y', text: 'background', textAnchor: 'start', fill: figureInk.text }),
      Plot.ruleY([rows.length], { x1: 0, x2: 1, stroke: figureInk.guide, strokeDasharray: '4 3' }),
      Plot.text([{ y: rows.length }], {
        ...{ x: 1.4, y: 'y', textAnchor: 'start', fill: figureInk.text },
        text: () => 'without background',
      }),
    ],
  });
}
