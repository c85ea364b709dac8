import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../../../engine/tf.ts';
import { type Call, type Operations, operation } from '../operation.ts';
import { apart, longShortTermMemory, type Recalled, type Recurrence } from './longShortTermMemory.ts';

/** Attributes of all recurrent layers. */
const shared = ['hidden_size', 'direction', 'activations', 'clip', 'layout'] as const;

/** Recurrent layers, step by step, in one direction or both. */
export const recurrentOperations: Operations = {
  RNN: operation((call) => recurrent(call, { gates: 1, run: plainSteps }), ...shared),
  GRU: operation((call) => recurrent(call, { gates: 3, run: gatedSteps }), ...shared, 'linear_before_reset'),
  LSTM: operation((call) => recurrent(call, { gates: 4, run: memorySteps }), ...shared, 'input_forget'),
};

/** Numbers of a layer besides those that all have. */
interface Further {
  /** Added to the state's share of a GRU's candidate alone: shape [1, directions, 1, hidden]. */
  candidateBias: Tensor;
  /** Name of the first nonlinearity of each direction. */
  nonlinearities: readonly string[];
}

interface Layer {
  gates: number;
  run: (call: Call, recurrence: Recurrence & Further) => Recalled;
}

/** Results: all states [time, direction, batch, hidden], the last states and the last cells. */
function recurrent(call: Call, { gates, run }: Layer): Tensor[] {
  call.require(call.number('clip', 0) === 0, 'no clip');
  const isBatchFirst = call.number('layout', 0) === 1;
  const given = call.tensor(0);
  const x = isBatchFirst ? tf.transpose(given, [1, 0, 2]) : given;
  const [steps, batch, inputs] = x.shape as [number, number, number];
  const hidden = call.tensor(2).shape.at(-1)!;
  const directions = directionsOf(call);
  const initialShape = isBatchFirst ? [batch, directions.length, hidden] : [directions.length, batch, hidden];
  requireShape(call, 1, [directions.length, gates * hidden, inputs]);
  requireShape(call, 2, [directions.length, gates * hidden, hidden]);
  requireShape(call, 3, [directions.length, 2 * gates * hidden]);
  requireShape(call, 5, initialShape);
  requireShape(call, 6, initialShape);
  requireWhole(call, steps);
  const initial = (position: number) => {
    const shape = [1, directions.length, batch, hidden];
    if (call.inputs[position] === undefined) return tf.zeros(shape);
    const all = call.tensor(position);
    return tf.reshape(isBatchFirst ? tf.transpose(all, [1, 0, 2]) : all, shape);
  };
  const { inputWeights, bias, ...learned } = weightsOf(call, { gates, hidden });
  const shares = inputWeights.map((weights, d) => {
    const share = tf.add(tf.matMul(tf.reshape(x, [steps * batch, inputs]), weights, false, true), bias[d]!);
    return tf.reshape(share, [steps, 1, batch, gates * hidden]);
  });
  const { states, cell } = run(call, {
    ...{ ...learned, state: initial(5), cell: initial(6) },
    shares: inTime(shares, directions),
  });
  const all = inTime(apart(states, 1), directions);
  const last = (each: Tensor) => {
    const reached = tf.reshape(each, [directions.length, batch, hidden]);
    return isBatchFirst ? tf.transpose(reached, [1, 0, 2]) : reached;
  };
  return [
    isBatchFirst ? tf.transpose(all, [2, 0, 1, 3]) : all,
    last(tf.slice(states, [steps - 1, 0, 0, 0], [1, -1, -1, -1])),
    last(cell),
  ];
}

/** Directions [time, 1, …] side by side, the time of backward ones turned round. */
function inTime(each: readonly Tensor[], directions: readonly boolean[]): Tensor {
  return tf.concat(
    each.map((x, d) => (directions[d] ? tf.reverse(x, 0) : x)),
    1,
  );
}

/** Of each direction whether it runs backward. */
function directionsOf(call: Call): boolean[] {
  const direction = call.text('direction', 'forward');
  const known = new Map([
    ['forward', [false]],
    ['reverse', [true]],
    ['bidirectional', [false, true]],
  ]).get(direction);
  call.require(known !== undefined, `direction forward, reverse or bidirectional, it has ${direction}`);
  return known!;
}

function requireShape(call: Call, position: number, shape: readonly number[]): void {
  const given = call.inputs[position]?.shape ?? shape;
  call.require(
    given.join() === shape.join(),
    `[${shape.join(', ')}] as input ${position + 1}, it is [${given.join(', ')}]`,
  );
}

