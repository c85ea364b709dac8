import { createRandom } from '../base/random.ts';
import { initialWeight } from '../network/initialWeights.ts';
import type { NetworkPlan } from '../network/plan.ts';
import { product } from '../network/planOperation.ts';
import type { TrainingState } from './trainingProgram.ts';

/** A training run between two steps: what the step changes, and the moving average of the weights. */
export interface RunState extends TrainingState {
  /** Moving average of the weights, in the plan's order. */
  averages: Float32Array[];
  /** Best sum of validation accuracies so far, and validations since. */
  best: { score: number; since: number };
}

/** Arrays by name, as a checkpoint holds them. */
export type NamedArrays = Map<string, { shape: readonly number[]; values: Float32Array }>;

/**
 * State before the first step.
 *
 * @param plan - The network.
 * @param seed - Seed of the weights.
 */
export function initialState(plan: NetworkPlan, seed: number): RunState {
  const weights = plan.weights.map((spec) => initialWeight(spec, seed));
  const learned = plan.weights.filter(({ isLearned }) => isLearned);
  const zeros = () => learned.map(({ shape }) => new Float32Array(product(shape)));
  return {
    step: 0,
    weights,
    first: zeros(),
    second: zeros(),
    averages: weights.map((values) => values.slice()),
    best: { score: 0, since: 0 },
  };
}

/**
 * Moves the average of the weights on by one step, in place.
 *
 * @param averages - Old averages, changed.
 * @param weights - New weights.
 * @param share - Share of the old average; early steps count less of it, so that the beginning is soon forgotten.
 * @param step - Steps taken, from 1.
 */
export function averageInto(
  averages: readonly Float32Array[],
  weights: readonly Float32Array[],
  share: number,
  step: number,
): void {
  const kept = Math.min(share, (1 + step) / (10 + step));
  for (const [k, average] of averages.entries()) {
    const weight = weights[k]!;
    for (let i = 0; i < average.length; i++) average[i] = kept * average[i]! + (1 - kept) * weight[i]!;
  }
}

/**
 * Dropout masks of one step; they depend on seed and step alone, so that a resumed run draws the same.
 *
 * @param plan - The network.
 * @param batchSize - Excerpts in a batch.
 * @param seed - Seed of the run.
 * @param step - From 0.
 * @returns For each dropout, shape [batch, …]: 0, or 1/(1 − rate).
 */
export function dropoutMasks(
  plan: NetworkPlan,
  batchSize: number,
  seed: number,
  step: number,
): Float32Array[] {
  const random = createRandom(seed * 1_000_003 + step);
  return plan.dropouts.map(({ shape, rate }) =>
    Float32Array.from({ length: batchSize * product(shape) }, () =>
      random.uniform() < rate ? 0 : 1 / (1 - rate),
    ),
  );
}

/**
 * Arrays of a state, for a checkpoint.
 *
 * @param plan - The network.
 * @param state - The state.
 */
export function stateArrays(plan: NetworkPlan, state: RunState): NamedArrays {
  const learned = plan.weights.filter(({ isLearned }) => isLearned);
  const named = (prefix: string, specs: NetworkPlan['weights'], arrays: readonly Float32Array[]) =>
    specs.map(({ name, shape }, i) => [`${prefix}/${name}`, { shape, values: arrays[i]! }] as const);
  return new Map([
    ...named('weight', plan.weights, state.weights),
    ...named('average', plan.weights, state.averages),
    ...named('first', learned, state.first),
    ...named('second', learned, state.second),
  ]);
}

/**
 * State from a checkpoint's arrays.
 *
 * @param plan - The network.
 * @param arrays - From {@link stateArrays}.
 * @param rest - Step and best score.
 */
export function stateFromArrays(
  plan: NetworkPlan,
  arrays: NamedArrays,
  rest: Pick<RunState, 'step' | 'best'>,
): RunState {
  const learned = plan.weights.filter(({ isLearned }) => isLearned);
  const of = (prefix: string, specs: NetworkPlan['weights']) =>
    specs.map(({ name }) => Float32Array.from(arrays.get(`${prefix}/${name}`)!.values));
  return {
    ...rest,
    weights: of('weight', plan.weights),
    averages: of('average', plan.weights),
    first: of('first', learned),
    second: of('second', learned),
  };
}
