import type { AnalysisResults } from '../results.ts';
import { type ReportTable, tableOf, testColumns } from './table.ts';

/**
 * Tables of recognition in noise.
 *
 * @returns Fits and comparisons.
 */
export function noiseTables({ inNoise }: AnalysisResults): ReportTable[] {
  return [
    tableOf(
      { name: 'psychometric-fits', title: 'Psychometric functions, maximum a posteriori' },
      inNoise.fits,
      {
        observer: (fit) => fit.observer,
        task: (fit) => fit.task,
        background: (fit) => fit.background,
        'threshold (dB)': (fit) => fit.parameters.threshold,
        measured: (fit) => (fit.isExtrapolated ? 'no, extrapolated' : 'yes'),
        low: (fit) => fit.intervals.threshold.low,
        high: (fit) => fit.intervals.threshold.high,
        'low (trials)': (fit) => fit.credible.threshold.low,
        'high (trials)': (fit) => fit.credible.threshold.high,
        'width (dB)': (fit) => fit.parameters.width,
        'low, width': (fit) => fit.intervals.width.low,
        'high, width': (fit) => fit.intervals.width.high,
        lapse: (fit) => fit.parameters.lapse,
        'low, lapse (trials)': (fit) => fit.credible.lapse.low,
        'high, lapse (trials)': (fit) => fit.credible.lapse.high,
        guess: (fit) => fit.parameters.guess,
        overdispersion: (fit) => fit.parameters.overdispersion,
        deviance: (fit) => fit.deviance,
        trials: (fit) => fit.levels.reduce((sum, { trials }) => sum + trials, 0),
      },
    ),
    tableOf(
      {
        name: 'threshold-differences',
        title: 'Thresholds compared: observers in one background, people in two',
      },
      inNoise.comparisons,
      {
        first: ({ first }) => placeName(first),
        second: ({ second }) => placeName(second),
        task: (line) => line.task,
        'difference (dB)': (line) => line.difference,
        measured: (line) => (line.isExtrapolated ? 'no, extrapolated' : 'yes'),
        ...testColumns,
      },
    ),
    tableOf(
      {
        name: 'thresholds-within-people',
        title:
          'Does the model’s threshold fall within those of people? (squared distances from the mean of people, dB²)',
      },
      inNoise.withinPeople,
      {
        model: (line) => line.observer,
        task: (line) => line.task,
        background: (line) => line.background,
        'model, squared distance': (line) => line.squaredDistance,
        'people, variance': (line) => line.variance,
        'people low': (line) => line.varianceInterval.low,
        'people high': (line) => line.varianceInterval.high,
        'model − people': (line) => line.excess,
        low: (line) => line.excessInterval.low,
        high: (line) => line.excessInterval.high,
      },
    ),
  ];
}

const placeName = ({ observer, background }: { observer: string; background: string }) =>
  `${observer} in ${background || 'noise'}`;

/**
 * Tables of recognition across models.
 *
 * @returns Correlation and points.
 */
export function crossModelTables({ crossModel }: AnalysisResults): ReportTable[] {
  const models = [...new Set(crossModel.points.flatMap((point) => Object.keys(point.others)))];
  return [
    tableOf(
      {
        name: 'cross-model-correlation',
        title: 'Human recognition against that by other models, over model × stage',
      },
      crossModel.correlations,
      {
        task: (line) => line.task,
        points: (line) => line.points,
        'metamer models': (line) => line.metamerModels,
        Spearman: (line) => line.spearman,
        low: (line) => line.spearmanInterval.low,
        high: (line) => line.spearmanInterval.high,
        Pearson: (line) => line.pearson,
        'R²': (line) => line.rSquared,
        Kendall: (line) => line.kendall,
      },
    ),
    tableOf(
      {
        name: 'cross-model-recognition',
        title: 'Recognition of each model’s metamers by humans and by other models',
      },
      crossModel.points,
      {
        'metamers of': (point) => point.metamerModel,
        task: (point) => point.task,
        stage: (point) => point.stage,
        human: (point) => point.human,
        'other models': (point) => point.othersMean,
        SEM: (point) => point.othersStandardError,
        ...Object.fromEntries(
          models.map((model) => [
            model,
            (point: { others: Record<string, number> }) => point.others[model] ?? null,
          ]),
        ),
      },
    ),
  ];
}

/**
 * Tables of exclusions.
 *
 * @returns Sensitivity of the main result, and who was left out.
 */
export function exclusionTables({ exclusions }: AnalysisResults): ReportTable[] {
  const left = exclusions.steps.flatMap(({ rule, removedParticipants }) =>
    removedParticipants.map((removed) => ({ rule, ...removed })),
  );
  return [
    tableOf(
      { name: 'sensitivity', title: 'The main result under other exclusion rules' },
      exclusions.sensitivity,
      {
        rules: (line) => line.rules,
        task: (line) => line.task,
        'metamers of': (line) => line.metamerModel,
        participants: (line) => line.participants,
        trials: (line) => line.trials,
        effect: (line) => line.effect,
        F: (line) => line.f,
        'p (GG)': (line) => line.pGreenhouseGeisser,
        'partial η²': (line) => line.partialEtaSquared,
      },
    ),
    tableOf({ name: 'exclusions', title: 'Participants left out' }, left, {
      participant: (line) => line.participant,
      rule: (line) => line.rule,
      reason: (line) => line.reason,
    }),
  ];
}
