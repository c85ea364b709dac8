import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import type { EngineName, InputSpec } from '../../src/engine/engine.ts';
import { tf } from '../../src/engine/tf.ts';
import { expectAllClose } from '../expectAllClose.ts';

interface Case {
  name: string;
  shapes: number[][];
  fn: (...inputs: never[]) => Tensor;
  /** Smallest value of the inputs, for functions of positive numbers. */
  above?: number;
  /** Compare the gradient with central differences alone: TensorFlow.js' own is not the true one here. */
  isOwnGradient?: boolean;
  hasGradient?: false;
  /** Inputs that lie at least 0.1 apart, for functions with a choice between them. */
  isDistinct?: true;
}

/** A function of a case's inputs in order. */
type Positional = (...inputs: Tensor[]) => Tensor[];

const four = (fn: (x: Tensor4D, w: Tensor4D) => Tensor) => fn as unknown as Case['fn'];
const one = (name: string, fn: (x: Tensor) => Tensor, more: Partial<Case> = {}): Case => ({
  name,
  shapes: [[3, 4]],
  fn: fn as unknown as Case['fn'],
  ...more,
});
const two = (name: string, fn: (a: Tensor, b: Tensor) => Tensor, more: Partial<Case> = {}): Case => ({
  name,
  shapes: [
    [2, 3, 4],
    [3, 1],
  ],
  fn: fn as unknown as Case['fn'],
  ...more,
});
const noGradient = { hasGradient: false } as const;

