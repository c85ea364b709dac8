import { onnxTypes } from '../../formats/onnx/writeOnnx.ts';
import { chosen } from './chosen.ts';
import type { Lowered, Lowering, Target } from './lowering.ts';
import { wholeSum } from './processor.ts';
import { oneHotOf, segmentsOf } from './recordedOps.ts';
import { convolution, givenConvolution } from './webgpuConvolution.ts';
import { filterGradientByPatches } from './webgpuFilterGradient.ts';
import { pooledGradient, pooledPlaces } from './webgpuPooling.ts';
import { busyTiles, lengthOf, stagedReduction, sumOverMiddle, tilesOf } from './webgpuReductions.ts';
import { gatheredSum } from './webgpuSegments.ts';

/** Values that a shader reads or writes at once: WebGPU promises eight storage buffers, and one is on the other side. */
const widest = 7;

/** What the tracer records, in ops that ONNX Runtime has on WebGPU, within the limits that every device keeps. */
export const webgpuLowerings: Readonly<Record<string, Lowering>> = {
  Conv: convolution,
  LearnedConv: givenConvolution,
  FilterGradient: filterGradientByPatches,
  MaxPoolGrad: pooledGradient,
  MaxPoolPlaces: pooledPlaces,
  SegmentSum: (target, { inputs, attributes }) => [
    gatheredSum(target, inputs as [string, string, string], segmentsOf(attributes)),
  ],
  MatMul: rowProduct,
  ReduceSum: stagedReduction(false),
  ReduceMean: stagedReduction(true),
  WholeSum: wholeSum,
  Sqrt: lengthOf,
  OneHot: oneHot,
  Concat: (target, { inputs, attributes }) => [concatenated(target, inputs, attributes)],
  Split: split,
  Sum: (target, { inputs }) => [inputs.reduce((sum, input) => target.node('Add', [sum, input]))],
  Or(target, { inputs }) {
    const neither = target.node(
      'And',
      inputs.map((input) => target.node('Not', [input])),
    );
    return [target.node('Not', [neither])];
  },
  Sign(target, { inputs: [x] }) {
    const zero = target.floats([0], []);
    const [above, below] = ['Greater', 'Less'].map((op) =>
      target.node('Cast', [target.node(op, [x!, zero])], { to: onnxTypes.float32 }),
    );
    return [target.node('Sub', [above!, below!])];
  },
  Round: (target, { inputs: [x] }) => [roundedToEven(target, x!)],
  Mod: remainder,
  Where: choiceOrOne,
  ArgMax: (target, node) => [firstPlace(target, node, 'ReduceMax')],
  ArgMin: (target, node) => [firstPlace(target, node, 'ReduceMin')],
  LogSoftmax(target, { inputs: [x], attributes }) {
    const axes = target.wholes([attributes['axis'] as number]);
    const largest = target.node('ReduceMax', [x!, axes], { keepdims: 1 });
    const below = target.node('Sub', [x!, largest]);
    const sum = target.node('ReduceSum', [target.node('Exp', [below]), axes], { keepdims: 1 });
    return [target.node('Sub', [below, target.node('Log', [sum])])];
  },
};

/** A row by a matrix: parts of the row are taken at once, and summed. */
function rowProduct(target: Target, { inputs: [row, matrix], shapes }: Lowered): string[] | undefined {
  const [[rows, length] = [], [, columns] = []] = shapes as [number[] | undefined, number[] | undefined];
  const isRow = shapes.every((shape) => shape?.length === 2) && rows === 1;
  if (!isRow) return undefined;
  const wanted = Math.min(Math.floor(busyTiles / tilesOf(1, 1, columns!)), Math.floor(length! / 128));
  const parts = Array.from({ length: Math.max(wanted, 1) }, (_, i) => wanted - i).find(
    (count) => count > 0 && length! % count === 0,
  );
  if (parts === undefined || parts === 1) return undefined;
  const cut = [row!, matrix!].map((name, i) =>
    target.node('Reshape', [
      name,
      target.wholes(i === 0 ? [parts, 1, length! / parts] : [parts, length! / parts, columns!]),
    ]),
  );
  const sum = sumOverMiddle(target, target.node('MatMul', cut), [1, parts, columns!]);
  return [target.node('Reshape', [sum, target.wholes([1, columns!])])];
}

