import type { Architecture, Operation, Pair } from './architecture.ts';
import { type AxisMatrix, hannPoolingMatrix, poolingMatrix, resizingMatrix } from './axisMatrices.ts';

/** A named array of the network. */
export interface WeightSpec {
  /** `<stage>.<operation>.<part>`, e.g. `conv1.conv.kernel`. */
  name: string;
  shape: readonly number[];
  /** How it begins: `he` draws from a zero-mean distribution of variance `gain / fanIn`. */
  initial: { kind: 'he'; fanIn: number; gain: number } | { kind: 'fill'; value: number };
  /** False for running statistics. */
  isLearned: boolean;
}

/** An operation with everything that follows from its input's shape. */
export interface PlannedOperation {
  operation: Operation;
  /** Without the batch axis. */
  inputShape: readonly number[];
  outputShape: readonly number[];
  weights: readonly WeightSpec[];
  /** Multiply-accumulates of convolutions and matrices with learned weights, for one sound. */
  macs: number;
  /** Constant maps along frequency and time, of pooling and resizing. */
  matrices?: readonly [frequency: AxisMatrix, time: AxisMatrix];
}

/** A stage with its shapes. */
export interface PlannedStage {
  name: string;
  input: string;
  operations: readonly PlannedOperation[];
  /** Shape of one sound's activations. */
  shape: readonly number[];
  /** Learned numbers. */
  parameters: number;
  macs: number;
}

/** A network with all shapes known. */
export interface NetworkPlan {
  architecture: Architecture;
  stages: readonly PlannedStage[];
  weights: readonly WeightSpec[];
  /** Masks that training draws. */
  dropouts: readonly { name: string; shape: readonly number[]; rate: number }[];
}

/**
 * Infers every shape of a network, its learned numbers and its multiply-accumulates.
 *
 * @param architecture - The network as data.
 * @returns The plan.
 * @throws RangeError when a stage's input is not an earlier stage or a stage repeats an operation with weights.
 */
export function planNetwork(architecture: Architecture): NetworkPlan {
  const shapes = new Map<string, readonly number[]>([['cochleagram', [...architecture.cochleagram, 1]]]);
  const stages = architecture.stages.map(({ name, input, operations }): PlannedStage => {
    let shape = shapes.get(input);
    if (!shape || shapes.has(name))
      throw new RangeError(
        `planNetwork: stage '${name}' must be new and its input an earlier stage (${[...shapes.keys()].join(', ')}), got '${input}'`,
      );
    const planned = operations.map((operation) => {
      // Half the units of a rectified layer are silent, so its weights begin with twice the variance.
      const gain = operations.some(({ kind }) => kind === 'relu') ? 2 : 1;
      const step = planOperation(operation, shape!, { stage: name, gain });
      shape = step.outputShape;
      return step;
    });
    shapes.set(name, shape);
    const learned = planned.flatMap((step) => step.weights.filter(({ isLearned }) => isLearned));
    return {
      name,
      input,
      operations: planned,
      shape,
      parameters: learned.reduce((sum, weight) => sum + product(weight.shape), 0),
      macs: planned.reduce((sum, step) => sum + step.macs, 0),
    };
  });
  const weights = stages.flatMap((stage) => stage.operations.flatMap((step) => step.weights));
  const repeated = weights.find(({ name }, i) => weights.findIndex((other) => other.name === name) !== i);
  if (repeated)
    throw new RangeError(
      `planNetwork: a stage must have at most one operation of a kind with weights, got '${repeated.name}' twice`,
    );
  return { architecture, stages, weights, dropouts: stages.flatMap(dropoutsOf) };
}

/**
 * Product of all sizes.
 *
 * @param shape - A shape.
 * @returns How many numbers an array of that shape holds.
 */
export function product(shape: readonly number[]): number {
  return shape.reduce((result, size) => result * size, 1);
}

/**
 * Name of the random mask of a stage's dropout.
 *
 * @param stage - Name of the stage.
 */
export function dropoutName(stage: string): string {
  return `${stage}.dropout`;
}

function dropoutsOf({ name, operations }: PlannedStage) {
  return operations.flatMap(({ operation, inputShape }) =>
    operation.kind === 'dropout'
      ? [{ name: dropoutName(name), shape: inputShape, rate: operation.rate }]
      : [],
  );
}

