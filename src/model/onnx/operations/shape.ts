import type { Tensor } from '@tensorflow/tfjs';
import { arraySize } from '../../../base/arraySize.ts';
import { constant, tf } from '../../../engine/tf.ts';
import type { OnnxArray } from '../../../formats/onnx/readTensor.ts';
import {
  axesOf,
  axisOf,
  broadcast,
  type Call,
  feasible,
  type Operations,
  operation,
  overNumbers,
  repeated,
  wholeTensor,
} from '../operation.ts';

/** Shapes, and results whose numbers follow from shapes and constants alone. */
export const shapeOperations: Operations = {
  Identity: operation((call) => call.tensor(0)),
  If: operation(
    (call) => {
      const isTrue = Boolean(call.listed(0)?.[0]);
      const branch = call.attribute(isTrue ? 'then_branch' : 'else_branch')?.graph;
      call.require(branch !== undefined, 'a graph for either case');
      return call.evaluate(branch!);
    },
    'then_branch',
    'else_branch',
  ),
  Constant: operation(constantOf, ...['value', 'value_float', 'value_floats', 'value_int', 'value_ints']),
  Shape: operation(
    (call) => {
      const { shape } = call.tensor(0);
      return wholeTensor(shape.slice(call.number('start', 0), call.number('end', shape.length)));
    },
    'start',
    'end',
  ),
  Size: operation((call) => wholeTensor([call.tensor(0).size], [])),
  Reshape: operation(reshape, 'shape', 'allowzero'),
  Flatten: operation((call) => {
    const x = call.tensor(0);
    const axis = call.number('axis', 1);
    const rows = x.shape.slice(0, axis === x.rank ? axis : axisOf(call, axis, x.rank));
    return tf.reshape(x, [arraySize(rows), arraySize(x.shape.slice(rows.length))]);
  }, 'axis'),
  Squeeze: operation((call) => {
    const x = call.tensor(0);
    const given = call.listed(1, 'axes');
    const axes = given && axesOf(call, given, x.rank);
    call.require(
      axes?.every((axis) => x.shape[axis] === 1) ?? true,
      `axes of size 1 to take away, its input is [${x.shape.join(', ')}]`,
    );
    return tf.reshape(
      x,
      x.shape.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1)),
    );
  }, 'axes'),
  Unsqueeze: operation((call) => {
    const x = call.tensor(0);
    const given = call.listed(1, 'axes') ?? [];
    const added = new Set(axesOf(call, given, x.rank + given.length));
    const old = [...x.shape];
    return tf.reshape(
      x,
      Array.from({ length: x.rank + given.length }, (_, axis) => (added.has(axis) ? 1 : old.shift()!)),
    );
  }, 'axes'),
  Transpose: operation((call) => {
    const x = call.tensor(0);
    const order = call.numbers(
      'perm',
      x.shape.map((_, axis) => x.rank - 1 - axis),
    );
    call.require(order.length === x.rank, `${x.rank} axes in perm, it has ${order.length}`);
    return tf.transpose(x, axesOf(call, order, x.rank));
  }, 'perm'),
  Expand: operation((call) => {
    const x = call.tensor(0);
    const wanted = call.listed(1) ?? [];
    const shape = feasible(call, tf.backend_util.assertAndGetBroadcastShape(x.shape, [...wanted]));
    return broadcast(x, shape);
  }),
  Tile: operation((call) => {
    const x = call.tensor(0);
    const repeats = call.listed(1) ?? [];
    call.require(repeats.length === x.rank, `${x.rank} repeats, it has ${repeats.length}`);
    feasible(
      call,
      x.shape.map((size, axis) => size * repeats[axis]!),
    );
    return repeated(x, repeats);
  }),
  ConstantOfShape: operation((call) => {
    const shape = feasible(call, call.listed(0) ?? []);
    const array = call.attribute('value')?.array;
    return tf.fill(shape, array?.values[0] ?? 0, array && array.kind !== 'float' ? 'int32' : 'float32');
  }, 'value'),
  Range: operation(range),
  EyeLike: operation(
    (call) => {
      const [rows = 0, columns = 0] = call.tensor(0).shape;
      const shift = call.number('k', 0);
      feasible(call, [rows, columns]);
      return constant(
        matrix(rows, columns, (row, column) => column - row === shift),
        [rows, columns],
      );
    },
    'dtype',
    'k',
  ),
  Trilu: operation(triangle, 'upper'),
  OneHot: operation((call) => {
    const depth = call.listed(1)?.[0] ?? 0;
    const [off = 0, on = 1] = call.listed(2) ?? [];
    const indices = call.tensor(0);
    feasible(call, [...indices.shape, depth]);
    const hot = tf.oneHot(tf.cast(indices, 'int32'), depth, on, off);
    const axis = axisOf(call, call.number('axis', -1), hot.rank);
    const order = hot.shape.map((_, i) => i).slice(0, -1);
    return tf.transpose(tf.cast(hot, 'float32'), order.toSpliced(axis, 0, hot.rank - 1));
  }, 'axis'),
};

