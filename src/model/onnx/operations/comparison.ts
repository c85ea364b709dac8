import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../../../engine/tf.ts';
import { broadcast, type Call, type Operations, operation, withoutSlope } from '../operation.ts';

const comparison = (apply: (a: Tensor, b: Tensor) => Tensor) =>
  operation((call) => withoutSlope([call.tensor(0), call.tensor(1)], (a, b) => apply(a!, b!)));
const logic = (apply: (a: Tensor, b: Tensor) => Tensor) =>
  comparison((a, b) => apply(tf.cast(a, 'bool'), tf.cast(b, 'bool')));

/** Comparisons, logic, choice and casts. */
export const comparisonOperations: Operations = {
  Equal: comparison((a, b) => tf.equal(a, b)),
  Greater: comparison((a, b) => tf.greater(a, b)),
  GreaterOrEqual: comparison((a, b) => tf.greaterEqual(a, b)),
  Less: comparison((a, b) => tf.less(a, b)),
  LessOrEqual: comparison((a, b) => tf.lessEqual(a, b)),
  And: logic((a, b) => tf.logicalAnd(a, b)),
  Or: logic((a, b) => tf.logicalOr(a, b)),
  Xor: logic((a, b) => tf.notEqual(a, b)),
  Not: operation((call) => withoutSlope([call.tensor(0)], (x) => tf.logicalNot(tf.cast(x!, 'bool')))),
  // What is no number differs from itself.
  IsNaN: operation((call) => withoutSlope([call.tensor(0)], (x) => tf.notEqual(x!, x!))),
  IsInf: operation(isInfinite, 'detect_negative', 'detect_positive'),
  Where: operation(chosen),
  Cast: operation(cast, 'to', 'saturate', 'round_mode'),
  CastLike: operation((call) => converted(call.tensor(0), call.tensor(1).dtype), 'saturate', 'round_mode'),
};

function isInfinite(call: Call): Tensor {
  const bounds = [
    ...(call.number('detect_positive', 1) === 1 ? [Infinity] : []),
    ...(call.number('detect_negative', 1) === 1 ? [-Infinity] : []),
  ];
  return withoutSlope([call.tensor(0)], (x) =>
    bounds
      .map((bound) => tf.equal(x!, tf.scalar(bound)))
      .reduce((a, b) => tf.logicalOr(a, b), tf.zerosLike(x!).cast('bool')),
  );
}

function chosen(call: Call): Tensor {
  const [condition, a, b] = [call.tensor(0), call.tensor(1), call.tensor(2)];
  const shape = [condition, a, b]
    .map((x) => x.shape)
    .reduce((p, q) => tf.backend_util.assertAndGetBroadcastShape(p, q));
  const shaped = withoutSlope([tf.cast(condition, 'bool')], (mask) => broadcast(mask!, shape));
  return tf.where(shaped, broadcast(a, shape), broadcast(b, shape));
}

/** TensorProto's codes of floats; those of 16 and 64 bits are computed in 32. */
const floatCodes = [1, 10, 11, 16];
const wholeCodes = [2, 3, 4, 5, 6, 7, 12, 13];
const boolCode = 9;

function cast(call: Call): Tensor {
  const code = call.number('to', 1);
  call.require(
    [...floatCodes, ...wholeCodes, boolCode].includes(code),
    `a number type to cast to, its code is ${code}`,
  );
  if (code === boolCode) return converted(call.tensor(0), 'bool');
  return converted(call.tensor(0), wholeCodes.includes(code) ? 'int32' : 'float32');
}

function converted(x: Tensor, dtype: Tensor['dtype']): Tensor {
  if (x.dtype === dtype) return x;
  if (dtype === 'bool') return withoutSlope([x], (y) => tf.notEqual(y!, tf.zerosLike(y!)));
  return withoutSlope([x], (y) => tf.cast(y!, dtype));
}
