import * as Plot from '@observablehq/plot';
import { figureInk } from '../../../figures/figureStyle.ts';
import { figureColors, plotSvg } from '../../../figures/plot.ts';
import { type Palette, seriesSymbols } from '../../../figures/series.ts';
import type { CurveResults } from '../../results.ts';
import { curveTitle, fileName } from '../names.ts';
import { shownObservers } from '../shownObservers.ts';
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
 * Proportion correct by level: participants, means with their intervals, models on the same trials, chance.
 *
 * @param curve - One curve's results.
 * @param palette - Colors by observer.
 */
export function recognitionFigure(curve: CurveResults, palette: Palette): ReportFigure {
  const { levels, participants, trials, correct } = curve.recognition;
  const shown = shownObservers(curve);
  const all = curve.summaries.map((line) => ({
    observer: line.observer,
    level: line.level,
    y: line.proportionCorrect,
    low: line.interval.low,
    high: line.interval.high,
  }));
  const means = all.filter(({ observer }) => shown.has(observer));
  const others = all.filter(({ observer }) => !shown.has(observer));
  const single =
    participants.length > 80
      ? []
      : participants.flatMap((participant, i) =>
          levels.map((level, k) => ({
            participant,
            level,
            y: correct[i * levels.length + k]! / trials[i * levels.length + k]!,
          })),
        );
  const last = means.filter(({ level }) => level === levels.at(-1));
  const svg = plotSvg({
    width: widthPx,
    style,
    ariaLabel: `Proportion correct by level, ${curveTitle(curve)}`,
    marginRight: nameMargin([...shown]),
    ...levelAxis(levels, 314, nameMargin([...shown])),
    y: { domain: [0, 1], label: 'proportion correct', grid: true, ticks: 5 },
    color: palette,
    symbol: seriesSymbols(palette.domain),
    marks: [
      chanceRule(curve.chance),
      Plot.line(single, {
        x: 'level',
        y: 'y',
        z: 'participant',
        stroke: figureInk.text,
        strokeOpacity: 0.12,
      }),
      Plot.line(others, { x: 'level', y: 'y', z: 'observer', stroke: figureColors[1], strokeOpacity: 0.25 }),
      meanMarks(means),
      Plot.ruleY([0]),
      endLabels(last, 0.065, proportionNames),
    ],
  });
  return {
    name: fileName('figure-recognition', curve.task, curve.metamerModel),
    caption: `Recognition of ${curveTitle(curve)}. Means over ${participants.length} participants with 95 % intervals for new listeners and new sounds;${single.length > 0 ? ' thin gray lines: single participants;' : ''}${others.length > 0 ? ' thin colored lines: the other models;' : ''} a model’s answer to a sound counts once${chanceCaption(curve.chance)}.`,
    svg,
  };
}

function chanceCaption(chance: number): string {
  return Number.isNaN(chance) ? '' : `; dashed: chance (${Number(chance.toPrecision(3))})`;
}
