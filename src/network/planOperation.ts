import type { Operation, Pair } from './architecture.ts';
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

/**
 * Infers what follows from an operation and the shape of its input.
 *
 * @param shape - Shape of its input, without the batch axis.
 * @param place - Stage it stands in (its weights are named after it) and gain of its initial weights.
 */
export function planOperation(
  operation: Operation,
  shape: readonly number[],
  place: Place,
): PlannedOperation {
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
      return step(shape, {
        weights: batchNormWeights(`${place.stage}.batchNorm`, shape.at(-1)!, operation.isFixed),
      });
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
export interface Place {
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

function batchNormWeights(name: string, channels: number, isFixed = false): WeightSpec[] {
  const learned = [filled(`${name}.scale`, channels, 1, true), filled(`${name}.shift`, channels, 0, true)];
  return [
    ...(isFixed ? [] : learned),
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

/**
 * Product of all sizes.
 *
 * @returns How many numbers an array of that shape holds.
 */
export function product(shape: readonly number[]): number {
  return shape.reduce((result, size) => result * size, 1);
}
