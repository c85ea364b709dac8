import type { Tensor } from '@tensorflow/tfjs';
import { arraySize } from '../../../base/arraySize.ts';
import { tf } from '../../../engine/tf.ts';
import { broadcast, type Call, feasible, type Operations, operation } from '../operation.ts';

/** Matrix products. */
export const linearOperations: Operations = {
  MatMul: operation((call) => matrixProduct(call, call.tensor(0), call.tensor(1))),
  Gemm: operation(gemm, 'alpha', 'beta', 'transA', 'transB'),
  Einsum: operation(einsum, 'equation'),
};

/**
 * Product of matrices, or of stacks of them, broadcast.
 *
 * @param call - The call, for the message.
 * @param a - Shape […, rows, inner], or [inner].
 * @param b - Shape […, inner, columns], or [inner].
 */
function matrixProduct(call: Call, a: Tensor, b: Tensor): Tensor {
  call.require(a.rank > 0 && b.rank > 0, 'matrices, an input is a single number');
  const [left, right] = [a.rank === 1 ? tf.expandDims(a, 0) : a, b.rank === 1 ? tf.expandDims(b, 1) : b];
  const inner = left.shape.at(-1)!;
  call.require(
    inner === right.shape.at(-2),
    `matrices that fit, they are [${a.shape.join(', ')}] and [${b.shape.join(', ')}]`,
  );
  const result = stackedProduct(call, left, right);
  if (a.rank > 1 && b.rank > 1) return result;
  return tf.squeeze(result, [
    ...(a.rank === 1 ? [result.rank - 2] : []),
    ...(b.rank === 1 ? [result.rank - 1] : []),
  ]);
}

function stackedProduct(call: Call, a: Tensor, b: Tensor): Tensor {
  const [rows, inner, columns] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  // One matrix for all: the stack is one tall matrix.
  if (b.rank === 2)
    return tf.reshape(tf.matMul(tf.reshape(a, [-1, inner]), b), [...a.shape.slice(0, -1), columns]);
  const outer = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  feasible(call, [...outer, rows, columns]);
  // TensorFlow.js does not sum the gradient over broadcast axes, so they are made whole here.
  const whole = (x: Tensor) => {
    const full = broadcast(x, [...outer, ...x.shape.slice(-2)]);
    return tf.reshape(full, [arraySize(outer), ...x.shape.slice(-2)]);
  };
  return tf.reshape(tf.matMul(whole(a), whole(b)), [...outer, rows, columns]);
}

function gemm(call: Call): Tensor {
  const [alpha, beta] = [call.number('alpha', 1), call.number('beta', 1)];
  const [transA, transB] = [call.number('transA', 0) === 1, call.number('transB', 0) === 1];
  const [a, b] = [call.tensor(0), call.tensor(1)];
  call.require(
    a.rank === 2 && b.rank === 2 && a.shape[transA ? 0 : 1] === b.shape[transB ? 1 : 0],
    `matrices that fit, they are [${a.shape.join(', ')}] and [${b.shape.join(', ')}]`,
  );
  const plain = tf.matMul(a, b, transA, transB);
  const scaled = alpha === 1 ? plain : tf.mul(plain, alpha);
  if (call.inputs[2] === undefined) return scaled;
  return tf.add(scaled, beta === 1 ? call.tensor(2) : tf.mul(call.tensor(2), beta));
}

