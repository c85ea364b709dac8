import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { compileStepper } from '../engine/compileStepper.ts';
import type { CompileOptions, InputSpec } from '../engine/engine.ts';
import { byName, prefixed, unprefixed } from '../engine/names.ts';
import { type StepFunction, type StepInputs, type StepValues, staysOnDevice } from '../engine/stepper.ts';
import { tf } from '../engine/tf.ts';
import type { Training, WeightLookup } from '../network/applyOperation.ts';
import type { BatchStatistics } from '../network/batchNormOfBatch.ts';
import type { NetworkPlan } from '../network/plan.ts';
import type { WeightSpec } from '../network/plannedOperation.ts';
import { keptAverage } from './weightAverage.ts';
import {
  joinedTensors,
  joinedValues,
  partedTensors,
  partedValues,
  type WeightGroup,
  weightGroups,
} from './weightGroups.ts';
import {
  blended,
  type UpdateRule,
  type UpdateScalar,
  type Updating,
  updateScalarNames,
  updateScalars,
  updateWeights,
} from './weightUpdate.ts';

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

/** A training state with the moving average of the weights. */
export interface AveragedState extends TrainingState {
  averages: NamedValues;
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

/** What a step is told besides its batch. */
export interface StepOptions {
  learningRate: number;
  /** Dropout masks by name. */
  masks: NamedValues;
  /** Share of the old average in the next one, once the beginning is forgotten. */
  averaging: number;
}

/** A compiled step. */
export interface GradientProgram {
  /** Lays down the state to train from, which steps may change; training begun before is over. */
  begin(state: AveragedState): Promise<GradientRun>;
  release(): Promise<void>;
}

/** Steps of a training of which what they tell is read at once. */
export const stepsAtOnce = 20;

/** A training in its course. */
export interface GradientRun {
  /**
   * Takes one step; a device may still be computing it when it is done.
   *
   * @param batch - Values of the inputs by name.
   * @param options - Learning rate, masks, share of the average.
   */
  step(batch: StepValues, options: StepOptions): Promise<void>;
  /** What the steps tell that have been taken since it was asked last, {@link stepsAtOnce} at most, in their order. */
  told(): Promise<{ loss: number; gradientNorm: number; read: NamedValues }[]>;
  /** The state as it is now. */
  state(): Promise<AveragedState>;
}

/**
 * Compiles a training step: loss, gradients, the optimizer's update and the weights' moving average in a single graph.
 *
 * @param step - Network, loss and rule of the update.
 * @param options - Engine and threads.
 */
export async function compileGradientStep(
  step: GradientStep,
  options: CompileOptions = {},
): Promise<GradientProgram> {
  const groups = weightGroups(step.plan.weights, staysOnDevice(options));
  const stepper = await compileStepper(
    (given) => stepOf(step, groups, given),
    inputsOf(step, groups),
    options,
  );
  const laid = (prefix: string, values: NamedValues) => prefixed(prefix, joinedValues(groups, values));
  return {
    async begin({ step: start, weights, first, second, averages }) {
      let taken = start;
      const state = {
        ...{ ...laid('weight', weights), ...laid('average', averages) },
        ...{ ...laid('first', first), ...laid('second', second) },
      };
      const steps = await stepper.begin({ state, fixed: {} });
      return {
        async step(batch, options) {
          taken++;
          await steps.take([givenOf(step.rule, { batch, options, taken })]);
        },
        async told() {
          const all = await steps.told();
          return all.map((told) => ({
            ...{ loss: told['loss']![0]!, gradientNorm: told['gradientNorm']![0]! },
            read: unprefixed('read', told),
          }));
        },
        async state() {
          const state = await steps.state();
          const part = (prefix: string) => partedValues(groups, unprefixed(prefix, state));
          return {
            ...{
              step: taken,
              weights: part('weight'),
              first: part('first'),
              second: part('second'),
            },
            averages: part('average'),
          };
        },
      };
    },
    release: () => stepper.release(),
  };
}

/** What a step is given, by the names of {@link inputsOf}; steps are counted from 1. */
function givenOf(
  rule: UpdateRule,
  {
    batch,
    options: { learningRate, masks, averaging },
    taken,
  }: { batch: StepValues; options: StepOptions; taken: number },
): StepValues {
  const scalars = {
    ...prefixed('update', updateScalars(rule, { learningRate, step: taken })),
    averaging: keptAverage(averaging, taken),
  };
  return {
    ...{ ...prefixed('batch', batch), ...prefixed('mask', masks) },
    ...Object.fromEntries(Object.entries(scalars).map(([name, number]) => [name, Float32Array.of(number)])),
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

function inputsOf({ plan, rule, inputs }: GradientStep, groups: readonly WeightGroup[]): StepInputs {
  const shapesOf = (of: readonly WeightGroup[]) => byName(of, ({ shape }) => ({ shape }));
  const learned = shapesOf(groups.filter(({ isLearned }) => isLearned));
  const scalar: InputSpec = { shape: [] };
  return {
    atOnce: stepsAtOnce,
    given: {
      ...prefixed('batch', inputs),
      ...prefixed('update', Object.fromEntries(updateScalarNames.map((name) => [name, scalar]))),
      averaging: scalar,
      ...prefixed(
        'mask',
        byName(plan.dropouts, ({ shape }) => ({ shape: [rule.batchSize, ...shape] })),
      ),
    },
    fixed: {},
    state: {
      ...prefixed('weight', shapesOf(groups)),
      ...prefixed('first', learned),
      ...prefixed('second', learned),
      ...prefixed('average', shapesOf(groups)),
    },
  };
}

/** The step as a function of tensors, by the names of {@link inputsOf} and of what {@link compileGradientStep} reads. */
function stepOf(
  step: GradientStep,
  groups: readonly WeightGroup[],
  given: Record<string, Tensor>,
): ReturnType<StepFunction> {
  const { rule, prepare = (batch: NamedTensors) => batch } = step;
  const part = (prefix: string) => unprefixed(prefix, given);
  const [joined, first, second, masks] = [part('weight'), part('first'), part('second'), part('mask')];
  const learned = groups.filter(({ isLearned }) => isLearned);
  const running = groups.filter(({ isLearned }) => !isLearned);
  const weights = partedTensors(groups, joined);
  const prepared = prepare(part('batch'), (name) => weights[name]!);
  const training: Training = { dropoutMask: (name) => masks[name]! };
  let passed: Kept | undefined;
  const loss = (...values: Tensor[]): Scalar => {
    const given = Object.fromEntries(learned.map(({ name }, i) => [name, values[i]!]));
    const moving = { ...weights, ...partedTensors(learned, given) };
    const pass = step.pass(prepared, { weight: (name) => moving[name]!, training });
    passed = keptOf(pass);
    return pass.loss;
  };
  const { value, grads } = tf.valueAndGrads(loss)(learned.map(({ name }) => joined[name]!));
  const { read, statistics } = passed!;

  const old = learned.map(
    ({ name, ofKernels }): Updating => ({
      ...{ weight: joined[name]!, first: first[name]!, second: second[name]! },
      decaying: ofKernels,
    }),
  );
  const scalars = part('update') as Record<UpdateScalar, Tensor>;
  const { updated, gradientNorm } = updateWeights(rule, old, grads, scalars);
  const next = new Map(learned.map(({ name }, i) => [name, updated[i]!]));
  const newWeights = {
    ...byName(learned, ({ name }) => next.get(name)!.weight),
    ...mixed(running, {
      old: joined,
      next: joinedTensors(running, statistics),
      share: rule.statisticsMomentum,
    }),
  };
  const averages = { old: part('average'), next: newWeights, share: given['averaging']! };
  const moments = (which: 'first' | 'second') => byName(learned, ({ name }) => next.get(name)![which]);
  return {
    told: { loss: value, gradientNorm, ...prefixed('read', read) },
    next: {
      ...prefixed('weight', newWeights),
      ...prefixed('first', moments('first')),
      ...prefixed('second', moments('second')),
      ...prefixed('average', mixed(groups, averages)),
    },
  };
}

/** Groups of weights between old and next ones, by name. */
function mixed(
  groups: readonly WeightGroup[],
  { old, next, share }: { old: NamedTensors; next: NamedTensors; share: number | Tensor },
): Record<string, Tensor> {
  const of = (tensors: NamedTensors) => groups.map(({ name }) => tensors[name]!);
  const between = blended(of(old), of(next), share);
  return Object.fromEntries(groups.map(({ name }, i) => [name, between[i]!]));
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
