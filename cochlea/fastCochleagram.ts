import type { Tensor } from '@tensorflow/tfjs';
import { InputError } from '../src/base/inputError.ts';
import { identityGradientRelu } from '../src/engine/gradientRules.ts';
import { constant, tf } from '../src/engine/tf.ts';
import { favorsFewOps } from '../src/engine/trace.ts';
import { anyLengthDft } from './anyLengthDft.ts';
import { channelHearing, heardInGraph } from './channelHearing.ts';
import { compress } from './compression.ts';
import { type BankPlan, type ChannelGroup, type DecimatedBank, decimatedBank } from './decimatedBank.ts';
import { centerFrequenciesHz } from './halfCosineFilterbank.ts';
import { type CochleagramParameters, cochleagramSize, defaultOversampling } from './parameters.ts';
import type { RealDft } from './realDft.ts';

/** A cochleagram in TensorFlow.js ops: from waveforms [batch, samples] to [batch, channels, frames]. */
export type GraphCochleagram = (waveform: Tensor) => Tensor;

/** Envelope power below which chcochleagram's gradient is zero. */
const powerFloor = 1e-16;

/**
 * The cochleagram's fast, differentiable form: a decimated filterbank made of matrix products.
 *
 * @param parameters - Checked parameters.
 * @param options - `oversampling`: envelope rate over filter width, default 6, in small filterbanks up to twice as much;
 *   more is closer to the exact form, and Infinity reads every sample. `hasTrueGradient`: the gradient is that of the
 *   values; the published one passes the rectifier and clips the compression's slope.
 * @returns The cochleagram; constants are made once for each clip length.
 * @throws InputError when `oversampling` is below 1, or an impairment contradicts itself.
 */
export function createFastCochleagram(
  parameters: CochleagramParameters,
  {
    oversampling = defaultOversampling,
    hasTrueGradient = false,
  }: { oversampling?: number; hasTrueGradient?: boolean } = {},
): GraphCochleagram {
  if (!(oversampling >= 1))
    throw new InputError(`must be ≥ 1, got ${oversampling}; use ${defaultOversampling}`, {
      option: 'oversampling',
    });
  const compression = hasTrueGradient ? { ...parameters, slopeClip: Number.MAX_VALUE } : parameters;
  const hearing = channelHearing(parameters, centerFrequenciesHz(parameters));
  const plans = new Map<string, { dft: RealDft; bank: DecimatedBank }>();
  return (waveform) => {
    const samples = waveform.shape[1]!;
    const { paddedSamples } = cochleagramSize(parameters, samples);
    const mostPadding = favorsFewOps() ? paddingFor(waveform.shape[0]!) : undefined;
    const key = `${samples} ${mostPadding}`;
    if (!plans.has(key)) {
      const dft = anyLengthDft(paddedSamples, { isCareful: oversampling === Number.POSITIVE_INFINITY });
      const bank = decimatedBank(parameters, samples, oversampling, { layout: dft.layout, mostPadding });
      plans.set(key, { dft, bank });
    }
    const { dft, bank } = plans.get(key)!;
    const padded = tf.pad(waveform, [
      [0, 0],
      [0, paddedSamples - samples],
    ]);
    const downsampled = envelopes(dft.transform(padded), bank);
    const envelope = hasTrueGradient ? tf.relu(downsampled) : identityGradientRelu(downsampled);
    return compress(hearing ? heardInGraph(envelope, hearing) : envelope, compression);
  };
}

/** Of a few sounds ops cost more than what they compute; of many the other way round. */
const paddingFor = (sounds: number) => (sounds < 32 ? 3 : 1.2);

/** From spectrum [batch, size] to downsampled envelopes [batch, channels, frames]. */
function envelopes(spectrum: Tensor, bank: DecimatedBank): Tensor {
  const { gather, weights } = bank;
  const bins = tf.mul(
    tf.gather(spectrum, constant(gather, [gather.length]) as never, 1),
    constant(weights, [1, weights.length]),
  );
  return envelopesOfBins(bins, bank);
}

/**
 * Downsampled envelopes of subbands.
 *
 * @param bins - Weighted bins of the spectrum, group by group in the order [batch, band, (re, im), R, segments, channel].
 * @returns Shape [batch, channels, frames].
 */
