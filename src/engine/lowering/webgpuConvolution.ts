import { bordered } from './bordered.ts';
import type { Lowered, Target } from './lowering.ts';
import { type ConvolutionWindow, learnedConvolutionOf } from './recordedOps.ts';
import { busyTiles, sumOverMiddle, tilesOf } from './webgpuReductions.ts';
import { withZeroColumns } from './widenedColumns.ts';

/** Numbers that the patches of an image may have. */
const mostPatchNumbers = 2 ** 24;
/** Products shorter than these are not shared out. */
const shortest = 128;

type Shape = readonly [number, number, number, number];
type Window = ConvolutionWindow & { kernel_shape: readonly number[] };

/**
 * A convolution of ONNX. Where its output is small ONNX Runtime's goes over a long kernel in a few places alone, so that
 * most of the device is idle: parts of the kernel make products that are summed then.
 *
 * @param target - Written there.
 * @param node - The op, with its `kernel_shape`.
 */
export function convolution(target: Target, node: Lowered): string[] {
  const { inputs, shapes, attributes } = node;
  const window = attributes as unknown as Window;
  const [image, kernel] = shapes as [Shape | undefined, Shape | undefined];
  const isGrouped = ((attributes['group'] as number | undefined) ?? 1) > 1;
  const parts = image && kernel && !isGrouped ? partsOf(image, kernel, window) : 1;
  if (parts > 1) return [sharedOut(target, node as never, { image: image!, kernel: kernel!, parts })];
  return [unshared(target, inputs as [string, string], { window, attributes })];
}

/**
 * A convolution by weights that the graph is given, as {@link convolution}.
 *
 * @param target - Written there.
 * @param node - The recorded op.
 */
export function givenConvolution(target: Target, node: Lowered): string[] {
  const { window, shape } = learnedConvolutionOf(node.attributes);
  const attributes = { ...window, kernel_shape: shape.slice(2) };
  return convolution(target, { ...node, shapes: [node.shapes[0], shape], attributes });
}

/**
 * ONNX Runtime's own. Of one tap in steps of one it is a product on WebGPU, which does not see a border of zeros that stands
 * after the image alone: there the image is given its border first.
 */
function unshared(
  target: Target,
  [x, weights]: [string, string],
  { window, attributes }: { window: Window; attributes: Lowered['attributes'] },
): string {
  const { pads, strides, kernel_shape } = window;
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const isProduct = [...kernel_shape, ...strides].every((size) => size === 1) && top === 0 && left === 0;
  if (!isProduct || bottom + right === 0) return target.node('Conv', [x, weights], attributes);
  return target.node('Conv', [bordered(target, x, pads), weights], {
    ...attributes,
    pads: [0, 0, 0, 0],
  });
}

/** Heights and widths: of the image with its border, and of the output. */
function sizesOf([, , height, width]: Shape, { pads, kernel_shape, strides, dilations }: Window) {
  const padded = [height + pads[0]! + pads[2]!, width + pads[1]! + pads[3]!] as const;
  const out = [0, 1].map((i) =>
    Math.floor((padded[i]! - dilations[i]! * (kernel_shape[i]! - 1) - 1) / strides[i]! + 1),
  ) as [number, number];
  return { padded, out };
}

/** Into how many parts a kernel is shared out. */
function partsOf(image: Shape, [outputs, channels, height, width]: Shape, window: Window): number {
  const { out } = sizesOf(image, window);
  const [length, places] = [channels * height * width, out[0] * out[1]];
  if (image[0] * length * places > mostPatchNumbers) return 1;
  const wanted = Math.min(busyTiles / tilesOf(image[0], outputs, places), length / shortest);
  for (let parts = Math.floor(wanted); parts > 1; parts--)
    if (length % parts === 0 && (length / parts) % 4 === 0) return parts;
  return 1;
}

