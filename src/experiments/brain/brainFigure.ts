import * as Plot from '@observablehq/plot';
import { columnPx, figureInk, figureStyle } from '../../figures/figureStyle.ts';
import { figureColors, type PlotOptions, plotSvg, spreadPositions } from '../../figures/plot.ts';
import { seriesColors, seriesSymbols } from '../../figures/series.ts';
import { median } from '../../statistics/estimates/descriptive.ts';
import { bestEstimate } from './explainedVariance.ts';
import type { BrainPrediction } from './predictResponses.ts';

/** Responses up to which each has a line of its own. */
const singleLines = 8;

/**
 * Draws explained variance over the stages: a line a response where there are few, else their median with quartiles; the
 * controls' medians beside them.
 *
 * @param prediction - Of the model.
 * @param controls - By kind.
 * @param baselines - Of models that are no networks, one stage each, drawn across.
 * @returns A self-contained SVG.
 */
export function brainFigure(
  prediction: BrainPrediction,
  controls: Readonly<Record<string, BrainPrediction>>,
  baselines: Readonly<Record<string, BrainPrediction>> = {},
): string {
  const stages = prediction.stages.map(({ stage }) => stage);
  const isCorrected = prediction.repeats > 1;
  const [responses] = prediction.stages.map(({ responses: each }) => each);
  const isFew = responses!.length <= singleLines;
  const lines = isFew
    ? responses!.flatMap(({ name }, r) =>
        prediction.stages.map(({ stage, responses: each }) => ({
          stage,
          series: name,
          value: bestEstimate(each[r]!),
        })),
      )
    : medians(prediction, prediction.model);
  const references = [
    ...Object.entries(controls).flatMap(([kind, each]) => medians(each, `median, ${kind} weights`)),
    ...Object.entries(baselines).flatMap(([name, each]) => {
      const [{ value }] = medians(each, name) as [Point];
      return stages.map((stage): Point => ({ stage, series: `median, ${name}`, value }));
    }),
  ];
  const series = [...new Set(lines.map((line) => line.series))];
  return plotSvg({
    ariaLabel: 'Explained variance of responses by stage',
    ...{ width: columnPx, height: 380, marginLeft: 52, marginBottom: 100, marginTop: 30 },
    // Letters of 12 px are at most 7.5 px wide on average.
    marginRight: 20 + 7.5 * Math.max(...[...lines, ...references].map((line) => line.series.length)),
    style: figureStyle,
    x: { domain: stages, label: 'stage', tickRotate: -45, labelArrow: 'none', labelOffset: 92 },
    y: {
      label: `explained variance, r²${isCorrected ? ' corrected for noise' : ''}`,
      grid: true,
      zero: true,
      labelArrow: 'none',
    },
    symbol: seriesSymbols(series),
    color: seriesColors(series),
    marks: [
      Plot.frame({ stroke: figureInk.frame }),
      Plot.line(references, {
        x: 'stage',
        y: 'value',
        z: 'series',
        stroke: figureInk.guide,
        strokeDasharray: '4 3',
      }),
      Plot.line(lines, { x: 'stage', y: 'value', z: 'series', stroke: 'series', strokeWidth: 2 }),
      Plot.dot(lines, { x: 'stage', y: 'value', fill: 'series', symbol: 'series', r: 3.5 }),
      ...endLabels(
        [...lines, ...references].filter(({ stage }) => stage === stages.at(-1)),
        (name) =>
          series.includes(name) ? figureColors[series.indexOf(name) % figureColors.length]! : figureInk.muted,
      ),
    ],
  } as PlotOptions);
}

interface Point {
  stage: string;
  series: string;
  value: number;
}

/** Names of the lines at their ends, moved apart so that none covers another. */
function endLabels(ends: readonly Point[], colorOf: (series: string) => string) {
  const gap = 0.055 * Math.max(...ends.map(({ value }) => value), 0.8);
  const places = spreadPositions(
    ends.map(({ value }) => value),
    gap,
  );
  return ends.map((end, i) =>
    Plot.text([{ ...end, value: places[i]! }], {
      ...{ x: 'stage', y: 'value', text: 'series', fill: colorOf(end.series), textAnchor: 'start', dx: 12 },
    }),
  );
}

function medians({ stages }: BrainPrediction, series: string): Point[] {
  return stages.map(({ stage, responses }) => ({
    stage,
    series,
    value: median(responses.map(bestEstimate)),
  }));
}
