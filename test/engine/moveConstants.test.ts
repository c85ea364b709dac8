import { expect, test } from 'vitest';
import { moveConstant } from '../../src/engine/moveConstants.ts';
import { tf } from '../../src/engine/tf.ts';

const shape = [2, 3, 4];
const values = Float32Array.from({ length: 24 }, (_, i) => i + 1);

test.each<[string, object, (x: ReturnType<typeof tf.tensor>) => ReturnType<typeof tf.tensor>]>([
  ['Transpose', { perm: [2, 0, 1] }, (x) => tf.transpose(x, [2, 0, 1])],
  ['Transpose', { perm: [0, 1, 2] }, (x) => x],
  ['Reverse', { dims: [0, -1] }, (x) => tf.reverse(x, [0, 2])],
  ['Reverse', { dims: 1 }, (x) => tf.reverse(x, 1)],
  [
    'PadV2',
    {
      paddings: [
        [0, 0],
        [1, 2],
        [0, 3],
      ],
      constantValue: 7,
    },
    (x) =>
      tf.pad(
        x,
        [
          [0, 0],
          [1, 2],
          [0, 3],
        ],
        7,
      ),
  ],
  ['Slice', { begin: [1, 0, 2], size: [1, 2, -1] }, (x) => tf.slice(x, [1, 0, 2], [1, 2, -1])],
])('moveConstant(%s, %j) gives what TensorFlow.js gives', async (kernelName, attrs, expected) => {
  await tf.setBackend('cpu');
  const moved = moveConstant(kernelName, { shape, dtype: 'float32' }, { values, attrs })!;
  const reference = expected(tf.tensor(values, shape));
  expect(moved.shape).toEqual(reference.shape);
  expect([...(moved.values as Float32Array)]).toEqual([...reference.dataSync()]);
});

test('moveConstant moves numbers and arrays of nothing, and leaves other kernels alone', () => {
  const number = moveConstant(
    'Transpose',
    { shape: [], dtype: 'int32' },
    { values: Int32Array.of(5), attrs: { perm: [] } },
  );
  expect(number).toEqual({ shape: [], values: Int32Array.of(5) });
  const nothing = moveConstant(
    'Reverse',
    { shape: [0, 3], dtype: 'float32' },
    { values: new Float32Array(), attrs: { dims: [0] } },
  );
  expect(nothing).toEqual({ shape: [0, 3], values: new Float32Array() });
  expect(moveConstant('Exp', { shape, dtype: 'float32' }, { values, attrs: {} })).toBeUndefined();
});