function sharedOut(
  target: Target,
  { inputs: [x, weights], attributes }: Lowered & { inputs: [string, string] },
  { image, kernel, parts }: { image: Shape; kernel: Shape; parts: number },
): string {
  const window = attributes as unknown as Window;
  const [batch, channels] = image;
  const [outputs] = kernel;
  const { out } = sizesOf(image, window);
  const [length, places] = [kernel[1] * kernel[2] * kernel[3], out[0] * out[1]];
  // Products of whole fours of columns are faster.
  const columns = 4 * Math.ceil(places / 4);
  const source = sourceOf(target, x, { image, window });
  const indices = target.integers(patchIndices(window, { channels, source, out, columns }), [
    length * columns,
  ]);
  const patches = target.node('Reshape', [
    target.node('Gather', [source.flat, indices], { axis: 1 }),
    target.wholes([batch, parts, length / parts, columns]),
  ]);
  const inParts = target.node('Reshape', [weights, target.wholes([outputs, parts, length / parts])]);
  const rows = target.node('Reshape', [
    target.node('Transpose', [inParts], { perm: [1, 0, 2] }),
    target.wholes([1, parts, outputs, length / parts]),
  ]);
  const products = target.node('MatMul', [rows, patches]);
  const sum = target.node('Reshape', [
    sumOverMiddle(target, products, [batch, parts, outputs * columns]),
    target.wholes([batch, outputs, columns]),
  ]);
  const [start, end, axis] = [[0], [places], [2]].map((bounds) => target.wholes(bounds)) as [
    string,
    string,
    string,
  ];
  const cut = columns === places ? sum : target.node('Slice', [sum, start, end, axis]);
  if (source.zero !== undefined && cut !== sum)
    target.widened.set(cut, { name: sum, columns, shape: [batch, outputs, places] });
  return target.node('Reshape', [cut, target.wholes([batch, outputs, ...out])]);
}

/** What patches are gathered from, the numbers of a clip in a row. */
interface PatchSource {
  flat: string;
  /** Where a number of an image lies. */
  at(channel: number, row: number, column: number): number;
  /** Where there is a zero. */
  zero: number | undefined;
}

/** An image with zeros in it, or else with its border. */
function sourceOf(
  target: Target,
  x: string,
  { image: [batch, channels, height, width], window }: { image: Shape; window: Window },
): PatchSource {
  const inRows = (name: string, size: number) =>
    target.node('Reshape', [name, target.wholes([batch, channels * size])]);
  const wide = withZeroColumns(target, x);
  const { pads } = window;
  const isOfImage = String(wide?.shape) === String([batch, channels, height * width]);
  if (wide && isOfImage && pads.some((zeros) => zeros > 0))
    return {
      flat: inRows(wide.name, wide.columns),
      at: (channel, row, column) =>
        row >= 0 && row < height && column >= 0 && column < width
          ? channel * wide.columns + row * width + column
          : height * width,
      zero: height * width,
    };
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const size = (height + top + bottom) * (width + left + right);
  const last = bottom + right > 0 ? size - 1 : undefined;
  return {
    flat: inRows(bordered(target, x, pads), size),
    at: (channel, row, column) => channel * size + (row + top) * (width + left + right) + column + left,
    zero: top + left > 0 ? 0 : last,
  };
}

/** Where each value of the patches lies: by channel, tap and place; those of columns after the places are zeros if may be. */
function patchIndices(
  { kernel_shape, strides, dilations, pads }: Window,
  {
    channels,
    source,
    out,
    columns,
  }: { channels: number; source: PatchSource; out: readonly [number, number]; columns: number },
): Int32Array {
  const [height, width] = kernel_shape as [number, number];
  const indices = new Int32Array(channels * height * width * columns).fill(source.zero ?? 0);
  let first = 0;
  for (let channel = 0; channel < channels; channel++)
    for (let down = 0; down < height; down++)
      for (let across = 0; across < width; across++, first += columns)
        for (let place = 0; place < out[0] * out[1]; place++) {
          const row = Math.floor(place / out[1]) * strides[0]! + down * dilations[0]! - pads[0]!;
          const column = (place % out[1]) * strides[1]! + across * dilations[1]! - pads[1]!;
          indices[first + place] = source.at(channel, row, column);
        }
  return indices;
}
