import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../../../engine/tf.ts';
import { type Call, type Operations, operation } from '../operation.ts';

/** Attributes of all recurrent layers. */
const shared = ['hidden_size', 'direction', 'activations', 'clip', 'layout'] as const;

/** Recurrent layers, step by step, in one direction or both. */
export const recurrentOperations: Operations = {
  RNN: operation((call) => recurrent(call, { gates: 1, start: plainSteps }), ...shared),
  GRU: operation(
    (call) => recurrent(call, { gates: 3, start: gatedSteps }),
    ...shared,
    'linear_before_reset',
  ),
  LSTM: operation((call) => recurrent(call, { gates: 4, start: memorySteps }), ...shared, 'input_forget'),
};

/** The learned numbers of one direction. */
interface Direction {
  /** For the state: shape [hidden, gates · hidden]. */
  recurrent: Tensor;
  /** Added to the state's share of a GRU's candidate alone: shape [hidden]. */
  candidateBias: Tensor;
  hidden: number;
  /** Name of the first nonlinearity of this direction. */
  nonlinearity: string;
}

/** Memory between steps: the state, and for LSTM its cell. */
interface Memory {
  state: Tensor;
  cell: Tensor;
}

/** One step: from the input's share of the gates, shape [batch, gates · hidden]. */
type Step = (input: Tensor, memory: Memory) => Memory;

interface Layer {
  gates: number;
  /** Makes the step of a direction. */
  start: (call: Call, direction: Direction) => Step;
}

/** Results: all states [time, direction, batch, hidden], the last states and the last cells. */
function recurrent(call: Call, { gates, start }: Layer): Tensor[] {
  call.require(call.number('clip', 0) === 0, 'no clip');
  const isBatchFirst = call.number('layout', 0) === 1;
  const given = call.tensor(0);
  const x = isBatchFirst ? tf.transpose(given, [1, 0, 2]) : given;
  const [steps, batch, inputs] = x.shape as [number, number, number];
  const hidden = call.tensor(2).shape.at(-1)!;
  const directions = directionsOf(call);
  const states = isBatchFirst ? [batch, directions.length, hidden] : [directions.length, batch, hidden];
  requireShape(call, 1, [directions.length, gates * hidden, inputs]);
  requireShape(call, 2, [directions.length, gates * hidden, hidden]);
  requireShape(call, 3, [directions.length, 2 * gates * hidden]);
  requireShape(call, 5, states);
  requireShape(call, 6, states);
  requireWhole(call, steps);
  const initial = (position: number, d: number) => {
    if (call.inputs[position] === undefined) return tf.zeros([batch, hidden]);
    const all = call.tensor(position);
    return tf.reshape(
      tf.slice(
        all,
        isBatchFirst ? [0, d, 0] : [d, 0, 0],
        isBatchFirst ? [batch, 1, hidden] : [1, batch, hidden],
      ),
      [batch, hidden],
    );
  };
  const runs = directions.map((isBackward, d) => {
    const { weights, direction } = weightsOf(call, d, { gates, hidden });
    const shares = tf.add(
      tf.matMul(tf.reshape(x, [steps * batch, inputs]), weights.input, false, true),
      weights.bias,
    );
    const parts = tf.unstack(tf.reshape(shares, [steps, batch, gates * hidden]));
    const step = start(call, direction);
    let memory: Memory = { state: initial(5, d), cell: initial(6, d) };
    const states = (isBackward ? parts.toReversed() : parts).map((part) => {
      memory = step(part, memory);
      return memory.state;
    });
    return { states: isBackward ? states.toReversed() : states, memory };
  });
  const all = tf.stack(
    runs.map(({ states }) => tf.stack(states)),
    1,
  );
  const last = (which: keyof Memory) =>
    tf.stack(
      runs.map(({ memory }) => memory[which]),
      isBatchFirst ? 1 : 0,
    );
  return [isBatchFirst ? tf.transpose(all, [2, 0, 1, 3]) : all, last('state'), last('cell')];
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

function weightsOf(call: Call, d: number, { gates, hidden }: { gates: number; hidden: number }) {
  const width = gates * hidden;
  const part = (position: number) => {
    const [, rows, columns] = call.tensor(position).shape as [number, number, number];
    return tf.reshape(tf.slice(call.tensor(position), [d, 0, 0], [1, rows, columns]), [rows, columns]);
  };
  const bias = (begin: number, count: number) =>
    call.inputs[3] === undefined
      ? tf.zeros([count])
      : tf.reshape(tf.slice(call.tensor(3), [d, begin], [1, count]), [count]);
  // What is added to the state's share may as well be added to the input's, but for a GRU's candidate.
  const joint = gates === 3 ? 2 * hidden : width;
  const recurrentBias = tf.pad(bias(width, joint), [[0, width - joint]]);
  const names = call.attribute('activations')?.texts ?? [];
  const each = names.length / directionsOf(call).length;
  return {
    weights: { input: part(1), bias: tf.add(bias(0, width), recurrentBias) },
    direction: {
      recurrent: tf.transpose(part(2)),
      candidateBias: bias(2 * width - hidden, hidden),
      hidden,
      nonlinearity: requireActivations(call, names.slice(d * each, (d + 1) * each), gates),
    },
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

function plainSteps(_: Call, { recurrent: weights, nonlinearity }: Direction): Step {
  const apply = plain.get(nonlinearity)!;
  return (input, { state, cell }) => ({ state: apply(tf.add(input, tf.matMul(state, weights))), cell });
}

/** Gates in ONNX's order: update, reset, candidate. */
function gatedSteps(call: Call, { recurrent: weights, candidateBias, hidden }: Direction): Step {
  const isLinearFirst = call.number('linear_before_reset', 0) === 1;
  const parted = (x: Tensor) => tf.split(x, [2 * hidden, hidden], 1) as [Tensor, Tensor];
  const [forGates, forCandidate] = parted(weights);
  return (input, { state, cell }) => {
    const [inputOfGates, inputOfCandidate] = parted(input);
    const gates = tf.sigmoid(tf.add(inputOfGates, tf.matMul(state, forGates)));
    const [update, reset] = tf.split(gates, 2, 1) as [Tensor, Tensor];
    const recalled = isLinearFirst
      ? tf.mul(reset, tf.add(tf.matMul(state, forCandidate), candidateBias))
      : tf.add(tf.matMul(tf.mul(reset, state), forCandidate), candidateBias);
    const fresh = tf.tanh(tf.add(inputOfCandidate, recalled));
    return { state: tf.add(fresh, tf.mul(update, tf.sub(state, fresh))), cell };
  };
}

/** Gates in ONNX's order: input, output, forget, candidate. */
function memorySteps(call: Call, { recurrent: weights, hidden }: Direction): Step {
  call.require(call.number('input_forget', 0) === 0, 'input_forget 0');
  return (input, { state, cell }) => {
    const raw = tf.add(input, tf.matMul(state, weights));
    const [rawGates, rawCandidate] = tf.split(raw, [3 * hidden, hidden], 1) as [Tensor, Tensor];
    const [write, read, keep] = tf.split(tf.sigmoid(rawGates), 3, 1) as [Tensor, Tensor, Tensor];
    const next = tf.add(tf.mul(keep, cell), tf.mul(write, tf.tanh(rawCandidate)));
    return { state: tf.mul(read, tf.tanh(next)), cell: next };
  };
}
