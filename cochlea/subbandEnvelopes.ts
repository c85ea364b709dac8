import type { Tensor } from '@tensorflow/tfjs';
import { constant, tf } from '../src/engine/tf.ts';
import type { BankPlan, ChannelGroup } from './decimatedBank.ts';
import { framesOfGroups } from './framesOfGroups.ts';

/** Envelope below which chcochleagram's gradient is zero. */
const envelopeFloor = 1e-8;

/**
 * Downsampled envelopes of subbands.
 *
 * @param bins - Weighted bins of the spectrum, group by group in the order [batch, block, (re, im), R, segments, channel].
 * @returns Shape [batch, channels, frames].
 */
export function envelopesOfBins(bins: Tensor, bank: BankPlan): Tensor {
  const { segments, groups } = bank;
  const sizes = groups.map(({ blocks, rows, channels }) => blocks * 2 * rows * segments * channels);
  // TensorFlow.js has no gradient of a split into one part.
  const parts = sizes.length === 1 ? [bins] : tf.split(bins, sizes, 1);
  return framesOfGroups(
    groups.map((group, i) => lowpassedEnvelope(parts[i]!, group, bank)),
    bank,
  );
}

/** One group: from weighted bins to frames, shape [batch, blocks, frames it reaches, (segments,) channels]. */
function lowpassedEnvelope(bins: Tensor, group: ChannelGroup, bank: BankPlan): Tensor {
  const { blocks, channels, samplesPerSegment: T, rows } = group;
  const { segments } = bank;
  const batch = bins.shape[0]!;
  const rowsOfBins = tf.reshape(bins, [batch, ...several(blocks), 2 * rows, segments * channels]);
  const partial = tf.matMul(constant(group.first, [1, ...several(blocks), 2 * T, 2 * rows]), rowsOfBins);
  const signal = overSegments(
    tf.reshape(partial, [batch, blocks * T, 2 * segments, channels]),
    group,
    segments,
  );
  const envelope = magnitude(tf.reshape(signal, [batch, blocks * T, 2, segments * channels]));
  const isSegmented = bank.framesPerSegment !== undefined;
  const [read, kept] = isSegmented ? [T, segments * channels] : [T * segments, channels];
  const filter = constant(group.lowpass, [1, ...several(blocks), group.lowpass.length / blocks / read, read]);
  return tf.matMul(filter, tf.reshape(envelope, [batch, ...several(blocks), read, kept]));
}

/** An axis of blocks, where there are several. */
const several = (blocks: number) => (blocks > 1 ? [blocks] : []);

/**
 * Magnitude of complex numbers whose real and imaginary parts stand along the third axis, which it takes away. Parts and
 * whole share the slope along a direction, so that the gradient is one pass over them, with nothing split or joined.
 */
function magnitude(signal: Tensor): Tensor {
  return tf.customGrad((given, save) => {
    const length = tf.sqrt(tf.sum(tf.square(given as Tensor), 2));
    const envelope = tf.maximum(length, envelopeFloor);
    (save as (tensors: Tensor[]) => void)([given as Tensor, length, envelope]);
    return {
      value: envelope,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [parts, unlimited, limited] = saved as [Tensor, Tensor, Tensor];
        const isHeard = tf.cast(tf.greaterEqual(unlimited, envelopeFloor), 'float32');
        return tf.mul(parts, tf.expandDims(tf.div(tf.mul(dy, isHeard), limited), 2));
      },
    };
  })(signal);
}

/** The second transform of a group, with its twiddle; keeps the shape [batch, blocks · T, (re, im) · segments, channels]. */
function overSegments(
  partial: Tensor,
  { second, twiddle, blocks, samplesPerSegment: T }: ChannelGroup,
  segments: number,
): Tensor {
  if (!twiddle) return tf.matMul(constant(second, [1, blocks * T, 2 * segments, 2 * segments]), partial);
  const [re, im] = tf.split(partial, 2, 2) as [Tensor, Tensor];
  const [cosine, sine] = twiddle.map((values) => constant(values, [1, blocks * T, segments, 1])) as [
    Tensor,
    Tensor,
  ];
  const turned = tf.concat(
    [tf.sub(tf.mul(re, cosine), tf.mul(im, sine)), tf.add(tf.mul(re, sine), tf.mul(im, cosine))],
    2,
  );
  return tf.matMul(constant(second, [1, 1, 2 * segments, 2 * segments]), turned);
}
