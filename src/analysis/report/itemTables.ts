import type { CurveResults } from '../results.ts';
import { agreementTable, modelComparisonTable } from './agreementTables.ts';
import { curveHeading } from './names.ts';
import { intervalColumns, type ReportTable, tableOf } from './table.ts';

/**
 * Tables of item-level agreement: error consistency, correlations, reliability, confusions.
 *
 * @param curve - One curve's results.
 * @returns The tables in reading order.
 */
export function itemTables(curve: CurveResults): ReportTable[] {
  return [
    agreementTable(curve),
    modelComparisonTable(curve),
    consistencyTable(curve),
    correlationTable(curve),
    reliabilityTable(curve),
    confusionTable(curve),
  ];
}

function consistencyTable(curve: CurveResults): ReportTable {
  const lines = curve.byItem.consistency.flatMap(({ levels }) => levels);
  return tableOf(curveHeading(curve, 'error-consistency', 'Error consistency κ with humans'), lines, {
    observer: (line) => line.second,
    level: (line) => line.level,
    items: (line) => line.items,
    'trial pairs': (line) => line.trials,
    κ: (line) => line.kappa,
    ...intervalColumns,
    'low (sounds alone)': (line) => line.soundsInterval.low,
    'high (sounds alone)': (line) => line.soundsInterval.high,
    'p (independent)': (line) => line.pIndependent,
    'p (independent, Holm)': (line) => line.pIndependentHolm,
    'least possible': (line) => line.kappaMin,
    'most possible': (line) => line.kappaMax,
    'accuracy, human': (line) => line.accuracyFirst,
    'accuracy, observer': (line) => line.accuracySecond,
    'mean over participants': (line) => line.participantMeanKappa,
    'participants with κ': (line) => line.participantsDefined,
  });
}

function correlationTable(curve: CurveResults): ReportTable {
  const title = 'Correlation over items with human recognition';
  const lines = curve.byItem.correlations.flatMap(({ graded, ...line }) => [
    { ...line, score: 'answer, 0 or 1' },
    ...(graded ? [{ ...line, ...graded, score: 'probability of the target' }] : []),
  ]);
  return tableOf(curveHeading(curve, 'item-correlation', title), lines, {
    observer: (line) => line.observer,
    score: (line) => line.score,
    items: (line) => line.items,
    r: (line) => line.raw.r,
    low: (line) => line.raw.interval.low,
    high: (line) => line.raw.interval.high,
    'highest to be expected': (line) => line.raw.ceiling,
    'r corrected': (line) => line.raw.noiseCorrected,
    Spearman: (line) => line.spearman,
    'r within stage': (line) => line.withinStage.r,
    'low, within': (line) => line.withinStage.interval.low,
    'high, within': (line) => line.withinStage.interval.high,
    'highest, within': (line) => line.withinStage.ceiling,
    'r corrected, within': (line) => line.withinStage.noiseCorrected,
  });
}

function reliabilityTable(curve: CurveResults): ReportTable {
  const { raw, withinStage, leaveOneOut } = curve.byItem.reliability;
  const halves = [
    { measure: 'over all items', ...raw },
    { measure: 'within stage', ...withinStage },
  ];
  const none = { items: null, spearmanBrown: null, ceiling: null, binaryCeiling: null, splits: null };
  const others = [
    { measure: 'participant against the others', splitHalf: leaveOneOut.lower, ...none },
    { measure: 'participant against all', splitHalf: leaveOneOut.upper, ...none },
  ];
  const title = 'Reliability of human item means';
  return tableOf(curveHeading(curve, 'reliability', title), [...halves, ...others], {
    measure: (line) => line.measure,
    r: (line) => line.splitHalf,
    'Spearman–Brown': (line) => line.spearmanBrown,
    'ceiling √r': (line) => line.ceiling,
    'ceiling, 0/1 model': (line) => line.binaryCeiling,
    items: (line) => line.items,
    'random halves': (line) => line.splits,
  });
}

function confusionTable(curve: CurveResults): ReportTable {
  const title = 'Agreement of answers with humans';
  return tableOf(curveHeading(curve, 'confusions', title), curve.byItem.confusions, {
    observer: (line) => line.observer,
    trials: (line) => line.trials,
    'both wrong': (line) => line.bothWrong,
    'same wrong answer': (line) => line.sameWrongAnswer,
    low: (line) => line.sameWrongInterval.low,
    high: (line) => line.sameWrongInterval.high,
    expected: (line) => line.sameWrongExpected,
    'κ of answers': (line) => line.responseKappa,
    targets: (line) => line.targets,
    'off-diagonal r': (line) => line.offDiagonalCorrelation,
    'Jensen–Shannon (bits)': (line) => line.jensenShannonBits,
    'total variation': (line) => line.totalVariation,
  });
}
