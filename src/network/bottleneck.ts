import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../engine/tf.ts';
import type { Operation, Pair } from './architecture.ts';
import type { BlockPart, BlockParts, Place, PlannedOperation } from './plannedOperation.ts';

/** A residual block: what is added to what. */
type Bottleneck = Extract<Operation, { kind: 'bottleneck' }>;

type PlanOperation = (operation: Operation, shape: readonly number[], place: Place) => PlannedOperation;

/**
 * Plans a bottleneck block of He et al. (2016), Fig. 5, the stride in its 3 × 3 convolution as torchvision has it.
 *
 * @param operation - Its sizes.
 * @param shape - Shape of its input, without the batch axis.
 * @param options - Stage it stands in, and how its parts are planned.
 * @returns The parts, and the shape of what both ways come to.
 */
export function planBottleneck(
  operation: Bottleneck,
  shape: readonly number[],
  { place, plan }: { place: Place; plan: PlanOperation },
): { parts: BlockParts; outputShape: readonly number[] } {
  const { block, width, channels, stride } = operation;
  const planned = (name: string, operations: readonly Operation[], from: readonly number[]) => {
    let current = from;
    return operations.map((part): BlockPart => {
      const prefix = `${place.stage}.${block}.${name}`;
      const step = plan(part, current, { stage: prefix, gain: 2 });
      current = step.outputShape;
      return { prefix, step };
    });
  };
  const first = planned('1', [...normalizedConv(1, [1, 1], width), { kind: 'relu' }], shape);
  const second = planned('2', [...normalizedConv(3, stride, width), { kind: 'relu' }], lastShape(first));
  const third = planned('3', normalizedConv(1, [1, 1], channels), lastShape(second));
  const isChanged = shape.at(-1) !== channels || stride.some((step) => step !== 1);
  const shortcut = isChanged ? planned('shortcut', normalizedConv(1, stride, channels), shape) : [];
  return { parts: { body: [...first, ...second, ...third], shortcut }, outputShape: lastShape(third) };
}

const lastShape = (parts: readonly BlockPart[]) => parts.at(-1)!.step.outputShape;

function normalizedConv(size: number, stride: Pair, channels: number): Operation[] {
  const padding = (size - 1) / 2;
  return [
    { kind: 'conv', kernel: [size, size], stride, channels, bias: false, padding: [padding, padding] },
    { kind: 'batchNorm' },
  ];
}

/**
 * Runs a block: the sum of both ways, without the rectifier behind it.
 *
 * @param parts - From {@link planBottleneck}.
 * @param x - Shape [batch, …].
 * @param apply - Runs one part.
 */
export function applyBottleneck(
  { body, shortcut }: BlockParts,
  x: Tensor,
  apply: (part: BlockPart, x: Tensor) => Tensor,
): Tensor {
  const through = (parts: readonly BlockPart[]) => parts.reduce((y, part) => apply(part, y), x);
  return tf.add(through(body), through(shortcut));
}
