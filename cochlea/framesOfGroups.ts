import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '../src/engine/tf.ts';
import { favorsFewOps } from '../src/engine/trace.ts';
import type { BankPlan } from './decimatedBank.ts';
import { frameMap } from './frameMap.ts';
import { mapped } from './sparseMap.ts';

/**
 * Frames of all channels.
 *
 * @param groups - Low-passed envelopes of each, shape [batch, blocks, frames it reaches, (segments,) channels] or with some of
 *   these axes as one.
 * @returns Shape [batch, channels, frames].
 */
export function framesOfGroups(groups: readonly Tensor[], bank: BankPlan): Tensor {
  const batch = groups[0]!.shape[0]!;
  if (favorsFewOps()) {
    const rows = groups.map((each) => tf.reshape(each, [batch, -1]));
    return tf.reshape(mapped(rows, frameMap(bank)), [batch, bank.channels, bank.frames]);
  }
  const places = bank.framesPerSegment === undefined ? [-1] : [-1, bank.segments];
  // Elsewhere each band is a group by itself, and of one block.
  const apart = groups.map((each, i) => tf.reshape(each, [batch, ...places, bank.groups[i]!.channels]));
  const joined = apart.length === 1 ? apart[0]! : tf.concat(apart, -1);
  return bank.framesPerSegment === undefined ? tf.transpose(joined, [0, 2, 1]) : overlapAdd(joined, bank);
}

/**
 * Adds what each segment gives to the frames that began in the one before; [batch, reach, segments, channels]. Channels
 * stay innermost up to the end, so that long runs of memory move.
 */
function overlapAdd(joined: Tensor, bank: BankPlan): Tensor {
  const { segments, overlap, leadingFrames, frames, channels } = bank;
  const framesPerSegment = bank.framesPerSegment!;
  const batch = joined.shape[0]!;
  const [before, own] = tf.split(tf.transpose(joined, [0, 2, 1, 3]), [overlap, framesPerSegment], 2) as [
    Tensor,
    Tensor,
  ];
  const ofNext = tf.slice(before, [0, 1, 0, 0], [batch, segments - 1, overlap, channels]);
  const shifted = tf.pad(ofNext, [
    [0, 0],
    [0, 1],
    [framesPerSegment - overlap, 0],
    [0, 0],
  ]);
  const all = tf.reshape(tf.add(own, shifted), [batch, segments * framesPerSegment, channels]);
  const others = tf.slice(all, [0, 0, 0], [batch, frames - leadingFrames, channels]);
  if (leadingFrames === 0) return tf.transpose(others, [0, 2, 1]);
  const leading = tf.slice(before, [0, 0, overlap - leadingFrames, 0], [batch, 1, leadingFrames, channels]);
  const whole = tf.concat([tf.reshape(leading, [batch, leadingFrames, channels]), others], 1);
  return tf.transpose(whole, [0, 2, 1]);
}
