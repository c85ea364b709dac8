import * as Plot from '@observablehq/plot';
import { orderStages } from '../records/stageOrder.ts';
import { mean, standardDeviation } from '../statistics/estimates/descriptive.ts';
import type { CrossRecognition } from '../synthesis/runs/crossRecognition.ts';
import { columnPx, figureInk, figureStyle } from './figureStyle.ts';
import { plotSvg, spreadPositions } from './plot.ts';
import { seriesColors, seriesSymbols } from './series.ts';

/** How well others recognize one model's metamers of one stage. */
export interface StageRecognition {
  metamerModel: string;
  stage: string;
  /** Share of the metamers heard as their references are, each other model's, in the order of the results. */
  shares: number[];
}

/**
 * Recognition of metamers by models other than their own, by the model they are of and by stage.
 *
 * @param results - Of one or several observers; a model is no judge of its own metamers.
 * @returns Model by model, stages in processing order.
 * @see Feather et al. (2023), Fig. 4: the mean over other models.
 */
export function recognizedByOthers(results: readonly CrossRecognition[]): StageRecognition[] {
  const others = results.filter(({ metamerModel, observer }) => metamerModel !== observer);
  const distinct = <T>(values: readonly T[]) => [...new Set(values)];
  return distinct(others.map(({ metamerModel }) => metamerModel)).flatMap((metamerModel) => {
    const ofModel = others.filter((result) => result.metamerModel === metamerModel);
    return orderStages(distinct(ofModel.map(({ stage }) => stage))).stages.map((stage) => {
      const ofStage = ofModel.filter((result) => result.stage === stage);
      const shares = distinct(ofStage.map(({ observer }) => observer)).map((observer) =>
        mean(ofStage.filter((result) => result.observer === observer).map(({ agrees }) => Number(agrees))),
      );
      return { metamerModel, stage, shares };
    });
  });
}

/**
 * Draws how well other models recognize metamers over stages: a line for each model that metamers are of, its mean over
 * the others and, where there are several, the standard error over them.
 *
 * @param recognitions - From {@link recognizedByOthers}; at least one.
 * @returns A self-contained SVG.
 */
export function crossFigure(recognitions: readonly StageRecognition[]): string {
  const stages = orderStages([...new Set(recognitions.map(({ stage }) => stage))]).stages;
  const models = [...new Set(recognitions.map(({ metamerModel }) => metamerModel))];
  const points = recognitions.map(({ metamerModel, stage, shares }) => {
    const error = shares.length > 1 ? standardDeviation(shares) / Math.sqrt(shares.length) : 0;
    const share = mean(shares);
    return { metamerModel, stage, share, low: share - error, high: share + error };
  });
  const last = points.filter(({ stage }) => stage === stages.at(-1));
  const places = spreadPositions(
    last.map(({ share }) => share),
    0.055,
    { least: 0, most: 1 },
  );
  const ends = last.map((point, i) => ({ ...point, place: places[i]! }));
  const atEnd = { frameAnchor: 'right', y: 'place' } as const;
  // Letters of 12 px are at most 7.5 px wide on average, which at 45° takes 5.3 px downwards.
  const marginBottom = 46 + 5.3 * Math.max(...stages.map(({ length }) => length));
  return plotSvg({
    ...{ width: columnPx, height: 280 + marginBottom, marginLeft: 56, marginTop: 30, marginBottom },
    marginRight: 28 + 7.5 * Math.max(...models.map(({ length }) => length)),
    style: figureStyle,
    ariaLabel: 'Share of metamers that other models recognize as their references, over matched stages',
    x: {
      ...{ type: 'point', domain: stages, tickRotate: -45 },
      ...{ label: 'matched stage', labelAnchor: 'center', labelArrow: 'none', labelOffset: marginBottom - 8 },
    },
    y: {
      ...{ domain: [0, 1], grid: true, ticks: 5, labelArrow: 'none' },
      label: 'share heard by other models as their references are',
    },
    color: seriesColors(models),
    symbol: seriesSymbols(models),
    marks: [
      Plot.frame({ stroke: figureInk.frame }),
      Plot.ruleX(points, { x: 'stage', y1: 'low', y2: 'high', stroke: 'metamerModel', strokeWidth: 1.5 }),
      Plot.line(points, {
        x: 'stage',
        y: 'share',
        z: 'metamerModel',
        stroke: 'metamerModel',
        strokeWidth: 2.5,
      }),
      Plot.dot(points, { x: 'stage', y: 'share', fill: 'metamerModel', symbol: 'metamerModel', r: 3.5 }),
      Plot.dot(ends, { ...atEnd, fill: 'metamerModel', symbol: 'metamerModel', r: 3.5, dx: 12 }),
      Plot.text(ends, { ...atEnd, text: 'metamerModel', fill: 'metamerModel', textAnchor: 'start', dx: 20 }),
    ],
  });
}