const cases: Case[] = [
  two('add', (a, b) => tf.add(a, b)),
  two('sub', (a, b) => tf.sub(a, b)),
  two('mul', (a, b) => tf.mul(a, b)),
  two('div', (a, b) => tf.div(a, b), { above: 0.5 }),
  two('maximum', (a, b) => tf.maximum(a, b), {
    shapes: [
      [3, 4],
      [3, 4],
    ],
  }),
  two('minimum', (a, b) => tf.minimum(a, b), {
    shapes: [
      [3, 4],
      [3, 4],
    ],
  }),
  two('pow', (a, b) => tf.pow(a, b), { above: 0.5 }),
  two('mod', (a, b) => tf.mod(a, b), { above: 0.5, ...noGradient }),
  two('squaredDifference', (a, b) => tf.squaredDifference(a, b), {
    shapes: [
      [3, 4],
      [3, 4],
    ],
  }),
  two('sub of one number from many with a last axis of one', (a, b) => tf.sub(a, b), {
    shapes: [[2, 3, 1], [1]],
  }),
  two('sub of many with a last axis of one from one number', (a, b) => tf.sub(b, a), {
    shapes: [
      [2, 3, 1],
      [1, 1],
    ],
  }),
  two('greater, many with a last axis of one', (a, b) => tf.cast(tf.greater(a, b), 'float32'), {
    ...noGradient,
    shapes: [[2, 3, 1], [1]],
  }),
  one(
    'transpose that takes two moves',
    (x) => tf.transpose(tf.reshape(x, [2, 2, 2, 2, 3]), [0, 3, 1, 4, 2]),
    { shapes: [[12, 4]] },
  ),
  one(
    'transpose that turns three axes round',
    (x) => tf.transpose(tf.reshape(x, [2, 3, 2, 4]), [3, 2, 0, 1]),
    { shapes: [[12, 4]] },
  ),
  two('greater', (a, b) => tf.cast(tf.greater(a, b), 'float32'), noGradient),
  two('greaterEqual', (a, b) => tf.cast(tf.greaterEqual(a, b), 'float32'), noGradient),
  two('less', (a, b) => tf.cast(tf.less(a, b), 'float32'), noGradient),
  two('lessEqual', (a, b) => tf.cast(tf.lessEqual(a, b), 'float32'), noGradient),
  two('equal', (a, b) => tf.cast(tf.equal(tf.floor(a), tf.floor(b)), 'float32'), noGradient),
  two('notEqual', (a, b) => tf.cast(tf.notEqual(tf.floor(a), tf.floor(b)), 'float32'), noGradient),
  two('logicalAnd', (a, b) => tf.cast(tf.logicalAnd(tf.greater(a, 0), tf.less(b, 0)), 'float32'), noGradient),
  two('logicalOr', (a, b) => tf.cast(tf.logicalOr(tf.greater(a, 0), tf.less(b, 0)), 'float32'), noGradient),
  two('where', (a, b) => tf.where(tf.greater(a, b), tf.square(a), tf.mul(a, 3)), noGradient),
  one('where with a constant condition', (x) =>
    tf.where(tf.greater(tf.cos(tf.reshape(tf.range(0, 12), [3, 4])), 0), tf.square(x), tf.mul(x, 3)),
  ),
  one('logicalNot', (x) => tf.cast(tf.logicalNot(tf.greater(x, 0)), 'float32'), noGradient),
  one(
    'squaredDifference of an unexpanded broadcast',
    (x) => tf.sum(tf.squaredDifference(tf.add(tf.slice(x, [0, 0], [1, 4]), tf.fill([3, 4], 0)), 1)),
    noGradient,
  ),
  one('addN', (x) => tf.addN([x, tf.square(x), x])),
  one('relu', (x) => tf.relu(x)),
  one('sqrt', (x) => tf.sqrt(x), { above: 0.1 }),
  one('rsqrt', (x) => tf.rsqrt(x), { above: 0.1 }),
  one('square', (x) => tf.square(x)),
  one('neg', (x) => tf.neg(x)),
  one('exp', (x) => tf.exp(x)),
  one('expm1', (x) => tf.expm1(x)),
  one('log', (x) => tf.log(x), { above: 0.2 }),
  one('log1p', (x) => tf.log1p(x), { above: 0 }),
  one('abs', (x) => tf.abs(x)),
  one('reciprocal', (x) => tf.reciprocal(x), { above: 0.3 }),
  one('sin', (x) => tf.sin(x)),
  one('cos', (x) => tf.cos(x)),
  one('tanh', (x) => tf.tanh(x)),
  one('asin', (x) => tf.asin(tf.mul(tf.tanh(x), 0.9))),
  one('acos', (x) => tf.acos(tf.mul(tf.tanh(x), 0.9))),
  one('atan', (x) => tf.atan(x)),
  one('asinh', (x) => tf.asinh(x)),
  one('acosh', (x) => tf.acosh(tf.add(tf.abs(x), 1.2))),
  one('atanh', (x) => tf.atanh(tf.mul(tf.tanh(x), 0.9))),
  one('sigmoid', (x) => tf.sigmoid(x)),
  one('softplus', (x) => tf.softplus(x)),
  one('erf', (x) => tf.erf(x)),
  one('sign', (x) => tf.sign(x), noGradient),
  one('floor', (x) => tf.floor(x), noGradient),
  one('ceil', (x) => tf.ceil(x), noGradient),
  one('step', (x) => tf.step(x), noGradient),
  one('clipByValue', (x) => tf.clipByValue(x, -0.4, 0.6)),
  one('cast to int32 and back', (x) => tf.cast(tf.cast(tf.mul(x, 5), 'int32'), 'float32'), noGradient),
  one('reshape', (x) => tf.reshape(x, [2, -1])),
  one('expandDims', (x) => tf.mul(tf.expandDims(x, 1), tf.ones([3, 2, 4]))),
  one('squeeze', (x) => tf.squeeze(tf.reshape(x, [3, 1, 4]))),
  one('transpose', (x) => tf.transpose(x)),
  ...[
    [2, 3, 0, 1],
    [3, 2, 0, 1],
    [0, 3, 2, 1],
    [0, 2, 4, 1, 3],
    [5, 4, 3, 2, 1, 0],
  ].map((perm) =>
    one(`transpose ${perm}`, (x) => tf.transpose(x, perm), {
      shapes: [[2, 3, 1, 4, 2, 2].slice(0, perm.length)],
    }),
  ),
  one(
    'sum and mean of all but axes of length one',
    (x) => tf.add(tf.sum(x, [0, 1], true), tf.mean(x, [0, 1])),
    {
      shapes: [[3, 4, 1]],
    },
  ),
  one('broadcastTo', (x) => tf.broadcastTo(x, [2, 3, 4])),
  one('slice', (x) => tf.slice(x, [1, 0], [2, 3])),
  one('slice of rows by numbers', (x) => tf.slice(x, 1, 2)),
  one('stridedSlice', (x) => tf.stridedSlice(x, [0, 1], [3, 4], [2, 2]), noGradient),
  one('reverse', (x) => tf.reverse(x, 1)),
  one('split', (x) => tf.concat(tf.split(x, [1, 3], 1).toReversed(), 1)),
  one('unstack and stack', (x) => tf.stack(tf.unstack(x, 0).toReversed(), 1)),
  one('concat', (x) => tf.concat([x, tf.square(x)], 0)),
  one('pad', (x) =>
    tf.pad(x, [
      [1, 0],
      [2, 1],
    ]),
  ),
  one('tile', (x) => tf.tile(x, [2, 3])),
  one('gather rows', (x) => tf.gather(x, tf.tensor1d([2, 0, 2, 2], 'int32'))),
  one('gather elements', (x) => tf.gather(tf.reshape(x, [12]), tf.tensor1d([11, 0, 5, 5, 3], 'int32'))),
  one('gather along the last axis', (x) => tf.gather(x, tf.tensor1d([3, 0, 3], 'int32'), 1)),
  one('oneHot', (x) => tf.oneHot(tf.argMax(x, 1), 4), noGradient),
  one('sum of all', (x) => tf.sum(x)),
  one('sum of one axis', (x) => tf.sum(x, 0)),
  one('sum with kept axis', (x) => tf.sum(x, 1, true)),
  one('mean', (x) => tf.mean(x, 1)),
  one('mean of whole numbers', (x) => tf.mean(tf.cast(tf.mul(x, 9), 'int32'), 1), noGradient),
  one('prod', (x) => tf.prod(x, 1), { ...noGradient }),
  one('max', (x) => tf.max(x, 1), { isDistinct: true }),
  one('min', (x) => tf.min(x, 0), { isDistinct: true }),
  one('all', (x) => tf.cast(tf.all(tf.greater(x, -0.5), 1), 'float32'), noGradient),
  one('any', (x) => tf.cast(tf.any(tf.greater(x, 0.5), 1), 'float32'), noGradient),
  one('argMax', (x) => tf.cast(tf.argMax(x, 1), 'float32'), noGradient),
  one('argMin', (x) => tf.cast(tf.argMin(x, 1), 'float32'), noGradient),
  one('softmax', (x) => tf.softmax(x)),
  one('logSoftmax', (x) => tf.logSoftmax(x)),
  one('cumsum', (x) => tf.cumsum(x, 1)),
  one('a kernel on constants', (x) => tf.add(x, tf.square(tf.range(0, 4)))),
  ...[false, true].flatMap((transposeA) =>
    [false, true].map(
      (transposeB): Case => ({
        name: `matMul ${transposeA} ${transposeB}`,
        shapes: [transposeA ? [4, 3] : [3, 4], transposeB ? [5, 4] : [4, 5]],
        fn: four((a, b) => tf.matMul(a as never, b as never, transposeA, transposeB)),
      }),
    ),
  ),
  {
    name: 'matMul in batches',
    shapes: [
      [2, 3, 4],
      [2, 4, 5],
    ],
    fn: four((a, b) => tf.matMul(a as never, b as never)),
  },
  {
    name: 'matMul with transposed batches',
    shapes: [
      [2, 3, 4],
      [2, 5, 4],
    ],
    fn: four((a, b) => tf.matMul(a as never, b as never, false, true)),
  },
  ...(['same', 'valid'] as const).flatMap((pad) =>
    (
      [
        [1, 1],
        [2, 2],
        [3, 2],
      ] as [number, number][]
    ).flatMap((strides): Case[] => [
      {
        name: `conv2d ${pad} ${strides}`,
        shapes: [
          [2, 9, 8, 3],
          [4, 3, 3, 2],
        ],
        fn: four((x, w) => tf.conv2d(x, w, strides, pad)),
      },
      {
        name: `depthwiseConv2d ${pad} ${strides}`,
        shapes: [
          [2, 9, 8, 3],
          [4, 3, 3, 1],
        ],
        fn: four((x, w) => tf.depthwiseConv2d(x, w, strides, pad)),
      },
      {
        name: `maxPool ${pad} ${strides}`,
        shapes: [[2, 9, 8, 3]],
        fn: four((x) => tf.maxPool(x, [2, 3], strides, pad)),
        isDistinct: true,
      },
      {
        name: `avgPool ${pad} ${strides}`,
        shapes: [[2, 9, 8, 3]],
        fn: four((x) => tf.avgPool(x, [2, 3], strides, pad)),
        isOwnGradient: pad === 'same',
      },
    ]),
  ),
  ...(['same', 'valid'] as const).map(
    (pad): Case => ({
      name: `conv2d ${pad}, small kernel of many channels`,
      shapes: [
        [2, 5, 4, 64],
        [3, 2, 64, 2],
      ],
      // Scaled, because float32 sums of so many terms differ by more than the tolerance.
      fn: four((x, w) => tf.conv2d(x, tf.mul(w, 0.1) as Tensor4D, [2, 1], pad)),
    }),
  ),
  {
    name: 'conv2d with constant weights',
    shapes: [[1, 9, 8, 3]],
    fn: four((x) =>
      tf.conv2d(x, tf.reshape(tf.sin(tf.range(0, 180)), [5, 4, 3, 3]) as Tensor4D, [2, 3], 'same'),
    ),
  },
];

