import type { CurveResults } from '../results.ts';
import { curveHeading } from './names.ts';
import { type ReportTable, tableOf, testColumns } from './table.ts';

/**
 * Each model's agreement with people beside people's with one another.
 *
 * @param curve - One curve's results.
 * @returns The table; without rows where no model answered.
 */
export function agreementTable(curve: CurveResults): ReportTable {
  const lines = curve.byItem.agreement
    .filter(({ observer }) => observer !== '')
    .flatMap((entry) => entry.lines)
    .map((line) => ({ ...line, ...line.difference }));
  return tableOf(
    curveHeading(
      curve,
      'agreement',
      'Does the model fall within people? Agreement of models with people, and of people with one another',
    ),
    lines,
    {
      observer: (line) => line.observer,
      measure: (line) => line.measure,
      level: (line) => line.level,
      model: (line) => line.model.estimate,
      'model low': (line) => line.model.interval.low,
      'model high': (line) => line.model.interval.high,
      people: (line) => line.human.estimate,
      'people low': (line) => line.human.interval.low,
      'people high': (line) => line.human.interval.high,
      'model − people': (line) => line.estimate,
      ...testColumns,
      note: (line) => line.note,
    },
  );
}

/**
 * Which of two models agrees with people more.
 *
 * @param curve - One curve's results.
 * @returns The table; without rows with fewer than two models.
 */
export function modelComparisonTable(curve: CurveResults): ReportTable {
  return tableOf(
    {
      ...curveHeading(
        curve,
        'model-comparisons',
        'Models against one another: agreement with people, first minus second',
      ),
      place: 'folded',
    },
    curve.byItem.modelComparisons.map((line) => ({ ...line, ...line.difference })),
    {
      first: (line) => line.first,
      second: (line) => line.second,
      measure: (line) => line.measure,
      level: (line) => line.level,
      difference: (line) => line.estimate,
      ...testColumns,
      note: (line) => line.note,
    },
  );
}