function requireWhole(call: Call, steps: number): void {
  call.require(
    (call.listed(4) ?? []).every((length) => length === steps),
    `sequences of its whole length of ${steps} steps`,
  );
  call.require(call.inputs[7] === undefined, 'no peepholes');
}

function weightsOf(call: Call, { gates, hidden }: { gates: number; hidden: number }) {
  const width = gates * hidden;
  const count = directionsOf(call).length;
  const biases = call.inputs[3] === undefined ? tf.zeros([count, 2 * width]) : call.tensor(3);
  const biasOf = (begin: number, size: number) => tf.slice(biases, [0, begin], [count, size]);
  // What is added to the state's share may as well be added to the input's, but for a GRU's candidate.
  const joint = gates === 3 ? 2 * hidden : width;
  const ofState = tf.pad(biasOf(width, joint), [
    [0, 0],
    [0, width - joint],
  ]);
  const names = call.attribute('activations')?.texts ?? [];
  const each = names.length / count;
  return {
    inputWeights: tf.unstack(call.tensor(1)),
    bias: tf.unstack(tf.add(biasOf(0, width), ofState)),
    weights: tf.expandDims(tf.transpose(call.tensor(2), [0, 2, 1]), 0),
    candidateBias: tf.reshape(biasOf(2 * width - hidden, hidden), [1, count, 1, hidden]),
    nonlinearities: Array.from({ length: count }, (_, d) =>
      requireActivations(call, names.slice(d * each, (d + 1) * each), gates),
    ),
  };
}

const plain = new Map<string, (x: Tensor) => Tensor>([
  ['Tanh', (x) => tf.tanh(x)],
  ['Relu', (x) => tf.relu(x)],
  ['Sigmoid', (x) => tf.sigmoid(x)],
]);

/** Gated layers have the usual sigmoids and tanhs; the plain one any of {@link plain}. */
function requireActivations(call: Call, names: readonly string[], gates: number): string {
  const usual = { 1: ['Tanh'], 3: ['Sigmoid', 'Tanh'], 4: ['Sigmoid', 'Tanh', 'Tanh'] }[gates]!;
  const allowed = gates === 1 ? [...plain.keys()] : [usual.join(' ')];
  call.require(
    names.length === 0 || allowed.includes(names.join(' ')),
    `activations ${allowed.join(' or ')}, it has ${names.join(' ')}`,
  );
  return names[0] ?? usual[0]!;
}

/** Applies the step of a layer that has no cell, from the input's share and the state, again and again. */
function stepwise(
  { shares, state: first, cell }: Recurrence,
  step: (share: Tensor, state: Tensor) => Tensor,
): Recalled {
  let state = first;
  const states = apart(shares, 0).map((share) => {
    state = step(share, state);
    return state;
  });
  return { states: tf.concat(states, 0), cell };
}

function plainSteps(_: Call, layer: Recurrence & Further): Recalled {
  const [first, ...others] = layer.nonlinearities.map((name) => plain.get(name)!);
  const apply = (x: Tensor) =>
    others.every((other) => other === first)
      ? first!(x)
      : tf.concat(
          apart(x, 1).map((part, d) => [first!, ...others][d]!(part)),
          1,
        );
  return stepwise(layer, (share, state) => apply(tf.add(share, tf.matMul(state, layer.weights))));
}

/** Gates in ONNX's order: update, reset, candidate. */
function gatedSteps(call: Call, layer: Recurrence & Further): Recalled {
  const isLinearFirst = call.number('linear_before_reset', 0) === 1;
  const { weights, candidateBias, state: first } = layer;
  const hidden = first.shape[3]!;
  const parted = (x: Tensor) => tf.split(x, [2 * hidden, hidden], 3) as [Tensor, Tensor];
  const [forGates, forCandidate] = parted(weights);
  return stepwise(layer, (share, state) => {
    const [inputOfGates, inputOfCandidate] = parted(share);
    const gates = tf.sigmoid(tf.add(inputOfGates, tf.matMul(state, forGates)));
    const [update, reset] = tf.split(gates, 2, 3) as [Tensor, Tensor];
    const recalled = isLinearFirst
      ? tf.mul(reset, tf.add(tf.matMul(state, forCandidate), candidateBias))
      : tf.add(tf.matMul(tf.mul(reset, state), forCandidate), candidateBias);
    const fresh = tf.tanh(tf.add(inputOfCandidate, recalled));
    return tf.add(fresh, tf.mul(update, tf.sub(state, fresh)));
  });
}

function memorySteps(call: Call, layer: Recurrence): Recalled {
  call.require(call.number('input_forget', 0) === 0, 'input_forget 0');
  return longShortTermMemory(layer);
}