for (const each of cases)
  test(`${each.name} gives the values and gradients of TensorFlow.js and of central differences`, async () => {
    const inputs = each.shapes.map((shape): InputSpec => ({ shape }));
    const values = valuesFor(each);
    const fn: Positional = (...x) => [each.fn(...(x as never[]))];
    const [[ours], [theirs]] = [
      await run(fn, inputs, values, 'onnxruntime'),
      await run(fn, inputs, values, 'tfjs'),
    ];
    expectAllClose(ours!, theirs!, { atol: 2e-6, rtol: 1e-5 });
    if (each.hasGradient === false) return;

    const loss = weightedSum(fn);
    const gradients: Positional = (...x) => tf.grads((...y) => loss(...y)[0] as never)(x);
    const traced = await run(gradients, inputs, values, 'onnxruntime');
    const eager = await run(gradients, inputs, values, 'tfjs');
    for (const [i, gradient] of traced.entries()) {
      if (!each.isOwnGradient) expectAllClose(gradient, eager[i]!, { atol: 1e-5, rtol: 1e-4 });
      expectAllClose(gradient, await centralDifferences(loss, inputs, values, i), { atol: 1e-2, rtol: 1e-2 });
    }
  });

test('an op without ONNX form is an error that names the op and the calling line', async () => {
  const compiled = compile(({ x }) => ({ y: tf.tan(x) }), { x: { shape: [3] } });
  await expect(compiled).rejects.toThrow(/op 'Tan', called at .*kernels\.test\.ts:\d+/);
});

