import type { CurveResults } from '../results.ts';
import { curveHeading } from './names.ts';
import { type ReportTable, tableOf, testColumns } from './table.ts';

/**
 * Tables of what holds for new listeners and new sounds: tests, differences, losses, landmarks, the models' coefficients.
 *
 * @param curve - One curve's results.
 * @returns Tables in reading order.
 */
export function claimTables(curve: CurveResults): ReportTable[] {
  return [
    testTable(curve),
    differenceTable(curve),
    landmarkTable(curve),
    lossTable(curve),
    coefficientTable(curve),
  ];
}

const withWhom = ({ observer }: { observer: string }) => (observer === 'human' ? 'humans alone' : observer);

function testTable(curve: CurveResults): ReportTable {
  const tests = curve.claims.mixed.flatMap(({ observer, tests: own, logitTests }) => [
    ...own.map((test) => ({ observer, scale: observer === 'human' ? 'logits' : 'proportions', ...test })),
    ...(observer === 'human' ? [] : logitTests.map((test) => ({ observer, scale: 'logits', ...test }))),
  ]);
  return tableOf(curveHeading(curve, 'mixed-model-tests', 'Tests for new listeners and new sounds'), tests, {
    'humans with': withWhom,
    effect: (line) => line.effect,
    scale: (line) => line.scale,
    F: (line) => line.statistic / line.degreesOfFreedom,
    df: (line) => line.degreesOfFreedom,
    'error df': (line) => line.denominator,
    p: (line) => line.p,
  });
}

function differenceTable(curve: CurveResults): ReportTable {
  const title = 'Humans minus model, by level, and whether they are alike';
  return tableOf(curveHeading(curve, 'observer-differences', title), curve.claims.differences, {
    observer: (line) => line.observer,
    level: (line) => line.level,
    difference: (line) => line.difference,
    ...testColumns,
    margin: (line) => line.margin,
    'p (alike within the margin)': (line) => line.pEquivalent,
    'BF₀₁': (line) => line.bayesFactor01,
  });
}

function landmarkTable(curve: CurveResults): ReportTable {
  return tableOf(
    curveHeading(curve, 'landmarks', 'Where human recognition leaves natural and reaches chance'),
    curve.claims.landmarks,
    {
      landmark: (line) => line.name,
      level: (line) => line.level ?? 'nowhere',
      earliest: (line) => line.earliest ?? 'beyond the last',
      latest: (line) => line.latest ?? 'beyond the last',
      'share of resamples': (line) => line.reached,
    },
  );
}

function lossTable(curve: CurveResults): ReportTable {
  return tableOf(
    { ...curveHeading(curve, 'loss', 'Humans: first level minus each other'), place: 'folded' },
    curve.claims.lossFromNatural,
    {
      difference: (line) => line.name,
      value: (line) => line.difference,
      ...testColumns,
    },
  );
}

function coefficientTable(curve: CurveResults): ReportTable {
  const lines = curve.claims.mixed.flatMap(({ observer, fit }) => [
    ...(fit?.fixed ?? []).map((line) => ({ observer, kind: 'fixed', ...line })),
    ...(fit?.random ?? []).map(({ name, standardDeviation }) => ({
      observer,
      kind: 'standard deviation',
      name,
      estimate: standardDeviation,
      standardError: Number.NaN,
    })),
  ]);
  return tableOf(
    {
      ...curveHeading(curve, 'mixed-model-coefficients', 'Mixed models: coefficients, logits'),
      place: 'folded',
    },
    lines,
    {
      'humans with': withWhom,
      kind: (line) => line.kind,
      name: (line) => line.name,
      estimate: (line) => line.estimate,
      'standard error': (line) => line.standardError,
    },
  );
}
