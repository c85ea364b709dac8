import { createRandom, type Random } from '../../base/random.ts';
import { type AnovaTable, analyzeVariance } from '../../statistics/anova/anova.ts';
import type { Design } from '../../statistics/anova/design.ts';
import { type Interval, wilsonInterval } from '../../statistics/estimates/proportion.ts';
import { normalQuantile } from '../../statistics/special/normal.ts';
import type { CompletePlan } from './plan.ts';

/** Power of one test at one number of participants. */
export interface PowerLine {
  participants: number;
  test: string;
  power: number;
  /** Wilson interval over simulations. */
  interval: Interval;
  simulations: number;
  /** Mean partial η² over simulations. */
  meanPartialEtaSquared: number;
}

/**
 * Simulates the planned study and counts how often each test is significant (Greenhouse–Geisser p < α).
 *
 * Answers are drawn from logistic models with random participants and items; the model answers each item once and is
 * scored on the trials that each participant hears.
 *
 * @param plan - The complete plan.
 * @returns One line per number of participants and test.
 */
export function simulatePower(plan: CompletePlan): PowerLine[] {
  return plan.participants.flatMap((participants) => {
    const random = createRandom(plan.seed);
    const tallies = new Map<string, { significant: number; eta: number }>();
    for (let i = 0; i < plan.simulations; i++)
      for (const { test, p, eta } of simulateOnce(plan, participants, random)) {
        const tally = tallies.get(test) ?? { significant: 0, eta: 0 };
        tallies.set(test, tally);
        tally.significant += p < plan.alpha ? 1 : 0;
        tally.eta += eta / plan.simulations;
      }
    return [...tallies].map(([test, { significant, eta }]) => ({
      participants,
      test,
      power: significant / plan.simulations,
      interval: wilsonInterval(significant, plan.simulations),
      simulations: plan.simulations,
      meanPartialEtaSquared: eta,
    }));
  });
}

interface Outcome {
  test: string;
  p: number;
  eta: number;
}

function simulateOnce(plan: CompletePlan, participants: number, random: Random): Outcome[] {
  const abilities = Float64Array.from({ length: participants }, () => plan.participantSd * random.normal());
  const levels = plan.levels.map(({ level }) => level);
  const items = itemEffects(plan, random);
  const humans = humanProportions(plan, {
    proportions: plan.levels.map(({ human }) => human),
    items,
    abilities,
    random,
  });
  const units = Array.from({ length: participants }, (_, i) => `p${i}`);
  const stage = { name: 'stage', levels };
  const outcomes: Outcome[] = [];
  const modelProportions = plan.levels.map(({ model }) => model);
  if (modelProportions.every((p) => p !== undefined)) {
    const network = networkProportions(plan, { proportions: modelProportions, items, participants, random });
    const design: Design = {
      withinFactors: [stage],
      between: {
        name: 'observer',
        levels: ['human', 'model'],
        groupOfUnit: Int32Array.from({ length: 2 * participants }, (_, i) => (i < participants ? 0 : 1)),
      },
      units: [...units, ...units],
      values: Float64Array.of(...humans, ...network),
    };
    const table = analyzeVariance(design);
    outcomes.push(
      outcome('observer', table['between']!),
      outcome('observer × stage', table['between:within']!),
    );
  }
  outcomes.push(
    outcome('stage (humans)', analyzeVariance({ withinFactors: [stage], units, values: humans })['within']!),
  );
  if (plan.secondModel) {
    const second = humanProportions(plan, {
      proportions: plan.secondModel,
      items: itemEffects(plan, random),
      abilities,
      random,
    });
    const values = Float64Array.from(
      { length: 2 * humans.length },
      (_, i) => (i % 2 === 0 ? humans : second)[i >> 1]!,
    );
    const metamerModel = { name: 'metamer_model', levels: ['first', 'second'] };
    const table = analyzeVariance({ withinFactors: [stage, metamerModel], units, values });
    outcomes.push(
      outcome('metamer model (humans)', table['metamer_model']!),
      outcome('stage × metamer model (humans)', table['stage:metamer_model']!),
    );
  }
  return outcomes;
}

function outcome(test: string, effect: AnovaTable[string]): Outcome {
  // No variance at all (everyone at ceiling) gives 0 / 0: not significant.
  return {
    test,
    p: Number.isNaN(effect.pGreenhouseGeisser) ? 1 : effect.pGreenhouseGeisser,
    eta: Number.isNaN(effect.partialEtaSquared) ? 0 : effect.partialEtaSquared,
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

function humanProportions(
  plan: CompletePlan,
  {
    proportions,
    items,
    abilities,
    random,
  }: { proportions: readonly number[]; items: Float64Array; abilities: Float64Array; random: Random },
): Float64Array {
  const spread = Math.hypot(plan.participantSd, plan.itemSd);
  const logits = proportions.map((p) => logitOfMean(p, spread));
  const values = new Float64Array(abilities.length * logits.length);
  for (let participant = 0; participant < abilities.length; participant++)
    for (let level = 0; level < logits.length; level++) {
      let correct = 0;
      for (let trial = 0; trial < plan.trialsPerLevel; trial++) {
        const item = items[level * plan.sources + sourceOf(plan, { participant, level, trial })]!;
        if (random.uniform() < logistic(logits[level]! + abilities[participant]! + item)) correct += 1;
      }
      values[participant * logits.length + level] = correct / plan.trialsPerLevel;
    }
  return values;
}

function networkProportions(
  plan: CompletePlan,
  {
    proportions,
    items,
    participants,
    random,
  }: {
    proportions: readonly (number | undefined)[];
    items: Float64Array;
    participants: number;
    random: Random;
  },
): Float64Array {
  const logits = proportions.map((p) => logitOfMean(p!, plan.itemSd));
  const answers = items.map((item, i) =>
    random.uniform() < logistic(logits[Math.floor(i / plan.sources)]! + item) ? 1 : 0,
  );
  const values = new Float64Array(participants * logits.length);
  for (let participant = 0; participant < participants; participant++)
    for (let level = 0; level < logits.length; level++) {
      let correct = 0;
      for (let trial = 0; trial < plan.trialsPerLevel; trial++)
        correct += answers[level * plan.sources + sourceOf(plan, { participant, level, trial })]!;
      values[participant * logits.length + level] = correct / plan.trialsPerLevel;
    }
  return values;
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