function planOperation(operation: Operation, shape: readonly number[], place: Place): PlannedOperation {
  const step = (outputShape: readonly number[], rest: Partial<PlannedOperation> = {}): PlannedOperation => ({
    operation,
    inputShape: shape,
    outputShape,
    weights: [],
    macs: 0,
    ...rest,
  });
  switch (operation.kind) {
    case 'conv':
      return planConv(operation, shape, place, step);
    case 'dense':
      return planDense(operation, shape, place, step);
    case 'batchNorm':
      return step(shape, { weights: batchNormWeights(`${place.stage}.batchNorm`, shape.at(-1)!) });
    case 'maxPool':
      return step(strided(shape, operation.stride));
    case 'averagePool':
      return mapped(step, shape, (inputs, axis) =>
        poolingMatrix(inputs, {
          size: operation.size[axis],
          stride: operation.stride[axis],
          countsPadding: operation.countsPadding,
        }),
      );
    case 'hannPool':
      return mapped(step, shape, (inputs, axis) => hannPoolingMatrix(inputs, operation.stride[axis]));
    case 'resize':
      return mapped(step, shape, (inputs, axis) => resizingMatrix(inputs, operation.size[axis]));
    case 'slice':
      return step([operation.units]);
    case 'relu':
    case 'localResponseNorm':
    case 'dropout':
      return step(shape);
  }
}

/** Where an operation stands, and the gain of its initial weights. */
interface Place {
  stage: string;
  gain: number;
}

type Step = (outputShape: readonly number[], rest?: Partial<PlannedOperation>) => PlannedOperation;

function planConv(
  operation: Extract<Operation, { kind: 'conv' }>,
  shape: readonly number[],
  { stage, gain }: Place,
  step: Step,
): PlannedOperation {
  const { kernel, channels, bias } = operation;
  const outputShape = [...strided(shape, operation.stride).slice(0, 2), channels];
  const fanIn = kernel[0] * kernel[1] * shape[2]!;
  return step(outputShape, {
    macs: product(outputShape) * fanIn,
    weights: linearWeights(`${stage}.conv`, [...kernel, shape[2]!, channels], { fanIn, gain, bias }),
  });
}

function planDense(
  operation: Extract<Operation, { kind: 'dense' }>,
  shape: readonly number[],
  { stage, gain }: Place,
  step: Step,
): PlannedOperation {
  const { units, bias } = operation;
  const fanIn = product(shape);
  return step([units], {
    macs: fanIn * units,
    weights: linearWeights(`${stage}.dense`, [fanIn, units], { fanIn, gain, bias }),
  });
}

function linearWeights(
  name: string,
  shape: readonly number[],
  { fanIn, gain, bias }: { fanIn: number; gain: number; bias: boolean },
): WeightSpec[] {
  const kernel: WeightSpec = {
    name: `${name}.kernel`,
    shape,
    initial: { kind: 'he', fanIn, gain },
    isLearned: true,
  };
  return bias ? [kernel, filled(`${name}.bias`, shape.at(-1)!, 0, true)] : [kernel];
}

function batchNormWeights(name: string, channels: number): WeightSpec[] {
  return [
    filled(`${name}.scale`, channels, 1, true),
    filled(`${name}.shift`, channels, 0, true),
    filled(`${name}.mean`, channels, 0, false),
    filled(`${name}.variance`, channels, 1, false),
  ];
}

function filled(name: string, size: number, value: number, isLearned: boolean): WeightSpec {
  return { name, shape: [size], initial: { kind: 'fill', value }, isLearned };
}

function mapped(
  step: Step,
  [frequency = 0, time = 0, channels = 0]: readonly number[],
  matrix: (inputs: number, axis: 0 | 1) => AxisMatrix,
): PlannedOperation {
  const matrices = [matrix(frequency, 0), matrix(time, 1)] as const;
  return step([matrices[0].outputs, matrices[1].outputs, channels], { matrices });
}

function strided(shape: readonly number[], stride: Pair): number[] {
  return [Math.ceil(shape[0]! / stride[0]), Math.ceil(shape[1]! / stride[1]), shape[2]!];
}
