import * as Plot from '@observablehq/plot';
import { plotSvg } from '../../../figures/plot.ts';
import { type Palette, seriesSymbols } from '../../../figures/series.ts';
import type { CurveResults } from '../../results.ts';
import { fileName } from '../names.ts';
import {
  chanceRule,
  endLabels,
  levelAxis,
  meanMarks,
  nameMargin,
  proportionNames,
  type ReportFigure,
  style,
  widthPx,
} from './figureStyle.ts';

/**
 * Human recognition of the metamers of several models with the same stages, one line a model.
 *
 * @param curves - Curves of one task.
 * @param palette - Colors by model.
 * @returns The figure, or null where fewer than two models have the first one's stages.
 */
export function comparisonFigure(curves: readonly CurveResults[], palette: Palette): ReportFigure | null {
  const [first] = curves;
  const alike = curves.filter(
    ({ recognition }) => recognition.levels.join('\n') === first?.recognition.levels.join('\n'),
  );
  if (!first || alike.length < 2) return null;
  const { levels } = first.recognition;
  const lines = alike.flatMap(({ metamerModel, summaries }) =>
    summaries
      .filter(({ observer }) => observer === 'human')
      .map(({ level, proportionCorrect, interval }) => ({
        observer: metamerModel,
        level,
        y: proportionCorrect,
        ...interval,
      })),
  );
  const svg = plotSvg({
    width: widthPx,
    style,
    ariaLabel: `Human recognition of several models' metamers, ${first.task}`,
    marginRight: nameMargin(alike.map(({ metamerModel }) => metamerModel)),
    ...levelAxis(levels, 314),
    y: { domain: [0, 1], label: 'human proportion correct', grid: true, ticks: 5 },
    color: palette,
    symbol: seriesSymbols(palette.domain),
    marks: [
      chanceRule(first.chance),
      meanMarks(lines),
      Plot.ruleY([0]),
      endLabels(
        lines.filter(({ level }) => level === levels.at(-1)),
        0.065,
        proportionNames,
      ),
    ],
  });
  return {
    name: fileName('figure-metamer-models', first.task),
    caption: `Human recognition of the metamers of ${alike.length} models with the same stages, ${first.task}: means over participants with 95 % intervals for new listeners and new sounds${Number.isNaN(first.chance) ? '' : '; dashed: chance'}.`,
    svg,
  };
}
