import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../../../engine/tf.ts';

/** What the steps of a recurrent layer begin with; its directions go side by side, backward ones in reversed time. */
export interface Recurrence {
  /** The input's share of the gates: shape [steps, directions, batch, gates · hidden]. */
  shares: Tensor;
  /** For the state: shape [1, directions, hidden, gates · hidden]. */
  weights: Tensor;
  /** Before the first step: shape [1, directions, batch, hidden]. */
  state: Tensor;
  /** Of LSTM, likewise. */
  cell: Tensor;
}

/** What a recurrent layer gives. */
export interface Recalled {
  /** After each step: shape [steps, directions, batch, hidden]. */
  states: Tensor;
  /** After the last step: shape [1, directions, batch, hidden]. */
  cell: Tensor;
}

/** What the gradient needs of the forward steps, each of shape [steps, directions, batch, …]. */
type Kept = [gates: Tensor, candidates: Tensor, tanhs: Tensor, cellsBefore: Tensor, statesBefore: Tensor];

/**
 * LSTM with gates in ONNX's order: input, output, forget, candidate. Its gradient is written out: all that does not follow
 * from step to step is computed for all steps at once, which leaves a third of the ops.
 *
 * @see Gers, Schmidhuber & Cummins (2000), Neural Comput. 12, 2451–2471.
 */
export function longShortTermMemory({ shares, weights, state, cell }: Recurrence): Recalled {
  const steps = shares.shape[0]!;
  const all = tf.customGrad((...given) => {
    const [ofInput, ofState, state0, cell0] = given as [Tensor, Tensor, Tensor, Tensor];
    const { states, lastCell, kept } = forward(ofInput, ofState, [state0, cell0]);
    (given[4] as unknown as (tensors: Tensor[]) => void)([ofState, ...kept]);
    return {
      value: tf.concat([...states, lastCell], 0),
      gradFunc: (slope: Tensor, [learned, ...values]: Tensor[]) => backward(slope, learned!, values as Kept),
    };
  })(shares, weights, state, cell);
  const [states, last] = tf.split(all, [steps, 1], 0) as [Tensor, Tensor];
  return { states, cell: last };
}

/** A tensor's parts of size one along an axis. */
export function apart(x: Tensor, axis: number): Tensor[] {
  const parts = x.shape[axis]!;
  // The gradient of TensorFlow.js's split fails for one part.
  return parts === 1 ? [x] : tf.split(x, parts, axis);
}

function forward(shares: Tensor, weights: Tensor, [state, cell]: [Tensor, Tensor]) {
  const hidden = state.shape[3]!;
  const gates: Tensor[] = [];
  const candidates: Tensor[] = [];
  const tanhs: Tensor[] = [];
  const [states, cells] = [[state], [cell]];
  for (const [t, share] of apart(shares, 0).entries()) {
    const raw = tf.add(share, tf.matMul(states[t]!, weights));
    const [rawGates, rawCandidate] = tf.split(raw, [3 * hidden, hidden], 3) as [Tensor, Tensor];
    gates[t] = tf.sigmoid(rawGates);
    candidates[t] = tf.tanh(rawCandidate);
    const [write, read, keep] = tf.split(gates[t]!, 3, 3) as [Tensor, Tensor, Tensor];
    cells.push(tf.add(tf.mul(keep, cells[t]!), tf.mul(write, candidates[t]!)));
    tanhs[t] = tf.tanh(cells[t + 1]!);
    states.push(tf.mul(read, tanhs[t]!));
  }
  const before = [cells.slice(0, -1), states.slice(0, -1)];
  return {
    states: states.slice(1),
    lastCell: cells.at(-1)!,
    kept: [gates, candidates, tanhs, ...before].map((each) => tf.concat(each, 0)) as Kept,
  };
}

/** Slopes of the input's shares, the weights, the first state and the first cell. */
function backward(
  slope: Tensor,
  weights: Tensor,
  [gates, candidates, tanhs, cellsBefore, statesBefore]: Kept,
): Tensor[] {
  const steps = gates.shape[0]!;
  const [write, read, keep] = tf.split(gates, 3, 3) as [Tensor, Tensor, Tensor];
  const [ofWrite, ofRead, ofKeep] = tf.split(tf.mul(gates, tf.sub(1, gates)), 3, 3) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const ofTanh = (values: Tensor) => tf.sub(1, tf.square(values));
  // What a slope of the cell, or for reading of the state, is multiplied by on its way to the gates.
  const toGates = apart(
    tf.concat(
      [
        tf.mul(candidates, ofWrite),
        tf.mul(tanhs, ofRead),
        tf.mul(cellsBefore, ofKeep),
        tf.mul(write, ofTanh(candidates)),
      ],
      3,
    ),
    0,
  );
  const [toCell, kept] = [apart(tf.mul(read, ofTanh(tanhs)), 0), apart(keep, 0)];
  const back = tf.transpose(weights, [0, 1, 3, 2]);
  const ofStates = apart(slope, 0);
  let ofCell = ofStates[steps]!;
  let ofState: Tensor | undefined;
  const raw: Tensor[] = [];
  for (let t = steps - 1; t >= 0; t--) {
    const state: Tensor = ofState ? tf.add(ofStates[t]!, ofState) : ofStates[t]!;
    const cell = tf.add(tf.mul(state, toCell[t]!), ofCell);
    raw[t] = tf.mul(tf.concat([cell, state, cell, cell], 3), toGates[t]!);
    ofState = tf.matMul(raw[t]!, back);
    ofCell = tf.mul(cell, kept[t]!);
  }
  const shares = tf.concat(raw, 0);
  return [shares, ofWeights(statesBefore, shares), ofState!, ofCell];
}

/** Σ over steps and sounds of states, transposed, times slopes: shape [1, directions, hidden, gates · hidden]. */
function ofWeights(states: Tensor, slopes: Tensor): Tensor {
  const [steps, directions, batch] = states.shape as [number, number, number];
  const rows = (x: Tensor) =>
    tf.reshape(tf.transpose(x, [1, 0, 2, 3]), [1, directions, steps * batch, x.shape[3]!]);
  return tf.matMul(rows(states), rows(slopes), true, false);
}
