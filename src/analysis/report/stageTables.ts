import { anovaAgainst, type StageAnova } from '../byStage/inference.ts';
import { observersOf } from '../byStage/summary.ts';
import type { CurveResults } from '../results.ts';
import { claimTables } from './claimTables.ts';
import { curveHeading, fileName } from './names.ts';
import { overTrialsTables } from './overTrialsTables.ts';
import { intervalColumns, type ReportTable, tableOf } from './table.ts';

/**
 * Tables of recognition by stage: summaries, analyses of variance, contrasts, counts by participant.
 *
 * @param curve - One curve's results.
 * @returns The tables in reading order.
 */
export function stageTables(curve: CurveResults): ReportTable[] {
  const name = (what: string) => fileName(what, curve.task, curve.metamerModel);
  const { anovas } = curve.inference;
  const main = anovaAgainst(anovas, curve.metamerModel);
  return [
    summaryTable(curve),
    ...claimTables(curve),
    ...anovas.map((anova): ReportTable => {
      const table = anovaTable(name(`anova ${anova.title}`), anova);
      return anova === main || anovas.length === 1 ? table : { ...table, place: 'folded' };
    }),
    ...curve.inference.contrasts.map(({ family, contrasts }) =>
      tableOf(
        { name: name(`contrasts ${family}`), title: `Paired contrasts, ${family}`, place: 'folded' },
        contrasts,
        {
          contrast: (line) => line.name,
          pairs: (line) => line.pairs,
          difference: (line) => line.meanDifference,
          ...intervalColumns,
          t: (line) => line.t,
          df: (line) => line.degreesOfFreedom,
          p: (line) => line.p,
          'p (Holm)': (line) => line.pHolm,
          d: (line) => line.effectSizeDz,
        },
      ),
    ),
    ...overTrialsTables(curve),
    participantTable(curve),
  ];
}

function summaryTable(curve: CurveResults): ReportTable {
  return tableOf(curveHeading(curve, 'recognition', 'Proportion correct by level'), curve.summaries, {
    observer: (line) => line.observer,
    level: (line) => line.level,
    participants: (line) => line.participants,
    trials: (line) => line.trials,
    mean: (line) => line.proportionCorrect,
    SEM: (line) => line.standardError,
    ...intervalColumns,
    'within-subject low': (line) => line.withinSubject.low,
    'within-subject high': (line) => line.withinSubject.high,
    sources: (line) => line.sources,
    'p (above chance)': (line) => line.pAboveChance,
    'p (above chance, Holm)': (line) => line.pAboveChanceHolm,
    'Wilson low (trials)': (line) => line.wilsonTrialLevel.low,
    'Wilson high (trials)': (line) => line.wilsonTrialLevel.high,
  });
}

function participantTable(curve: CurveResults): ReportTable {
  const { levels, participants } = curve.recognition;
  const rows = observersOf(curve.recognition).flatMap(({ observer, trials, correct }) =>
    participants.flatMap((participant, i) =>
      levels.map((level, k) => {
        const cell = i * levels.length + k;
        return { participant, observer, level, trials: trials[cell]!, correct: correct[cell]! };
      }),
    ),
  );
  const heading = curveHeading(curve, 'by-participant', 'Counts by participant, observer and level');
  return tableOf({ ...heading, place: 'file' }, rows, {
    participant: (line) => line.participant,
    observer: (line) => line.observer,
    level: (line) => line.level,
    trials: (line) => line.trials,
    correct: (line) => line.correct,
    proportion_correct: (line) => line.correct / line.trials,
  });
}

/**
 * An analysis of variance as a table.
 *
 * @param name - File name.
 * @param anova - The analysis.
 * @returns One row per effect.
 */
export function anovaTable(name: string, anova: StageAnova): ReportTable {
  const asPublished = anova.design === 'mixed' ? 'as published: ' : '';
  const title = `Analysis of variance, ${anova.title} (${asPublished}sounds taken as fixed; ${anova.design}, ${anova.participants} participants; the permutation p is valid under sphericity alone)`;
  const effects = Object.values(anova.table).filter(({ effect }) => effect !== '(intercept)');
  return tableOf({ name, title }, effects, {
    effect: (line) => line.effect,
    SS: (line) => line.sumOfSquares,
    df: (line) => line.degreesOfFreedom,
    'error SS': (line) => line.errorSumOfSquares,
    'error df': (line) => line.errorDegreesOfFreedom,
    F: (line) => line.f,
    p: (line) => line.p,
    'p (GG)': (line) => line.pGreenhouseGeisser,
    'p (HF)': (line) => line.pHuynhFeldt,
    'p (lower bound)': (line) => line.pLowerBound,
    'p (permutation)': (line) => line.pPermutation,
    'partial η²': (line) => line.partialEtaSquared,
    'generalized η²': (line) => line.generalizedEtaSquared,
    'ε GG': (line) => line.epsilonGreenhouseGeisser,
    'ε HF': (line) => line.epsilonHuynhFeldt,
  });
}