/** A sum of products over named axes, two factors at a time. */
function einsum(call: Call): Tensor {
  const equation = call.text('equation', '').replaceAll(' ', '');
  const [left = '', right] = equation.split('->');
  const terms = left.split(',');
  call.require(
    terms.length === call.inputs.length && /^[A-Za-z.,]*(->[A-Za-z.]*)?$/.test(equation),
    `an equation for its ${call.inputs.length} inputs, it is '${equation}'`,
  );
  const factors = terms.map((term, i) => ({
    x: call.tensor(i),
    labels: labelsOf(call, term, call.tensor(i)),
  }));
  const all = factors.flatMap(({ labels }) => labels);
  const once = [...new Set(all)].filter((label) => all.filter((each) => each === label).length === 1).sort();
  const implied = [...new Set(all.filter((label) => label.startsWith('.')))].sort(
    (a, b) => Number(b.slice(1)) - Number(a.slice(1)),
  );
  const wanted =
    right === undefined
      ? [...implied, ...once.filter((label) => !label.startsWith('.'))]
      : [...right.replace('...', '.')].flatMap((label) => (label === '.' ? implied : [label]));
  const last = factors.reduce((a, b, i) => {
    const later = factors.slice(i + 1).flatMap(({ labels }) => labels);
    return contracted(call, a, b, new Set([...wanted, ...later]));
  });
  const summed = summedOver(last, new Set(wanted));
  call.require(
    wanted.every((label) => summed.labels.includes(label)) && summed.labels.length === wanted.length,
    `an equation whose result names axes of its inputs, it is '${equation}'`,
  );
  return tf.transpose(
    summed.x,
    wanted.map((label) => summed.labels.indexOf(label)),
  );
}

interface Factor {
  x: Tensor;
  labels: string[];
}

/** A label an axis; an ellipsis stands for the axes that have none, counted from its end. */
function labelsOf(call: Call, term: string, x: Tensor): string[] {
  const named = term.replace('...', '').length;
  const hidden = Array.from({ length: Math.max(x.rank - named, 0) }, (_, i) => `.${x.rank - named - i}`);
  const labels = [...term.replace('...', '.')].flatMap((label) => (label === '.' ? hidden : [label]));
  call.require(
    labels.length === x.rank && new Set(labels).size === labels.length,
    `a different label for each axis of [${x.shape.join(', ')}], it has '${term}'`,
  );
  return labels;
}

function summedOver({ x, labels }: Factor, kept: ReadonlySet<string>): Factor {
  const axes = labels.flatMap((label, axis) => (kept.has(label) ? [] : [axis]));
  return axes.length === 0
    ? { x, labels }
    : { x: tf.sum(x, axes), labels: labels.filter((each) => kept.has(each)) };
}

/** Product of two factors: shared axes that are wanted run along, shared ones that are not are summed over. */
function contracted(call: Call, first: Factor, second: Factor, wanted: ReadonlySet<string>): Factor {
  const a = summedOver(first, new Set([...wanted, ...second.labels]));
  const b = summedOver(second, new Set([...wanted, ...first.labels]));
  const size = ({ x, labels }: Factor, label: string) => x.shape[labels.indexOf(label)]!;
  const shared = a.labels.filter((label) => b.labels.includes(label));
  call.require(
    shared.every((label) => size(a, label) === size(b, label)),
    `axes of one size where they share a label, they are [${a.x.shape.join(', ')}] and [${b.x.shape.join(', ')}]`,
  );
  const along = shared.filter((label) => wanted.has(label));
  const inner = shared.filter((label) => !wanted.has(label));
  const [rows, columns] = [a, b].map(({ labels }) => labels.filter((label) => !shared.includes(label)));
  const sizes = (factor: Factor, labels: readonly string[]) => labels.map((label) => size(factor, label));
  const arranged = (factor: Factor, ...groups: string[][]) =>
    tf.reshape(
      tf.transpose(
        factor.x,
        groups.flat().map((label) => factor.labels.indexOf(label)),
      ),
      groups.map((labels) => arraySize(sizes(factor, labels))),
    );
  const multiplied = tf.matMul(arranged(a, along, rows!, inner), arranged(b, along, inner, columns!));
  const shape = [...sizes(a, along), ...sizes(a, rows!), ...sizes(b, columns!)];
  return { x: tf.reshape(multiplied, shape), labels: [...along, ...rows!, ...columns!] };
}
