import { InputError } from '../../base/inputError.ts';
import { participantStatistics } from '../../records/participantStatistics.ts';
import type { TrialTable } from '../../records/trialTable.ts';
import { mean, standardDeviation } from '../../statistics/estimates/descriptive.ts';
import { gatherItems, type Items } from '../byItem/items.ts';
import { curveAnswers } from '../byStage/curveAnswers.ts';
import { curveKeys, recognitionOf } from '../byStage/recognition.ts';
import { levelProportions } from '../byStage/stageClaims.ts';
import { summarizeLevels } from '../byStage/summary.ts';
import type { AnalysisConfig } from '../config.ts';
import { applyExclusions } from '../exclusions/exclude.ts';
import type { CurveResults } from '../results.ts';
import { gatherModelScores, numberStimuli } from '../trials/stimuli.ts';
import type { CompletePlan, PowerPlan } from './plan.ts';

/** Spread of participants and items where neither plan nor pilot states it, logits; round values, to be replaced. */
const typicalSd = { participant: 0.5, item: 0.8 };

/** What a pilot study tells a plan: recognition and items of its first curve. */
export interface Pilot {
  curve: Pick<CurveResults, 'recognition' | 'summaries' | 'metamerModel'>;
  items: Items;
}

/**
 * What a pilot study tells a plan: its first curve, summaries and items, after the exclusions.
 *
 * @param table - The pilot's trials.
 * @param config - Settings.
 * @throws InputError when no human trial is left.
 */
export function pilotOf(table: TrialTable, config: AnalysisConfig): Pilot {
  const { rows } = applyExclusions(table, participantStatistics(table), config.exclusions);
  const [key] = curveKeys(table, rows);
  if (!key)
    throw new InputError(
      `${table.path}: a pilot must have human main trials of natural sounds or metamers, none is left after the exclusions; add trials`,
    );
  const stimuli = numberStimuli(table);
  const models = gatherModelScores(table, stimuli);
  const options = { key, stimuli, models, stageOrder: config.stageOrder };
  const recognition = recognitionOf(table, rows, options);
  const items = gatherItems(table, rows, options);
  const proportions = [
    ...levelProportions(curveAnswers(table, items, null), { code: 0, name: 'human' }, 0),
    ...recognition.models.flatMap(({ observer: name }) =>
      levelProportions(
        curveAnswers(table, items, models.find(({ observer }) => observer === name)!),
        { code: 1, name },
        0,
      ),
    ),
  ];
  return {
    curve: {
      metamerModel: key.metamerModel,
      recognition,
      summaries: summarizeLevels(recognition, proportions),
    },
    items,
  };
}

/**
 * Fills what a plan leaves open from a pilot, or from typical values.
 *
 * @param pilot - Results of a pilot study, if any.
 * @returns The complete plan.
 * @throws InputError when neither states the levels, or the second model has another number of levels.
 */
export function completePlan(plan: PowerPlan, pilot?: Pilot): CompletePlan {
  const levels = plan.levels ?? (pilot ? pilotLevels(pilot) : undefined);
  if (!levels)
    throw new InputError(
      "plan: field 'levels' must state the expected proportions; add it, or give pilot trials",
    );
  if (levels.length < 2)
    throw new InputError(
      'plan: at least two levels are needed, the pilot has one; state the levels in the plan',
    );
  if (plan.secondModel && plan.secondModel.length !== levels.length)
    throw new InputError(
      `plan: field 'secondModel' must have one proportion per level, ${levels.length}, got ${plan.secondModel.length}; correct it`,
    );
  return {
    ...plan,
    levels,
    participantSd: plan.participantSd ?? (pilot ? participantSdOf(pilot) : typicalSd.participant),
    itemSd: plan.itemSd ?? (pilot ? itemSdOf(pilot) : typicalSd.item),
    sources: plan.sources ?? plan.trialsPerLevel * levels.length,
  };
}

/** Keeps proportions away from 0 and 1, whose logits are infinite. */
const inside = (p: number) => Math.min(0.995, Math.max(0.005, p));

function pilotLevels({ curve }: Pilot): CompletePlan['levels'] {
  const at = (observer: string, level: string) =>
    curve.summaries.find((line) => line.observer === observer && line.level === level)?.proportionCorrect;
  return curve.recognition.levels.map((level) => {
    const model = at(curve.metamerModel, level);
    return {
      level,
      human: inside(at('human', level)!),
      ...(model === undefined ? {} : { model: inside(model) }),
    };
  });
}

/** Standard deviation of participants, logits: variance of proportions minus binomial variance, by the delta method. */
function participantSdOf({ curve: { recognition } }: Pilot): number {
  const { trials, correct, levels, participants } = recognition;
  const variances = levels.flatMap((_, level) => {
    const cells = participants
      .map((_name, i) => i * levels.length + level)
      .filter((cell) => trials[cell]! > 1);
    return excessLogitVariance(
      cells.map((cell) => correct[cell]! / trials[cell]!),
      cells.map((cell) => trials[cell]!),
    );
  });
  return Math.sqrt(Math.max(0, mean(variances)));
}

/** Standard deviation of items within levels, logits; participants' spread inflates it slightly. */
function itemSdOf({ items }: Pilot): number {
  const variances = items.levels.flatMap((_, level) => {
    const own = [...items.trials.keys()].filter(
      (item) => items.level[item] === level && items.trials[item]! > 1,
    );
    return excessLogitVariance(
      own.map((item) => items.correct[item]! / items.trials[item]!),
      own.map((item) => items.trials[item]!),
    );
  });
  return Math.sqrt(Math.max(0, mean(variances)));
}

/** Variance of proportions beyond the binomial, divided by the squared slope of the logistic; none near the ends. */
function excessLogitVariance(proportions: number[], trials: number[]): number[] {
  const p = mean(proportions);
  if (proportions.length < 3 || p < 0.1 || p > 0.9) return [];
  const observed = standardDeviation(proportions) ** 2;
  const binomial = mean(proportions.map((q, i) => (q * (1 - q)) / (trials[i]! - 1)));
  return [(observed - binomial) / (p * (1 - p)) ** 2];
}
