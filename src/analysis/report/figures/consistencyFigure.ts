import * as Plot from '@observablehq/plot';
import { plotSvg } from '../../../figures/plot.ts';
import { type Palette, seriesSymbols } from '../../../figures/series.ts';
import type { CurveResults } from '../../results.ts';
import { curveTitle, fileName } from '../names.ts';
import { shownObservers } from '../shownObservers.ts';
import { endLabels, levelAxis, nameMargin, type ReportFigure, style, widthPx } from './figureStyle.ts';

/**
 * Error consistency by level with its interval and the highest value that the accuracies allow.
 *
 * @param curve - One curve's results.
 * @param palette - Colors by observer.
 * @returns The figure, or null where κ is defined nowhere.
 */
export function consistencyFigure(curve: CurveResults, palette: Palette): ReportFigure | null {
  const shown = shownObservers(curve);
  const lines = curve.byItem.consistency
    .flatMap(({ levels }) => levels)
    .filter(({ kappa, second }) => !Number.isNaN(kappa) && shown.has(second))
    .map((line) => ({
      observer: `human–${line.second}`,
      level: line.level,
      y: line.kappa,
      low: line.interval.low,
      high: line.interval.high,
      most: line.kappaMax,
      isModel: line.second !== 'human',
    }));
  if (lines.length === 0) return null;
  const pairs = [...new Set(lines.map(({ observer }) => observer))];
  const levels = curve.recognition.levels;
  const highest = Math.max(...lines.map(({ high, y }) => Math.max(y, high || 0)), 0.1);
  const lowest = Math.min(...lines.map(({ low, y }) => Math.min(y, low || 0)), 0);
  const top = Math.min(1, 1.1 * highest + 0.02);
  const offset = (observer: string) => 9 * (pairs.indexOf(observer) - (pairs.length - 1) / 2);
  const ofPairs = { ...palette, domain: palette.domain.map((observer) => `human–${observer}`) };
  const svg = plotSvg({
    width: widthPx,
    style,
    ariaLabel: `Error consistency by level, ${curveTitle(curve)}`,
    marginRight: nameMargin(pairs),
    ...levelAxis(levels, 284, nameMargin(pairs)),
    y: { domain: [1.05 * lowest, top], label: 'error consistency κ', grid: true, ticks: 6 },
    color: ofPairs,
    symbol: seriesSymbols(ofPairs.domain),
    marks: [
      Plot.ruleY([0]),
      ...pairs.flatMap((pair) => {
        const own = lines.filter(({ observer }) => observer === pair);
        return [
          Plot.ruleX(own, {
            x: 'level',
            y1: 'low',
            y2: 'high',
            stroke: 'observer',
            strokeWidth: 1.5,
            dx: offset(pair),
          }),
          Plot.dot(own, { x: 'level', y: 'y', fill: 'observer', symbol: 'observer', r: 4, dx: offset(pair) }),
          Plot.dot(
            own.filter(({ isModel, most }) => isModel && most <= top),
            { x: 'level', y: 'most', symbol: 'times', stroke: 'observer', r: 4, dx: offset(pair) },
          ),
        ];
      }),
      endLabels(
        pairs.map((pair, i) => ({
          observer: pair,
          level: levels.at(-1)!,
          y: top - (i + 1) * 0.07 * (top - lowest),
        })),
        0,
      ),
    ],
  });
  return {
    name: fileName('figure-error-consistency', curve.task, curve.metamerModel),
    caption: `Error consistency (κ) of humans with other humans (the ceiling) and with models, ${curveTitle(curve)}. Bars: 95 % intervals for new listeners and new sounds; crosses: the highest κ that the two accuracies allow, where it lies in the frame.`,
    svg,
  };
}
