import { createRandom, type Random } from '../../base/random.ts';
import { normalQuantile } from '../../statistics/special/normal.ts';
import type { CurveAnswers } from '../byStage/curveAnswers.ts';
import type { CompletePlan } from './plan.ts';

/** Answers of one simulated study. */
export interface SimulatedStudy {
  humans: CurveAnswers;
  /** The same with the model's; undefined where the plan does not expect any. */
  withModel: CurveAnswers | undefined;
  /** The same listeners' answers to another model's metamers; undefined where the plan has no second model. */
  second: CurveAnswers | undefined;
}

/**
 * Draws the answers of a planned study from logistic models with random participants and items; the model answers each
 * item once.
 *
 * @param plan - The complete plan.
 * @param participants - Their number.
 * @param index - Which simulation: each has draws of its own.
 */
export function simulateStudy(plan: CompletePlan, participants: number, index: number): SimulatedStudy {
  const random = createRandom(plan.seed, participants, index);
  const abilities = Float64Array.from({ length: participants }, () => plan.participantSd * random.normal());
  const items = itemEffects(plan, random);
  const humans = humanAnswers(plan, {
    proportions: plan.levels.map(({ human }) => human),
    items,
    abilities,
    random,
  });
  const proportions = plan.levels.map(({ model }) => model);
  const hasModel = proportions.every((p) => p !== undefined);
  const { secondModel } = plan;
  return {
    humans,
    withModel: hasModel ? joined(humans, modelAnswers(plan, { proportions, items, random })) : undefined,
    second:
      secondModel &&
      humanAnswers(plan, {
        proportions: secondModel,
        items: itemEffects(plan, random),
        abilities,
        random,
      }),
  };
}

/** Shape [levels, sources], logits. */
function itemEffects({ levels, sources, itemSd }: CompletePlan, random: Random): Float64Array {
  return Float64Array.from({ length: levels.length * sources }, () => itemSd * random.normal());
}

/** The source of a participant's trial: lists rotate over participants. */
function sourceOf(
  plan: CompletePlan,
  { participant, level, trial }: { participant: number; level: number; trial: number },
) {
  return ((level + participant) * plan.trialsPerLevel + trial) % plan.sources;
}

interface Drawn {
  proportions: readonly number[];
  items: Float64Array;
  random: Random;
}

function humanAnswers(
  plan: CompletePlan,
  { proportions, items, abilities, random }: Drawn & { abilities: Float64Array },
): CurveAnswers {
  const spread = Math.hypot(plan.participantSd, plan.itemSd);
  const logits = proportions.map((p) => logitOfMean(p, spread));
  const trials = Array.from(abilities, (_, participant) =>
    logits.flatMap((_logit, level) =>
      Array.from({ length: plan.trialsPerLevel }, (_trial, trial) => ({ participant, level, trial })),
    ),
  ).flat();
  const source = Int32Array.from(trials, (trial) => sourceOf(plan, trial));
  return {
    levels: plan.levels.map(({ level }) => level),
    listener: Int32Array.from(trials, ({ participant }) => participant),
    source,
    level: Int32Array.from(trials, ({ level }) => level),
    observer: new Int32Array(trials.length),
    right: Float64Array.from(trials, ({ participant, level }, i) => {
      const logit = logits[level]! + abilities[participant]! + items[level * plan.sources + source[i]!]!;
      return Number(random.uniform() < logistic(logit));
    }),
    listeners: abilities.length,
    sources: new Set(source).size,
  };
}

/** The model's one answer to each item. */
function modelAnswers(
  plan: CompletePlan,
  {
    proportions,
    items,
    random,
  }: Omit<Drawn, 'proportions'> & { proportions: readonly (number | undefined)[] },
): CurveAnswers {
  const logits = proportions.map((p) => logitOfMean(p!, plan.itemSd));
  const level = Int32Array.from(items, (_, item) => Math.floor(item / plan.sources));
  return {
    levels: plan.levels.map((line) => line.level),
    listener: new Int32Array(items.length).fill(-1),
    source: Int32Array.from(items, (_, item) => item % plan.sources),
    level,
    observer: new Int32Array(items.length).fill(1),
    right: Float64Array.from(items, (effect, item) =>
      Number(random.uniform() < logistic(logits[level[item]!]! + effect)),
    ),
    listeners: 0,
    sources: plan.sources,
  };
}

function joined(humans: CurveAnswers, model: CurveAnswers): CurveAnswers {
  const both = (key: 'listener' | 'source' | 'level' | 'observer') =>
    Int32Array.from([...humans[key], ...model[key]]);
  return {
    ...humans,
    listener: both('listener'),
    source: both('source'),
    level: both('level'),
    observer: both('observer'),
    right: Float64Array.from([...humans.right, ...model.right]),
    sources: model.sources,
  };
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/** Standard normal quantiles at which a mean over a normal distribution is taken. */
const nodes = Float64Array.from({ length: 101 }, (_, i) => normalQuantile((i + 0.5) / 101));

/**
 * Center of a logistic-normal distribution with a given mean proportion.
 *
 * @param proportion - Mean proportion, in (0, 1).
 * @param spread - Standard deviation, logits.
 * @returns Logit at the center, by bisection.
 */
export function logitOfMean(proportion: number, spread: number): number {
  let [low, high] = [-40, 40];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    let sum = 0;
    for (const node of nodes) sum += logistic(middle + spread * node);
    if (sum / nodes.length < proportion) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