export function envelopesOfBins(bins: Tensor, bank: BankPlan): Tensor {
  const { segments, groups, framesPerSegment } = bank;
  const sizes = groups.map(({ bands, rows, channels }) => bands * 2 * rows * segments * channels);
  // TensorFlow.js has no gradient of a split into one part.
  const parts = sizes.length === 1 ? [bins] : tf.split(bins, sizes, 1);
  const filtered = groups.map((group, i) => lowpassedEnvelope(parts[i]!, group, bank));
  const joined = onlyHeard(filtered.length === 1 ? filtered[0]! : tf.concat(filtered, -1), bank);
  return framesPerSegment === undefined ? tf.transpose(joined, [0, 2, 1]) : overlapAdd(joined, bank);
}

/** Without the channels that fill up the first band. */
function onlyHeard(all: Tensor, { channels }: BankPlan): Tensor {
  const before = all.shape.slice(0, -1);
  const more = all.shape.at(-1)! - channels;
  return more === 0 ? all : tf.slice(all, [...before.map(() => 0), more], [...before, channels]);
}

/** One group: from weighted bins to frames, shape [batch, frames it reaches, (segments,) channels of all bands]. */
function lowpassedEnvelope(bins: Tensor, group: ChannelGroup, bank: BankPlan): Tensor {
  const { bands, channels, samplesPerSegment: T, rows } = group;
  const { segments } = bank;
  const batch = bins.shape[0]!;
  const rowsOfBins = tf.reshape(bins, [batch, ...several(bands), 2 * rows, segments * channels]);
  const partial = tf.matMul(constant(group.first, [1, ...several(bands), 2 * T, 2 * rows]), rowsOfBins);
  const signal = overSegments(
    tf.reshape(partial, [batch, bands * T, 2 * segments, channels]),
    group,
    segments,
  );
  const envelope = magnitude(tf.reshape(signal, [batch, bands * T, 2, segments * channels]));
  const isSegmented = bank.framesPerSegment !== undefined;
  const [read, kept] = isSegmented ? [T, segments * channels] : [T * segments, channels];
  const filter = constant(group.lowpass, [1, ...several(bands), group.lowpass.length / bands / read, read]);
  const frames = tf.matMul(filter, tf.reshape(envelope, [batch, ...several(bands), read, kept]));
  const apart = tf.reshape(frames, [
    ...[batch, ...several(bands), frames.shape.at(-2)!],
    ...(isSegmented ? [segments, channels] : [channels]),
  ]);
  if (bands === 1) return apart;
  const order = apart.shape.map((_, axis) => axis);
  const inBands = tf.transpose(apart, [0, ...order.slice(2, -1), 1, order.at(-1)!]);
  return tf.reshape(inBands, [...inBands.shape.slice(0, -2), bands * channels]);
}

/** An axis of bands, where there are several. */
const several = (bands: number) => (bands > 1 ? [bands] : []);

/**
 * Magnitude of complex numbers whose real and imaginary parts stand along the third axis, which it takes away. Parts and
 * whole share the slope along a direction, so that the gradient is one pass over them, with nothing split or joined.
 */
function magnitude(signal: Tensor): Tensor {
  return tf.customGrad((given, save) => {
    const power = tf.sum(tf.square(given as Tensor), 2);
    const envelope = tf.sqrt(tf.maximum(power, powerFloor));
    (save as (tensors: Tensor[]) => void)([given as Tensor, power, envelope]);
    return {
      value: envelope,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [parts, ofPower, length] = saved as [Tensor, Tensor, Tensor];
        const isHeard = tf.cast(tf.greaterEqual(ofPower, powerFloor), 'float32');
        return tf.mul(parts, tf.expandDims(tf.div(tf.mul(dy, isHeard), length), 2));
      },
    };
  })(signal);
}

/** The second transform of a group, with its twiddle; keeps the shape [batch, bands · T, (re, im) · segments, channels]. */
function overSegments(
  partial: Tensor,
  { second, twiddle, bands, samplesPerSegment: T }: ChannelGroup,
  segments: number,
): Tensor {
  if (!twiddle) return tf.matMul(constant(second, [1, bands * T, 2 * segments, 2 * segments]), partial);
  const [re, im] = tf.split(partial, 2, 2) as [Tensor, Tensor];
  const [cosine, sine] = twiddle.map((values) => constant(values, [1, bands * T, segments, 1])) as [
    Tensor,
    Tensor,
  ];
  const turned = tf.concat(
    [tf.sub(tf.mul(re, cosine), tf.mul(im, sine)), tf.add(tf.mul(re, sine), tf.mul(im, cosine))],
    2,
  );
  return tf.matMul(constant(second, [1, 1, 2 * segments, 2 * segments]), turned);
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
