import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { compile } from '../../../src/engine/compile.ts';
import type { DeviceName } from '../../../src/engine/engine.ts';
import { tf } from '../../../src/engine/tf.ts';
import { relativeError } from '../../expectAllClose.ts';
import { hasWebgpu } from '../../webgpuDevice.ts';

type Pair = readonly [down: number, across: number];

/** A convolution by given weights: channels of 8 and of 16 come in whole blocks on every processor that has such. */
interface Convolution {
  size: Pair;
  kernel: Pair;
  strides: Pair;
  dilations: Pair;
  /** Zeros [top, bottom, left, right]. */
  pads: readonly [number, number, number, number];
  inputs: number;
  outputs: number;
}

const plain: Convolution = {
  ...{ size: [7, 9], kernel: [3, 3], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] },
  ...{ inputs: 16, outputs: 32 },
};
const cases: Record<string, Convolution> = {
  'a kernel of 1 × 1': { ...plain, kernel: [1, 1] },
  'a kernel of 1 × 1 in steps of 2': { ...plain, kernel: [1, 1], strides: [2, 2] },
  'a kernel of 1 × 1 with a border of zeros': { ...plain, kernel: [1, 1], pads: [1, 0, 0, 2] },
  'a kernel of 1 × 1 with zeros after alone': { ...plain, kernel: [1, 1], pads: [0, 1, 0, 0] },
  'a kernel of 1 × 1 over 64 channels': { ...plain, kernel: [1, 1], inputs: 64, outputs: 64 },
  'a kernel of 1 × 1 of few channels': { ...plain, kernel: [1, 1], inputs: 3 },
  'steps of 2': { ...plain, strides: [2, 2] },
  'steps of 2 of few channels': { ...plain, strides: [2, 2], inputs: 3 },
  'steps of 2 down and 1 across': { ...plain, strides: [2, 1], pads: [1, 1, 1, 1] },
  'steps longer than the kernel': { ...plain, kernel: [2, 1], strides: [3, 2] },
  'a kernel that fills its step, of an image that it does not fill': {
    ...plain,
    ...{ kernel: [2, 2], strides: [2, 2] },
  },
  'an output of one place, zeros after alone': { ...plain, size: [2, 1], kernel: [3, 3], pads: [0, 1, 0, 2] },
  'taps 2 apart': { ...plain, dilations: [2, 2] },
  'taps 3 apart down alone, with a border': { ...plain, dilations: [3, 1], pads: [2, 1, 0, 1] },
  'taps 2 apart of few channels': { ...plain, dilations: [1, 2], inputs: 3, pads: [0, 0, 2, 1] },
  'zeros before alone': { ...plain, pads: [2, 0, 1, 0] },
  'zeros after alone, in steps of 2': { ...plain, pads: [0, 2, 0, 1], strides: [2, 2] },
  'four borders that all differ, of few channels': { ...plain, pads: [0, 1, 2, 3], inputs: 1 },
  'a border wider than the kernel': { ...plain, kernel: [2, 2], pads: [3, 0, 0, 4] },
  'a kernel as large as the image': { ...plain, kernel: [7, 9] },
  'channels that are no whole blocks': { ...plain, inputs: 20, outputs: 12, strides: [2, 1] },
};

/** TensorFlow.js' gradient of a convolution whose taps lie apart is not asked for anywhere. */
const hasGradient = ({ dilations }: Convolution) => dilations.every((apart) => apart === 1);

const [batch, seed] = [2, 7];
const shapesOf = ({ size, kernel, inputs, outputs }: Convolution) => ({
  x: [batch, ...size, inputs],
  w: [...kernel, inputs, outputs],
});
const outSizeOf = ({ size, kernel, strides, dilations, pads }: Convolution) =>
  ([0, 1] as const).map((axis) => {
    const room = size[axis] + pads[2 * axis]! + pads[2 * axis + 1]! - dilations[axis] * (kernel[axis] - 1);
    return Math.floor((room - 1) / strides[axis]) + 1;
  }) as [number, number];

type Named<T> = Record<string, T>;
type Given = Record<'x' | 'w' | 'slope', Float32Array>;

function given(convolution: Convolution): Given {
  const random = createRandom(seed);
  const noise = (shape: readonly number[]) =>
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal());
  const { x, w } = shapesOf(convolution);
  return { x: noise(x), w: noise(w), slope: noise([batch, ...outSizeOf(convolution), convolution.outputs]) };
}

