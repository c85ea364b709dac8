import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { compile } from '../engine/compile.ts';
import type { CompileOptions, InputSpec } from '../engine/engine.ts';
import { byName, prefixed, unprefixed } from '../engine/names.ts';
import { tf } from '../engine/tf.ts';
import type { BatchStatistics, Training, WeightLookup } from '../network/forward.ts';
import type { NetworkPlan } from '../network/plan.ts';
import type { WeightSpec } from '../network/planOperation.ts';
import { blended, type Updated, type UpdateRule, updateWeights } from './weightUpdate.ts';

/** Row-major arrays by name. */
export type NamedValues = Readonly<Record<string, Float32Array>>;

/** Everything a training step changes; arrays by the weight's name. */
export interface TrainingState {
  /** Steps taken. */
  step: number;
  weights: NamedValues;
  /** Moments of the learned weights. */
  first: NamedValues;
  second: NamedValues;
}

/** What one pass through a network gives. */
export interface Pass {
  loss: Scalar;
  /** What is read beside the loss, by name; not differentiated. */
  read: Record<string, Tensor>;
  /** Of the batch normalizations passed. */
  batchStatistics: readonly BatchStatistics[];
}

/** Tensors by name. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** What a step learns from: any loss of a network's weights. */
export interface GradientStep {
  plan: Pick<NetworkPlan, 'weights' | 'dropouts'>;
  rule: UpdateRule & { batchSize: number; statisticsMomentum: number };
  /** A batch: inputs of the graph by name. */
  inputs: Readonly<Record<string, InputSpec>>;
  /** Computes from a batch what no gradient need pass, once a step; default: the batch as it is. */
  prepare?: (batch: NamedTensors, weight: WeightLookup) => NamedTensors;
  /** The loss of what was prepared, differentiable in the weights. */
  pass: (prepared: NamedTensors, network: { weight: WeightLookup; training: Training }) => Pass;
}

/** A compiled step. */
export interface GradientProgram {
  /**
   * Takes one step.
   *
   * @param state - Left as it is.
   * @param batch - Values of the inputs by name.
   * @param options - Learning rate, and dropout masks by name.
   */
  run(
    state: TrainingState,
    batch: Readonly<Record<string, Float32Array | Int32Array>>,
    options: { learningRate: number; masks: NamedValues },
  ): Promise<{ state: TrainingState; loss: number; gradientNorm: number; read: NamedValues }>;
  release(): Promise<void>;
}

/**
 * Compiles a training step: loss, gradients and the optimizer's update in a single graph.
 *
 * @param step - Network, loss and rule of the update.
 * @param options - Engine and threads.
 * @returns The step; it hands back new arrays and leaves its inputs as they are.
 */
export async function compileGradientStep(
  step: GradientStep,
  options: CompileOptions = {},
): Promise<GradientProgram> {
  const program = await compile((given) => stepOf(step, given), inputsOf(step), options);
  return {
    async run({ step: taken, weights, first, second }, batch, { learningRate, masks }) {
      const results = await program.run({
        ...prefixed('batch', batch),
        learningRate: Float32Array.of(learningRate),
        step: Float32Array.of(taken + 1),
        ...prefixed('mask', masks),
        ...prefixed('weight', weights),
        ...prefixed('first', first),
        ...prefixed('second', second),
      });
      const part = (prefix: string): NamedValues => unprefixed(prefix, results);
      const moved = { weights: part('newWeight'), first: part('newFirst'), second: part('newSecond') };
      const [loss, gradientNorm] = [results['loss']![0]!, results['gradientNorm']![0]!];
      return { state: { step: taken + 1, ...moved }, loss, gradientNorm, read: part('read') };
    },
    release: () => program.release(),
  };
}

/**
 * Weights that training changes by their gradients; the others are running statistics.
 *
 * @param plan - The network.
 */
export function learnedWeights(plan: Pick<NetworkPlan, 'weights'>): WeightSpec[] {
  return plan.weights.filter(({ isLearned }) => isLearned);
}

function inputsOf({ plan, rule, inputs }: GradientStep): Record<string, InputSpec> {
  const shapesOf = (specs: readonly WeightSpec[]) => byName(specs, ({ shape }) => ({ shape }));
  const learned = shapesOf(learnedWeights(plan));
  return {
    ...prefixed('batch', inputs),
    learningRate: { shape: [] },
    step: { shape: [] },
    ...prefixed(
      'mask',
      byName(plan.dropouts, ({ shape }) => ({ shape: [rule.batchSize, ...shape] })),
    ),
    ...prefixed('weight', shapesOf(plan.weights)),
    ...prefixed('first', learned),
    ...prefixed('second', learned),
  };
}

/** The step as a function of tensors, by the names of {@link inputsOf} and of what {@link compileGradientStep} reads. */
function stepOf(step: GradientStep, given: Record<string, Tensor>): Record<string, Tensor> {
  const { plan, rule, prepare = (batch: NamedTensors) => batch } = step;
  const part = (prefix: string) => unprefixed(prefix, given);
  const [weights, first, second, masks] = [part('weight'), part('first'), part('second'), part('mask')];
  const learned = learnedWeights(plan);
  const prepared = prepare(part('batch'), (name) => weights[name]!);
  const training: Training = { dropoutMask: (name) => masks[name]! };
  let passed: Kept | undefined;
  const loss = (...values: Tensor[]): Scalar => {
    const moving = { ...weights, ...Object.fromEntries(learned.map(({ name }, i) => [name, values[i]!])) };
    const pass = step.pass(prepared, { weight: (name) => moving[name]!, training });
    passed = keptOf(pass);
    return pass.loss;
  };
  const { value, grads } = tf.valueAndGrads(loss)(learned.map(({ name }) => weights[name]!));
  const { read, statistics } = passed!;

  const old = learned.map(
    ({ name }): Updated => ({ weight: weights[name]!, first: first[name]!, second: second[name]! }),
  );
  const scalars = { learningRate: given['learningRate']!, step: given['step']! };
  const { updated, gradientNorm } = updateWeights(rule, old, grads, scalars);
  const next = new Map(learned.map(({ name }, i) => [name, updated[i]!]));
  const newWeight = ({ name, isLearned }: WeightSpec) =>
    isLearned ? next.get(name)!.weight : blended(weights[name]!, statistics[name]!, rule.statisticsMomentum);
  const moments = (which: 'first' | 'second') => byName(learned, ({ name }) => next.get(name)![which]);
  return {
    loss: value,
    gradientNorm,
    ...prefixed('read', read),
    ...prefixed('newWeight', byName(plan.weights, newWeight)),
    ...prefixed('newFirst', moments('first')),
    ...prefixed('newSecond', moments('second')),
  };
}

/** What is read of a pass; the statistics by name of the running ones. */
interface Kept {
  read: Record<string, Tensor>;
  statistics: Record<string, Tensor>;
}

/** What is read outside the gradient's scope must outlive it. */
function keptOf({ read, batchStatistics }: Pass): Kept {
  const statistics = batchStatistics.flatMap(({ name, mean, variance }) => [
    [`${name}.mean`, tf.keep(mean)] as const,
    [`${name}.variance`, tf.keep(variance)] as const,
  ]);
  const kept = Object.entries(read).map(([name, tensor]) => [name, tf.keep(tensor)] as const);
  return { read: Object.fromEntries(kept), statistics: Object.fromEntries(statistics) };
}
