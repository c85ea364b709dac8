import * as Plot from '@observablehq/plot';
import { plotSvg } from '../../figures/plot.ts';
import { type Palette, seriesSymbols } from '../../figures/series.ts';
import type { Discrimination } from '../discrimination/analyzeDiscrimination.ts';
import { sensitivities } from './discriminationText.ts';
import {
  endLabels,
  levelAxis,
  nameMargin,
  type ReportFigure,
  style,
  widthPx,
} from './figures/figureStyle.ts';
import { curveHeading, curveTitle, fileName } from './names.ts';
import type { ReportSection } from './page.ts';
import { intervalColumns, type ReportTable, tableOf } from './table.ts';

/**
 * Section of a task in which sounds are told apart.
 *
 * @param discrimination - The task's results.
 * @param palette - Colors by observer.
 */
export function discriminationSection(discrimination: Discrimination, palette: Palette): ReportSection {
  const { design, notes, observers } = discrimination;
  const figure = sensitivityFigure(discrimination, palette);
  const spread = observers.find(({ observer }) => observer === 'human')?.criterionSd ?? Number.NaN;
  return {
    title: `Telling apart, by stage: ${curveTitle(discrimination)}`,
    text:
      design === 'forced-choice'
        ? []
        : [
            `${design === 'detection' ? 'The change is the signal.' : 'A difference is the signal.'} d′ and c are those of a listener; listeners differ in their criterion with a standard deviation of ${Number.isNaN(spread) ? 'unknown size' : spread.toFixed(2)}, which pooling them would take off d′. Where all or none of the trials got one answer, d′ is a lower bound.`,
          ],
    warnings: notes,
    figures: figure ? [figure] : [],
    tables: [design === 'forced-choice' ? choiceTable(discrimination) : detectionTable(discrimination)],
  };
}

function sensitivityFigure(discrimination: Discrimination, palette: Palette): ReportFigure | null {
  const points = discrimination.observers
    .flatMap(sensitivities)
    .filter(({ value }) => Number.isFinite(value))
    .map((point) => ({ ...point, y: point.value }));
  if (points.length === 0) return null;
  const levels = [...new Set(points.map(({ level }) => level))];
  const observers = [...new Set(points.map(({ observer }) => observer))];
  const ends = points.flatMap(({ y, low, high }) => [y, low, high]).filter(Number.isFinite);
  const [lowest, highest] = [Math.min(0, ...ends), 1.05 * Math.max(1, ...ends)];
  const intervals = points.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
  return {
    name: fileName('figure-sensitivity', discrimination.task, discrimination.metamerModel),
    caption: `Sensitivity d′ by level, ${curveTitle(discrimination)}, with 95 % intervals for new listeners and new sounds; open circles: a lower bound, as all or none of the trials got one answer.`,
    svg: plotSvg({
      width: widthPx,
      style,
      ariaLabel: `Sensitivity by level, ${curveTitle(discrimination)}`,
      marginRight: nameMargin(observers),
      ...levelAxis(levels, 314),
      y: { domain: [lowest, highest], label: 'sensitivity d′', grid: true, ticks: 5 },
      color: palette,
      symbol: seriesSymbols(palette.domain),
      marks: [
        Plot.ruleY([0]),
        Plot.line(points, { x: 'level', y: 'y', z: 'observer', stroke: 'observer', strokeWidth: 2 }),
        Plot.ruleX(intervals, { x: 'level', y1: 'low', y2: 'high', stroke: 'observer', strokeWidth: 1.5 }),
        Plot.dot(
          points.filter(({ isBound }) => !isBound),
          { x: 'level', y: 'y', fill: 'observer', symbol: 'observer', r: 4 },
        ),
        Plot.dot(
          points.filter(({ isBound }) => isBound),
          { x: 'level', y: 'y', stroke: 'observer', symbol: 'observer', fill: 'white', strokeWidth: 2, r: 4 },
        ),
        endLabels(
          points.filter(({ level }) => level === levels.at(-1)),
          0.065 * (highest - lowest),
        ),
      ],
    }),
  };
}

function detectionTable(discrimination: Discrimination): ReportTable {
  const rows = discrimination.observers.flatMap(({ observer, listeners, detection }) =>
    detection.map((line) => ({ observer, listeners, ...line })),
  );
  const isOfPairs = discrimination.design === 'same-different';
  return tableOf(curveHeading(discrimination, 'sensitivity', 'Sensitivity and criterion by level'), rows, {
    observer: (line) => line.observer,
    level: (line) => line.level,
    listeners: (line) => line.listeners || null,
    [isOfPairs ? 'different pairs' : 'with change']: (line) => line.counts.signalTrials,
    hits: (line) => line.counts.hits,
    [isOfPairs ? 'same pairs' : 'without']: (line) => line.counts.noiseTrials,
    'false alarms': (line) => line.counts.falseAlarms,
    'd′': (line) => line.sensitivity,
    low: (line) => line.sensitivityInterval.low,
    high: (line) => line.sensitivityInterval.high,
    bound: (line) => (line.isAtLimit ? 'lower' : ''),
    'criterion c': (line) => line.criterion,
    'low, c': (line) => line.criterionInterval.low,
    'high, c': (line) => line.criterionInterval.high,
    ...(isOfPairs
      ? {
          'd′, differencing': (line) => line.differencing,
          'd′, independent': (line) => line.independentObservation,
        }
      : {}),
  });
}

function choiceTable(discrimination: Discrimination): ReportTable {
  const rows = discrimination.observers.flatMap(({ observer, listeners, choice }) =>
    choice.map((line) => ({ observer, listeners, ...line })),
  );
  const of = discrimination.alternatives === null ? '' : ` among ${discrimination.alternatives}`;
  return tableOf(curveHeading(discrimination, 'choice', `Choice${of} by level`), rows, {
    observer: (line) => line.observer,
    level: (line) => line.level,
    listeners: (line) => line.listeners || null,
    trials: (line) => line.trials,
    'proportion correct': (line) => line.proportionCorrect,
    ...intervalColumns,
    'd′': (line) => line.sensitivity,
    'low, d′': (line) => line.sensitivityInterval.low,
    'high, d′': (line) => line.sensitivityInterval.high,
  });
}