test('reading a value inside a traced function is an error that names the line', async () => {
  const compiled = compile(({ x }) => ({ y: tf.mul(x, x.dataSync()[0]!) }), { x: { shape: [3] } });
  await expect(compiled).rejects.toThrow(/a value is read at .*kernels\.test\.ts:\d+/);
});

function valuesFor({ shapes, above, isDistinct, name }: Case): Float32Array[] {
  const random = createRandom(name.length);
  if (isDistinct)
    return shapes.map((shape) => {
      const size = tf.util.sizeFromShape(shape);
      return Float32Array.from(random.shuffled(Array.from({ length: size }, (_, i) => 0.1 * (i - size / 2))));
    });
  return shapes.map((shape) =>
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () =>
      above === undefined ? random.normal() : above + random.uniform(),
    ),
  );
}

/** One number of any output: its sum under weights that are all different. */
function weightedSum(fn: Positional): Positional {
  return (...x) => {
    const y = fn(...x)[0]!;
    return [tf.sum(tf.mul(y, tf.reshape(tf.cos(tf.range(0, y.size)), y.shape)))];
  };
}

async function compilePositional(fn: Positional, inputs: InputSpec[], engine?: EngineName) {
  const named = <T>(letter: string, values: readonly T[]) =>
    Object.fromEntries(values.map((value, i) => [`${letter}${i}`, value]));
  const program = await compile((given) => named('y', fn(...Object.values(given))), named('x', inputs), {
    ...(engine ? { engine } : {}),
  });
  return {
    run: async (...values: Float32Array[]) => Object.values(await program.run(named('x', values))),
    release: () => program.release(),
  };
}

async function run(fn: Positional, inputs: InputSpec[], values: Float32Array[], engine: EngineName) {
  const program = await compilePositional(fn, inputs, engine);
  const results = await program.run(...values);
  await program.release();
  return results;
}

async function centralDifferences(loss: Positional, inputs: InputSpec[], values: Float32Array[], i: number) {
  const step = 1e-2;
  const program = await compilePositional(loss, inputs);
  const differences: number[] = [];
  for (let k = 0; k < values[i]!.length; k++) {
    const at = async (shift: number) =>
      (await program.run(...values.map((v, j) => (j === i ? v.with(k, v[k]! + shift) : v))))[0]![0]!;
    differences.push(((await at(step)) - (await at(-step))) / (2 * step));
  }
  await program.release();
  return differences;
}
