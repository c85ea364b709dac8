import * as Plot from '@observablehq/plot';
import { orderStages } from '../records/stageOrder.ts';
import { mean, standardDeviation } from '../statistics/estimates/descriptive.ts';
import type { CrossRecognition } from '../synthesis/runs/crossRecognition.ts';
import { figureInk, figureStyle } from './figureStyle.ts';
import { figureColors, plotSvg, spreadPositions } from './plot.ts';

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
  return plotSvg({
    ...{ width: 180 + Math.max(260, 70 * stages.length), height: 340, marginLeft: 56, marginRight: 130 },
    ...{ marginTop: 30, marginBottom: 46 },
    style: figureStyle,
    ariaLabel: 'Share of metamers that other models recognize as their references, over matched stages',
    x: { type: 'point', domain: stages, label: 'matched stage', labelAnchor: 'center', labelArrow: 'none' },
    y: {
      ...{ domain: [0, 1], grid: true, ticks: 5, labelArrow: 'none' },
      label: 'share heard by other models as their references are',
    },
    color: { domain: models, range: models.map((_, i) => figureColors[i % figureColors.length]!) },
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
      Plot.dot(points, { x: 'stage', y: 'share', fill: 'metamerModel', r: 3.5 }),
      Plot.text(
        last.map((point, i) => ({ ...point, place: places[i]! })),
        {
          ...{ frameAnchor: 'right', textAnchor: 'start', dx: 8 },
          ...{ y: 'place', text: 'metamerModel', fill: 'metamerModel' },
        },
      ),
    ],
  });
}