/** Tensor of an array of the file; the same array gives the same tensor, so that weights are stored once. */
export function tensorOfArray({ values, shape, kind }: OnnxArray): Tensor {
  const tensor = constant(values, shape);
  return kind === 'bool' ? tf.cast(tensor, 'bool') : tensor;
}

function constantOf(call: Call): Tensor {
  const array = call.attribute('value')?.array;
  if (array) return tensorOfArray(array);
  for (const [name, dtype] of [
    ['value_float', 'float32'],
    ['value_int', 'int32'],
  ] as const) {
    const [value] = call.attribute(name)?.numbers ?? [];
    if (value !== undefined) return tf.scalar(value, dtype);
  }
  for (const [name, dtype] of [
    ['value_floats', 'float32'],
    ['value_ints', 'int32'],
  ] as const) {
    const values = call.attribute(name)?.numbers;
    if (values) return tf.tensor1d([...values], dtype);
  }
  call.require(false, 'a number or an array as value');
  return tf.scalar(0);
}

/** A size of 0 takes that of the input, one of −1 what is left. */
function reshape(call: Call): Tensor {
  const x = call.tensor(0);
  const given = call.listed(1, 'shape') ?? [];
  const isZeroKept = call.number('allowzero', 0) === 1;
  const sizes = given.map((size, axis) => (size === 0 && !isZeroKept ? (x.shape[axis] ?? 0) : size));
  const known = arraySize(sizes.filter((size) => size !== -1));
  const open = sizes.filter((size) => size === -1).length;
  const shape = sizes.map((size) => (size === -1 ? x.size / known : size));
  call.require(
    open <= 1 && arraySize(shape) === x.size && shape.every((size) => Number.isInteger(size) && size >= 0),
    `a shape for its ${x.size} numbers, it has [${given.join(', ')}]`,
  );
  return tf.reshape(x, shape);
}

function range(call: Call): Tensor {
  const [start = 0, limit = 0, delta = 1] = [0, 1, 2].map((position) => call.listed(position)?.[0] ?? 0);
  const count = Math.max(Math.ceil((limit - start) / delta), 0);
  feasible(call, [count]);
  const numbers = Array.from({ length: count }, (_, i) => start + i * delta);
  return tf.tensor1d(numbers, call.tensor(0).dtype === 'int32' ? 'int32' : 'float32');
}

function matrix(
  rows: number,
  columns: number,
  isOne: (row: number, column: number) => boolean,
): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) =>
    Number(isOne(Math.floor(i / columns), i % columns)),
  );
}

/** One half of the last two axes; the other is zero. */
function triangle(call: Call): Tensor {
  const x = call.tensor(0);
  const shift = call.listed(1)?.[0] ?? 0;
  const isUpper = call.number('upper', 1) === 1;
  const [rows = 1, columns = 1] = x.shape.slice(-2);
  const isKept = (row: number, column: number) => (isUpper ? column - row >= shift : column - row <= shift);
  // Chosen, not multiplied: what is left out may be infinite, as in the masks of attention.
  const mask = tf.cast(constant(matrix(rows, columns, isKept), [rows, columns]), 'bool');
  const whole = broadcast(mask, x.shape);
  return overNumbers(x, (numbers) => tf.where(whole, numbers, tf.zerosLike(numbers)));
}