/** Output, and gradients of ⟨output, slope⟩, sum by sum as they are defined. */
function byDefinition(convolution: Convolution, { x, w, slope }: Given): Named<Float64Array> {
  const { size, kernel, strides, dilations, pads, inputs, outputs } = convolution;
  const [height, width] = outSizeOf(convolution);
  const [y, dx, dw] = [slope.length, x.length, w.length].map((length) => new Float64Array(length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let place = 0; place < batch * height * width; place++) {
    const [clip, row, column] = [
      Math.floor(place / (height * width)),
      Math.floor(place / width) % height,
      place % width,
    ];
    for (let tap = 0; tap < kernel[0] * kernel[1]; tap++) {
      const down = row * strides[0] + Math.floor(tap / kernel[1]) * dilations[0] - pads[0];
      const across = column * strides[1] + (tap % kernel[1]) * dilations[1] - pads[2];
      if (down < 0 || down >= size[0] || across < 0 || across >= size[1]) continue;
      const seen = ((clip * size[0] + down) * size[1] + across) * inputs;
      for (let i = 0; i < inputs; i++)
        for (let o = 0; o < outputs; o++) {
          const [to, from, by] = [place * outputs + o, seen + i, (tap * inputs + i) * outputs + o];
          y[to]! += x[from]! * w[by]!;
          dx[from]! += slope[to]! * w[by]!;
          dw[by]! += slope[to]! * x[from]!;
        }
    }
  }
  return hasGradient(convolution) ? { y, dx, dw } : { y };
}

function inGraph(convolution: Convolution, { x, w, slope }: Record<keyof Given, Tensor>): Named<Tensor> {
  const { strides, dilations, pads } = convolution;
  const [top, bottom, left, right] = pads;
  const border = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ] as never;
  const convolve = (a: Tensor, b: Tensor) =>
    tf.conv2d(a as Tensor4D, b as Tensor4D, [...strides], border, 'NHWC', [...dilations]);
  if (!hasGradient(convolution)) return { y: convolve(x, w) };
  const [dx, dw] = tf.grads((a, b) => tf.sum(tf.mul(convolve(a!, b!), slope)))([x, w]);
  return { y: convolve(x, w), dx: dx!, dw: dw! };
}

/** All of them in one graph. */
async function run(convolutions: readonly Convolution[], device: DeviceName) {
  const values = convolutions.map(given);
  const keys = ['x', 'w', 'slope'] as const;
  const named = <T>(of: (i: number, key: keyof Given) => T) =>
    Object.fromEntries(convolutions.flatMap((_, i) => keys.map((key) => [`${i} ${key}`, of(i, key)])));
  const program = await compile(
    (all) => {
      const results = convolutions.map((convolution, i) => {
        const ofIt = Object.fromEntries(keys.map((key) => [key, all[`${i} ${key}`]!]));
        const found = inGraph(convolution, ofIt as Record<keyof Given, Tensor>);
        return Object.entries(found).map(([name, tensor]) => [`${i} ${name}`, tensor] as const);
      });
      return Object.fromEntries(results.flat());
    },
    named((i, key) => {
      const { x, w } = shapesOf(convolutions[i]!);
      const slope = [batch, ...outSizeOf(convolutions[i]!), convolutions[i]!.outputs];
      return { shape: { x, w, slope }[key] };
    }),
    { device, threads: 1 },
  );
  const found = await program.run(named((i, key) => values[i]![key]));
  await program.release();
  return convolutions.map((convolution, i) => {
    const expected = byDefinition(convolution, values[i]!);
    const names = Object.keys(expected);
    return { expected, actual: Object.fromEntries(names.map((name) => [name, found[`${i} ${name}`]!])) };
  });
}

function expectEqual({ expected, actual }: Awaited<ReturnType<typeof run>>[number], name: string): void {
  for (const [key, values] of Object.entries(expected))
    expect(relativeError(actual[key]!, values), `${key} of ${name}`).toBeLessThan(1e-5);
}

test.each(Object.entries(cases))(
  'a convolution by given weights of %s, and its gradients, are what their sums are',
  async (name, convolution) => expectEqual((await run([convolution], 'cpu'))[0]!, name),
);

test.skipIf(!hasWebgpu)(
  'convolutions by given weights of all these forms, and their gradients, are what their sums are on WebGPU (skipped where there is no WebGPU device)',
  async () => {
    const results = await run(Object.values(cases), 'webgpu');
    for (const [i, name] of Object.keys(cases).entries()) expectEqual(results[i]!, name);
  },
);
