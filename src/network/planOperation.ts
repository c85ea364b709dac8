import { arraySize } from '../base/arraySize.ts';
import type { Operation, Pair } from './architecture.ts';
import { type AxisMatrix, hannPoolingMatrix, poolingMatrix, resizingMatrix } from './axisMatrices.ts';
import { planBottleneck } from './bottleneck.ts';
import type { Place, PlannedOperation, WeightSpec } from './plannedOperation.ts';

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
      return step(slid(shape, operation.size, operation));
    case 'globalAverage':
      return step([shape.at(-1)!]);
    case 'bottleneck':
      return planBlock(operation, shape, place, step);
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
    case 'minMaxScale':
    case 'localResponseNorm':
    case 'dropout':
      return step(shape);
  }
}

type Step = (outputShape: readonly number[], rest?: Partial<PlannedOperation>) => PlannedOperation;

function planConv(
  operation: Extract<Operation, { kind: 'conv' }>,
  shape: readonly number[],
  { stage, gain }: Place,
  step: Step,
): PlannedOperation {
  const { kernel, channels, bias } = operation;
  const outputShape = [...slid(shape, kernel, operation).slice(0, 2), channels];
  const fanIn = kernel[0] * kernel[1] * shape[2]!;
  return step(outputShape, {
    macs: arraySize(outputShape) * fanIn,
    weights: linearWeights(`${stage}.conv`, [...kernel, shape[2]!, channels], { fanIn, gain, bias }),
  });
}

function planBlock(
  operation: Extract<Operation, { kind: 'bottleneck' }>,
  shape: readonly number[],
  place: Place,
  step: Step,
): PlannedOperation {
  const { parts, outputShape } = planBottleneck(operation, shape, { place, plan: planOperation });
  const steps = [...parts.body, ...parts.shortcut].map((part) => part.step);
  return step(outputShape, {
    parts,
    weights: steps.flatMap(({ weights }) => weights),
    macs: steps.reduce((sum, { macs }) => sum + macs, 0),
  });
}

function planDense(
  operation: Extract<Operation, { kind: 'dense' }>,
  shape: readonly number[],
  { stage, gain }: Place,
  step: Step,
): PlannedOperation {
  const { units, bias } = operation;
  const fanIn = arraySize(shape);
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

/** Shape after a sliding window: SAME padding, or as many places as given on both sides. */
function slid(
  [frequency = 0, time = 0, channels = 0]: readonly number[],
  size: Pair,
  { stride, padding }: { stride: Pair; padding?: Pair },
): number[] {
  const positions = (length: number, axis: 0 | 1) =>
    padding
      ? Math.floor((length + 2 * padding[axis] - size[axis]) / stride[axis]) + 1
      : Math.ceil(length / stride[axis]);
  return [positions(frequency, 0), positions(time, 1), channels];
}
