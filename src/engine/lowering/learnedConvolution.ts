import type { Lowering, Target } from './lowering.ts';
import { learnedConvolutionOf } from './recordedOps.ts';

/** Operators of ONNX Runtime whose images have their channels in blocks. */
const blocked = 'com.microsoft.nchwc';

/**
 * Writes convolutions by weights that a graph is given. ONNX Runtime lays constant weights in blocks, which its fastest
 * convolutions need; here the graph itself does it at each run.
 *
 * @param block - Channels of a block, undefined where there are no such convolutions.
 */
export function learnedConvolution(block?: number): Lowering {
  return (target, { inputs: [x, weights], attributes }) => {
    const { window, shape } = learnedConvolutionOf(attributes);
    const [outputs, inputs] = shape;
    // The channels of a few are read as they are.
    const isFew = block !== undefined && inputs < block;
    if (block === undefined || outputs % block !== 0 || !(isFew || inputs % block === 0))
      return [target.node('Conv', [x!, weights!], window)];
    const image = isFew ? x! : target.node(`${blocked}::ReorderInput`, [x!]);
    const given = [image, inBlocks(target, weights!, { shape, block, inputBlock: isFew ? 1 : block })];
    const made = target.node(`${blocked}::Conv`, given, { ...window, group: 1 });
    return [target.node(`${blocked}::ReorderOutput`, [made], { channels: outputs })];
  };
}

/** Weights OIHW with the places inside a block last, those of the output innermost. */
function inBlocks(
  target: Target,
  weights: string,
  { shape, block, inputBlock }: { shape: readonly number[]; block: number; inputBlock: number },
): string {
  const [outputs, inputs, height, width] = shape as [number, number, number, number];
  const split = [outputs / block, block, inputs / inputBlock, inputBlock, height, width];
  const parted = target.node('Reshape', [weights, target.wholes(split)]);
  // The inputs of a convolution that reads few channels as they are stay in front of height and width.
  const moved = target.node('Transpose', [parted], { perm: [0, 2, 4, 5, 3, 1] });
  return target.node('Reshape', [moved, target.wholes(shape)]);
}
