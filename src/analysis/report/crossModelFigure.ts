import * as Plot from '@observablehq/plot';
import { plotSvg } from '../../figures/plot.ts';
import type { CrossModel } from '../crossModel.ts';
import { nameMargin, observerColors, type ReportFigure, style, widthPx } from './figureStyle.ts';
import { fileName } from './names.ts';

/**
 * Human recognition against that of the other models, one point per model and stage.
 *
 * @param crossModel - The results.
 * @param task - Which task.
 * @returns The figure, or null without points.
 */
export function crossModelFigure(crossModel: CrossModel, task: string): ReportFigure | null {
  const points = crossModel.points.filter((point) => point.task === task);
  const correlation = crossModel.correlations.find((line) => line.task === task);
  if (points.length === 0) return null;
  const models = [...new Set(points.map(({ metamerModel }) => metamerModel))];
  const svg = plotSvg({
    width: widthPx,
    height: 420,
    style,
    ariaLabel: `Human recognition against other models' recognition, ${task}`,
    marginBottom: 44,
    marginRight: nameMargin(models),
    x: { domain: [0, 1], label: 'recognition by other models', grid: true, labelAnchor: 'center' },
    y: { domain: [0, 1], label: 'human recognition', grid: true },
    color: observerColors(models),
    marks: [
      Plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: '#999', strokeDasharray: '4 3' },
      ),
      Plot.dot(points, { x: 'othersMean', y: 'human', fill: 'metamerModel', r: 5 }),
      Plot.text(points, {
        x: 'othersMean',
        y: 'human',
        text: 'stage',
        fill: 'metamerModel',
        dx: -9,
        textAnchor: 'end',
        fontSize: 11,
      }),
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
