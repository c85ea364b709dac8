import { arraySize } from '../base/arraySize.ts';
import { createRandom } from '../base/random.ts';
import { byName } from '../engine/names.ts';
import { valuesOf } from '../formats/checkedArrays.ts';
import type { NamedArray } from '../formats/safetensors.ts';
import { initialWeight } from '../network/initialWeights.ts';
import type { NetworkPlan } from '../network/plan.ts';
import type { WeightSpec } from '../network/plannedOperation.ts';
import { type AveragedState, learnedWeights, type NamedValues } from './gradientStep.ts';

/** A training run between two steps. */
export interface RunState extends AveragedState {
  /** Best sum of validation accuracies so far, and validations since. */
  best: { score: number; since: number };
}

/** Arrays by name, as a checkpoint holds them. */
export type NamedArrays = ReadonlyMap<string, NamedArray>;

/**
 * State before the first step.
 *
 * @param plan - The network.
 * @param seed - Seed of the weights.
 */
export function initialState(plan: NetworkPlan, seed: number): RunState {
  const weights = byName(plan.weights, (spec) => initialWeight(spec, seed));
  const zeros = () => byName(learnedWeights(plan), ({ shape }) => new Float32Array(arraySize(shape)));
  return {
    step: 0,
    weights,
    first: zeros(),
    second: zeros(),
    averages: byName(plan.weights, ({ name }) => weights[name]!.slice()),
    best: { score: 0, since: 0 },
  };
}

/**
 * Dropout masks of one step; they depend on seed and step alone, so that a resumed run draws the same.
 *
 * @param plan - The network.
 * @param batchSize - Excerpts in a batch.
 * @param seed - Seed of the run.
 * @param step - From 0.
 * @returns By dropout, shape [batch, …]: 0, or 1/(1 − rate).
 */
export function dropoutMasks(plan: NetworkPlan, batchSize: number, seed: number, step: number): NamedValues {
  const random = createRandom(seed * 1_000_003 + step);
  return byName(plan.dropouts, ({ shape, rate }) =>
    Float32Array.from({ length: batchSize * arraySize(shape) }, () =>
      random.uniform() < rate ? 0 : 1 / (1 - rate),
    ),
  );
}

/**
 * Arrays of a state, for a checkpoint.
 *
 * @param plan - The network.
 */
export function stateArrays(plan: NetworkPlan, state: RunState): NamedArrays {
  const named = (prefix: string, specs: readonly WeightSpec[], values: NamedValues) =>
    specs.map(({ name, shape }) => [`${prefix}/${name}`, { shape, values: values[name]! }] as const);
  const learned = learnedWeights(plan);
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
 * @param stored - From {@link stateArrays}, and the file that they are from, for messages.
 * @param rest - Step and best score.
 * @throws InputError when an array is missing or has another shape.
 */
export function stateFromArrays(
  plan: NetworkPlan,
  { arrays, path }: { arrays: NamedArrays; path: string },
  rest: Pick<RunState, 'step' | 'best'>,
): RunState {
  const of = (prefix: string, specs: readonly WeightSpec[]) =>
    byName(specs, ({ name, shape }) =>
      Float32Array.from(valuesOf({ arrays, metadata: {} }, `${prefix}/${name}`, shape, path)),
    );
  const learned = learnedWeights(plan);
  return {
    ...rest,
    weights: of('weight', plan.weights),
    averages: of('average', plan.weights),
    first: of('first', learned),
    second: of('second', learned),
  };
}

/**
 * Weights under the names of the network.
 *
 * @param plan - Gives names and shapes.
 * @param weights - By name.
 */
export function namedWeights(plan: NetworkPlan, weights: NamedValues): NamedArrays {
  return new Map(plan.weights.map(({ name, shape }) => [name, { shape, values: weights[name]! }]));
}
