import { groupedBy } from '../base/groups.ts';
import { nameAt, type TrialTable } from '../records/trialTable.ts';
import { type BootstrapOptions, bootstrap } from '../statistics/estimates/bootstrap.ts';
import { kendall, pearson, spearman } from '../statistics/estimates/correlation.ts';
import { mean, standardDeviation } from '../statistics/estimates/descriptive.ts';
import { type Interval, noInterval } from '../statistics/estimates/proportion.ts';
import { naturalLevel } from './byStage/recognition.ts';
import type { LevelSummary } from './byStage/summary.ts';
import type { ModelScores, Stimuli } from './trials/stimuli.ts';

/** How humans and the other models recognize one model's metamers at one stage. */
export interface CrossModelPoint {
  task: string;
  metamerModel: string;
  stage: string;
  human: number;
  /** Recognition by each other model. */
  others: Record<string, number>;
  /** Mean over the other models, and its standard error (NaN with one). */
  othersMean: number;
  othersStandardError: number;
}

/** Fewest metamer models from which an interval over models is drawn. */
export const leastModels = 5;

/** Recognition across models and its relation to human recognition over model × stage. */
export interface CrossModel {
  points: CrossModelPoint[];
  correlations: {
    task: string;
    points: number;
    pearson: number;
    rSquared: number;
    spearman: number;
    kendall: number;
    /** Models whose metamers the points are. */
    metamerModels: number;
    /**
     * 95 % interval of Spearman's ρ, percentile, over models: one model's stages are no independent points. NaN with fewer
     * than {@link leastModels}.
     */
    spearmanInterval: Interval;
  }[];
}

/**
 * Recognition of each model's metamers by the other models, against human recognition.
 *
 * @param table - The trials.
 * @param options - Stimuli, models, the humans' summaries by curve, bootstrap settings.
 * @returns Points where at least one other model answered, and correlations of tasks with at least three points.
 * @see Feather et al. (2023): Spearman's ρ .863 over 17 auditory models.
 */
export function crossModelRecognition(
  table: TrialTable,
  options: {
    stimuli: Stimuli;
    models: readonly ModelScores[];
    curves: readonly { task: string; metamerModel: string; summaries: readonly LevelSummary[] }[];
    bootstrap: BootstrapOptions;
  },
): CrossModel {
  const accuracy = accuracies(table, options.stimuli, options.models);
  const points = options.curves.flatMap(({ task, metamerModel, summaries }) =>
    summaries
      .filter(({ observer, level }) => observer === 'human' && level !== naturalLevel)
      .flatMap(({ level, proportionCorrect }): CrossModelPoint[] => {
        const others = Object.fromEntries(
          options.models
            .filter(({ observer }) => observer !== metamerModel)
            .map(({ observer }) => [observer, accuracy(observer, task, metamerModel, level)])
            .filter(([, value]) => !Number.isNaN(value)),
        ) as Record<string, number>;
        const values = Object.values(others);
        if (values.length === 0) return [];
        return [
          {
            task,
            metamerModel,
            stage: level,
            human: proportionCorrect,
            others,
            othersMean: mean(values),
            othersStandardError: standardDeviation(values) / Math.sqrt(values.length),
          },
        ];
      }),
  );
  const tasks = [...new Set(points.map(({ task }) => task))];
  return { points, correlations: tasks.flatMap((task) => correlationOf(task, points, options.bootstrap)) };
}

function correlationOf(task: string, points: readonly CrossModelPoint[], options: BootstrapOptions) {
  const own = points.filter((point) => point.task === task);
  if (own.length < 3) return [];
  const human = Float64Array.from(own, (point) => point.human);
  const others = Float64Array.from(own, (point) => point.othersMean);
  const r = pearson(human, others);
  const byModel = groupedBy(own.keys(), (i) => own[i]!.metamerModel);
  return [
    {
      task,
      points: own.length,
      metamerModels: byModel.size,
      pearson: r,
      rSquared: r * r,
      spearman: spearman(human, others),
      kendall: kendall(human, others),
      spearmanInterval: intervalOverModels([...byModel.values()], { human, others }, options),
    },
  ];
}

function intervalOverModels(
  pointsOfModel: readonly (readonly number[])[],
  { human, others }: { human: Float64Array; others: Float64Array },
  options: BootstrapOptions,
): Interval {
  if (pointsOfModel.length < leastModels) return noInterval;
  const statistic = (models: Int32Array) => {
    const points = [...models].flatMap((model) => pointsOfModel[model]!);
    return spearman(
      points.map((i) => human[i]!),
      points.map((i) => others[i]!),
    );
  };
  const resamples = Math.min(options.resamples ?? 2000, 2000);
  return bootstrap(pointsOfModel.length, statistic, { ...options, resamples }).percentile;
}

/** Accuracy of a model on all sounds of a task, metamer model and stage that it answered. */
function accuracies(table: TrialTable, stimuli: Stimuli, models: readonly ModelScores[]) {
  const sums = new Map<string, { right: number; sounds: number }>();
  for (let sound = 0; sound < stimuli.count; sound++) {
    const row = stimuli.firstRow[sound]!;
    const stage = nameAt(table.stage, row);
    if (stage === '') continue;
    const place = `${nameAt(table.task, row)}\n${nameAt(table.metamerModel, row)}\n${stage}`;
    for (const { observer, trials, correct } of models) {
      if (trials[sound] === 0) continue;
      const entry = sums.get(`${observer}\n${place}`) ?? { right: 0, sounds: 0 };
      sums.set(`${observer}\n${place}`, entry);
      entry.right += correct[sound]! / trials[sound]!;
      entry.sounds += 1;
    }
  }
  return (...[observer, task, metamerModel, stage]: [string, string, string, string]) => {
    const entry = sums.get(`${observer}\n${task}\n${metamerModel}\n${stage}`);
    return entry ? entry.right / entry.sounds : Number.NaN;
  };
}