function concatenated(target: Target, inputs: string[], attributes: Lowered['attributes']): string {
  if (inputs.length === 1) return inputs[0]!;
  if (inputs.length <= widest) return target.node('Concat', inputs, attributes);
  const parts = groups(inputs).map((group) => concatenated(target, group, attributes));
  return concatenated(target, parts, attributes);
}

/** A wide split: first into as many wide parts as may be, then each of them. */
function split(target: Target, { inputs: [x, sizes], attributes }: Lowered): string[] {
  return splitInto(x!, target.constantWholes(sizes!)!);

  function splitInto(whole: string, lengths: readonly number[]): string[] {
    if (lengths.length === 1) return [whole];
    const parts = lengths.length <= widest ? lengths.map((length) => [length]) : groups(lengths);
    const sums = parts.map((part) => part.reduce((a, b) => a + b));
    const names = target.nodes('Split', [whole, target.wholes(sums)], attributes, parts.length);
    return names.flatMap((name, i) => splitInto(name, parts[i]!));
  }
}

/** At most {@link widest} groups of neighbors. */
function groups<T>(list: readonly T[]): T[][] {
  const size = Math.ceil(list.length / widest);
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}

/** What is there or else one number. */
function choiceOrOne(target: Target, { inputs, shapes }: Lowered): string[] | undefined {
  const [ofChoice, ofX, ofY] = shapes;
  if (!ofX || ofX.length < 2 || String(ofChoice) !== String(ofX) || ofY?.length !== 0) return undefined;
  return [chosen(target, inputs as [string, string, string], ofX)];
}

function oneHot(target: Target, { inputs: [indices], attributes, shape }: Lowered): string[] {
  const { depth, onValue, offValue } = oneHotOf(attributes);
  const columns = target.node('Reshape', [indices!, target.wholes([...shape!, 1])]);
  const classes = target.integers(
    Int32Array.from({ length: depth }, (_, i) => i),
    [depth],
  );
  const isHot = target.node('Equal', [columns, classes]);
  return [target.node('Where', [isHot, target.floats([onValue], []), target.floats([offValue], [])])];
}

/** Halves go to the even neighbor, as ONNX demands. */
function roundedToEven(target: Target, x: string): string {
  const half = target.floats([0.5], []);
  const shifted = target.node('Add', [x, half]);
  const up = target.node('Floor', [shifted]);
  const halved = target.node('Mul', [up, half]);
  const isOdd = target.node('Greater', [halved, target.node('Floor', [halved])]);
  const isHalf = target.node('Equal', [target.node('Sub', [x, target.node('Floor', [x])]), half]);
  const down = target.node('Cast', [target.node('And', [isOdd, isHalf])], { to: onnxTypes.float32 });
  return target.node('Sub', [up, down]);
}

/** Of floating-point numbers, with the sign of the dividend. */
function remainder(target: Target, { inputs: [x, y] }: Lowered): string[] {
  const quotient = target.node('Div', [x!, y!]);
  const isNegative = target.node('Less', [quotient, target.floats([0], [])]);
  const towardsZero = target.node('Where', [
    isNegative,
    target.node('Ceil', [quotient]),
    target.node('Floor', [quotient]),
  ]);
  return [target.node('Sub', [x!, target.node('Mul', [towardsZero, y!])])];
}

/** Place of the first extreme value along an axis: the least of the places whose value is the extreme one. */
function firstPlace(target: Target, { inputs: [x], attributes, shape }: Lowered, extreme: string): string {
  const axis = attributes['axis'] as number;
  const length = shape![axis]!;
  const axes = target.wholes([axis]);
  const places = Float32Array.from({ length }, (_, i) => i);
  const along = target.floats(places, [length, ...shape!.slice(axis + 1).fill(1)]);
  const isExtreme = target.node('Equal', [x!, target.node(extreme, [x!, axes], { keepdims: 1 })]);
  const candidates = target.node('Where', [isExtreme, along, target.floats([length], [])]);
  return target.node('ReduceMin', [candidates, axes], { keepdims: 0 });
}
