import { bordered } from './bordered.ts';
import type { Lowering, Target } from './lowering.ts';
import { type FilterGradient, filterGradientOf } from './recordedOps.ts';
import { busyTiles, sumOverMiddle, tilesOf } from './webgpuReductions.ts';

/** Numbers that one buffer of patches or products may have: 128 MiB, which every WebGPU device promises. */
const largest = 2 ** 25;

/**
 * Gradient with respect to the weights of a convolution: for each clip, and for parts of its places, the product of its
 * patches and the output's gradient; then their sum. As a convolution by the output's gradient few threads would each
 * go over the whole batch.
 */
export const filterGradientByPatches: Lowering = (target, { inputs: [x, dy], attributes }) => {
  const given = filterGradientOf(attributes);
  const { kernel, xShape, dyShape } = given;
  const [batch, height, width, outputs] = dyShape;
  const channels = xShape[3];
  const [taps, places] = [kernel[0] * kernel[1] * channels, height * width];
  const size = paddedSize(given);
  const parts = partsOf(places, tilesOf(batch, taps, outputs));
  const indices = target.integers(patchIndices(given, parts), [taps * places]);
  const sums: string[] = [];
  const numbers = taps * Math.max(places, parts * outputs);
  const clips = Math.max(1, Math.floor(largest / numbers));
  const counts = Array.from({ length: Math.ceil(batch / clips) }, (_, i) =>
    Math.min(clips, batch - i * clips),
  );
  const heard = chunks(target, bordered(target, x!, given.pads), {
    counts,
    shape: [size[0] * size[1] * channels],
  });
  const slopes = chunks(target, dy!, { counts, shape: [places * outputs] });
  for (const [i, count] of counts.entries()) {
    const rows = count * parts;
    const patches = target.node('Reshape', [
      target.node('Gather', [heard[i]!, indices], { axis: 1 }),
      target.wholes([rows, taps, places / parts]),
    ]);
    const slope = target.node('Reshape', [slopes[i]!, target.wholes([rows, places / parts, outputs])]);
    const products = target.node('MatMul', [patches, slope]);
    const sum = sumOverMiddle(target, products, [1, rows, taps * outputs]);
    sums.push(target.node('Reshape', [sum, target.wholes([...kernel, channels, outputs])]));
  }
  return [sums.reduce((a, b) => target.node('Add', [a, b]))];
};

/** Height and width of the input with its border. */
function paddedSize({ pads: [top, left, bottom, right], xShape: [, height, width] }: FilterGradient) {
  return [height + top + bottom, width + left + right] as const;
}

/** Clips in rows, a few at a time. */
function chunks(
  target: Target,
  x: string,
  { counts, shape }: { counts: readonly number[]; shape: readonly number[] },
): string[] {
  const batch = counts.reduce((a, b) => a + b);
  let rest = target.node('Reshape', [x, target.wholes([batch, ...shape])]);
  let left = batch;
  return counts.map((count) => {
    if (count === left) return rest;
    left -= count;
    const [first, others] = target.nodes('Split', [rest, target.wholes([count, left])], { axis: 0 }, 2);
    rest = others!;
    return first!;
  });
}

/** Equal parts of the places, so that there are tiles enough; each part long enough to be worth a product. */
function partsOf(places: number, tiles: number): number {
  const wanted = Math.min(Math.ceil(busyTiles / tiles), Math.floor(places / 64));
  for (let parts = Math.max(wanted, 1); parts > 1; parts--) if (places % parts === 0) return parts;
  return 1;
}

/** Where each value of the patches of a clip lies in it: by part of the places, tap, channel, and place in the part. */
function patchIndices(given: FilterGradient, parts: number): Int32Array {
  const { kernel, strides, xShape, dyShape } = given;
  const channels = xShape[3];
  const [paddedHeight, paddedWidth] = paddedSize(given);
  const [, height, width] = dyShape;
  const places = height * width;
  const indices = new Int32Array(kernel[0] * kernel[1] * channels * places);
  let next = 0;
  for (let part = 0; part < parts; part++)
    for (let down = 0; down < kernel[0]; down++)
      for (let across = 0; across < kernel[1]; across++)
        for (let channel = 0; channel < channels; channel++)
          for (let i = 0; i < places / parts; i++) {
            const place = (part * places) / parts + i;
            const row = Math.floor(place / width) * strides[0] + down;
            const column = (place % width) * strides[1] + across;
            indices[next++] = (channel * paddedHeight + row) * paddedWidth + column;
          }
  return indices;
}
