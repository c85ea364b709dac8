import * as Plot from '@observablehq/plot';
import { figureInk } from '../../../figures/figureStyle.ts';
import { plotSvg, spreadPositions } from '../../../figures/plot.ts';
import { type Palette, seriesSymbols } from '../../../figures/series.ts';
import type { CrossModel, CrossModelPoint } from '../../crossModel.ts';
import { fileName } from '../names.ts';
import { nameMargin, type ReportFigure, style, widthPx } from './figureStyle.ts';

/**
 * Human recognition against that of the other models, one point per model and stage.
 *
 * @param crossModel - The results.
 * @param options - Which task; colors by model.
 * @returns The figure, or null without points.
 */
export function crossModelFigure(
  crossModel: CrossModel,
  { task, palette }: { task: string; palette: Palette },
): ReportFigure | null {
  const points = crossModel.points.filter((point) => point.task === task);
  const correlation = crossModel.correlations.find((line) => line.task === task);
  if (points.length === 0) return null;
  const models = [...new Set(points.map(({ metamerModel }) => metamerModel))];
  const svg = plotSvg({
    width: widthPx,
    height: 420,
    style,
    ariaLabel: `Human recognition against other models' recognition, ${task}`,
    marginTop: 30,
    marginBottom: 44,
    marginRight: nameMargin(models),
    x: { domain: [0, 1], label: 'recognition by other models', grid: true, labelAnchor: 'center' },
    y: { domain: [0, 1], label: 'human recognition', grid: true },
    color: palette,
    symbol: seriesSymbols(palette.domain),
    marks: [
      Plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: figureInk.guide, strokeDasharray: '4 3' },
      ),
      Plot.dot(points, { x: 'othersMean', y: 'human', fill: 'metamerModel', symbol: 'metamerModel', r: 5 }),
      ...models.map((model, side) =>
        stageLabels(
          points.filter(({ metamerModel }) => metamerModel === model),
          side,
        ),
      ),
      Plot.text(
        models.map((metamerModel, i) => ({ metamerModel, y: 0.97 - 0.06 * i })),
        {
          x: 1,
          y: 'y',
          text: 'metamerModel',
          fill: 'metamerModel',
          dx: 12,
          textAnchor: 'start',
          fontWeight: 600,
        },
      ),
    ],
  });
  return {
    name: fileName('figure-cross-model', task),
    caption: `Recognition of each model’s metamers (one point a stage, colors: the model that made them) by humans and by the other models, ${task}.${correlation ? ` Spearman’s ρ ${correlation.spearman.toFixed(3)}, R² ${correlation.rSquared.toFixed(3)}, ${correlation.points} points.` : ''}`,
    svg,
  };
}

/** Stage names beside one model's points, moved apart; every second model's stand on the right. */
function stageLabels(points: readonly CrossModelPoint[], side: number): Plot.Markish {
  const isRight = side % 2 === 1;
  const spread = spreadPositions(
    points.map(({ human }) => human),
    0.034,
  );
  return Plot.text(
    points.map((point, i) => ({ ...point, y: spread[i]! })),
    {
      x: 'othersMean',
      y: 'y',
      text: 'stage',
      fill: 'metamerModel',
      dx: isRight ? 9 : -9,
      textAnchor: isRight ? 'start' : 'end',
      fontSize: 11,
    },
  );
}
