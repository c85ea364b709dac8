import { arraySize } from '../../base/arraySize.ts';
import { onnxTypes } from '../../formats/onnx/writeOnnx.ts';
import { filterGradientInRows } from './filterGradient.ts';
import { learnedConvolution } from './learnedConvolution.ts';
import type { Lowering, Target } from './lowering.ts';
import { oneHotOf, poolingOf, segmentsOf } from './recordedOps.ts';

/**
 * What the tracer records beyond ONNX, in the ops that are fastest on a processor.
 *
 * @param block - Channels of a block of its convolutions, undefined where it has no such.
 */
export const processorLowerings = (block?: number): Readonly<Record<string, Lowering>> => ({
  LearnedConv: learnedConvolution(block),
  FilterGradient: filterGradientInRows,
  MaxPoolGrad(target, { inputs: [dy, x], attributes }) {
    const { window, shape } = poolingOf(attributes);
    const [, positions] = target.nodes('MaxPool', [x!], window, 2);
    const flat = (name: string) => target.node('Reshape', [name, target.wholes([-1])]);
    const size = arraySize(shape);
    const inputs = [target.floats(new Float32Array(size), [size]), flat(positions!), flat(dy!)];
    const dx = target.node('ScatterElements', inputs, { axis: 0, reduction: 'add' });
    return [target.node('Reshape', [dx, target.wholes(shape)])];
  },
  MaxPoolPlaces(target, { inputs: [x], attributes }) {
    const { window, shape } = poolingOf(attributes);
    const [, positions] = target.nodes('MaxPool', [x!], window, 2);
    const plane = target.integers(Int32Array.of(shape[2]! * shape[3]!), []);
    return [target.node('Mod', [target.node('Cast', [positions!], { to: onnxTypes.int32 }), plane])];
  },
  SegmentSum(target, { inputs: [x, segments, zeros], attributes }) {
    return [scatteredSum(target, [x!, segments!, zeros!], segmentsOf(attributes).shape)];
  },
  WholeSum: wholeSum,
  OneHot(target, { inputs: [indices], attributes }) {
    const { depth, onValue, offValue } = oneHotOf(attributes);
    const values = target.floats([offValue, onValue], [2]);
    const inputs = [target.node('Cast', [indices!], { to: onnxTypes.int64 }), target.wholes([depth]), values];
    return [target.node('OneHot', inputs, { axis: -1 })];
  },
});

/**
 * The sum over axes of whole numbers, which is exact, and not to be written in ops of floating-point numbers.
 *
 * @param target - Written there.
 */
export const wholeSum: Lowering = (target, { inputs, attributes }) => [
  target.node('ReduceSum', inputs, attributes),
];

/**
 * Sums of rows of the same segment, by scattering.
 *
 * @param target - Written there.
 * @param inputs - Names of the rows, the segment of each, and zeros that the sums are added to.
 * @param shape - Of the rows.
 * @returns Name of the sums.
 */
export function scatteredSum(
  target: Target,
  [x, segments, zeros]: [string, string, string],
  shape: readonly number[],
): string {
  // Not ScatterND: its threads add in the order they come, so that sums would differ from run to run.
  const rows = target.node('Reshape', [segments, target.wholes([shape[0]!, ...shape.slice(1).fill(1)])]);
  const places = target.node('Expand', [rows, target.wholes(shape)]);
  return target.node('ScatterElements', [zeros, places, x], { axis: 0, reduction: 'add' });
}
