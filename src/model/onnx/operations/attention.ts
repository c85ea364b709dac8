import type { Tensor } from '@tensorflow/tfjs';
import { constant, tf } from '../../../engine/tf.ts';
import { broadcast, type Call, feasible, type Operations, operation, repeated } from '../operation.ts';

/** Attention as one operation, as exporters write it from operator set 23 on. */
export const attentionOperations: Operations = {
  Attention: operation(
    attended,
    ...['is_causal', 'kv_num_heads', 'q_num_heads', 'scale', 'softcap'],
    ...['qk_matmul_output_mode', 'softmax_precision'],
  ),
};

/** Score of keys that are not attended to; finite, so that a query without any has a gradient. */
const unattended = -1e30;

function attended(call: Call): Tensor {
  call.require(
    [4, 5, 6].every((position) => call.inputs[position] === undefined),
    'no past keys and values, and none left out at the end',
  );
  const isPacked = call.tensor(0).rank === 3;
  const query = headsOf(call, 0, 'q_num_heads');
  const [batch, heads, queries, size] = query.shape as [number, number, number, number];
  const [key, value] = [1, 2].map((position) => headsOf(call, position, 'kv_num_heads')) as [Tensor, Tensor];
  const [, shared, keys] = key.shape as [number, number, number];
  call.require(
    heads % shared === 0 && key.shape[3] === size && value.shape[2] === keys && value.shape[1] === shared,
    `queries, keys and values that fit, they are [${query.shape.join(', ')}], [${key.shape.join(', ')}] and [${value.shape.join(', ')}]`,
  );
  const scoreShape = feasible(call, [batch, heads, queries, keys]);
  const scale = call.number('scale', 1 / Math.sqrt(size));
  const scores = capped(
    tf.mul(tf.matMul(query, forHeads(key, heads), false, true), scale),
    call.number('softcap', 0),
  );
  const result = tf.matMul(weightsOf(call, scores, scoreShape), forHeads(value, heads));
  if (!isPacked) return result;
  return tf.reshape(tf.transpose(result, [0, 2, 1, 3]), [batch, queries, heads * value.shape[3]!]);
}

/** [batch, head, place, size]; three axes hold the heads side by side. */
function headsOf(call: Call, position: number, attribute: string): Tensor {
  const x = call.tensor(position);
  if (x.rank === 4) return x;
  const heads = call.number(attribute, 0);
  call.require(
    x.rank === 3 && heads >= 1 && x.shape[2]! % heads === 0,
    `four axes, or three and ${attribute} that divides the last, as input ${position + 1}, it is [${x.shape.join(', ')}]`,
  );
  const [batch, places, width] = x.shape as [number, number, number];
  return tf.transpose(tf.reshape(x, [batch, places, heads, width / heads]), [0, 2, 1, 3]);
}

/** Keys or values that several heads of the queries share, once for each. */
function forHeads(x: Tensor, heads: number): Tensor {
  const [batch, shared, places, size] = x.shape as [number, number, number, number];
  if (shared === heads) return x;
  const copies = repeated(tf.reshape(x, [batch * shared, 1, places, size]), [1, heads / shared, 1, 1]);
  return tf.reshape(copies, [batch, heads, places, size]);
}

function capped(scores: Tensor, cap: number): Tensor {
  return cap === 0 ? scores : tf.mul(tf.tanh(tf.div(scores, cap)), cap);
}

/** What each query takes of each key: nothing of those that a mask of flags or the order leaves out. */
function weightsOf(call: Call, scores: Tensor, shape: readonly number[]): Tensor {
  const mask = call.inputs[3];
  const biased = mask && mask.dtype !== 'bool' ? tf.add(scores, mask) : scores;
  call.require(biased.shape.join() === shape.join(), `a mask for scores [${shape.join(', ')}]`);
  const flags = [
    ...(mask?.dtype === 'bool' ? [tf.cast(mask, 'float32')] : []),
    ...(call.number('is_causal', 0) === 1 ? [upTo(shape.at(-2)!, shape.at(-1)!)] : []),
  ];
  if (flags.length === 0) return tf.softmax(biased);
  const open = broadcast(
    flags.reduce((a, b) => tf.mul(a, b)),
    shape,
  );
  const isOpen = tf.cast(open, 'bool');
  return tf.mul(tf.softmax(tf.where(isOpen, biased, tf.fill([...shape], unattended))), open);
}

/** 1 where the key comes no later than the query. */
function upTo(queries: number, keys: number): Tensor {
  const values = Float32Array.from({ length: queries * keys }, (_, i) =>
    Number(i % keys <= Math.floor(i / keys)),
  );
  return constant(values, [queries, keys]);
}
