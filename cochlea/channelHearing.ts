import type { Tensor } from '@tensorflow/tfjs';
import { InputError } from '../src/base/inputError.ts';
import { constant, tf } from '../src/engine/tf.ts';
import { amplitudeOf } from '../stimuli/level.ts';
import { normalThresholdDbSpl } from './hearingThreshold.ts';
import { type HearingImpairment, thresholdDbHlAt, valueAt } from './impairment.ts';
import type { CochleagramParameters } from './parameters.ts';

/** What an impairment does to the envelope of one channel before the compression. */
export interface ChannelHearing {
  /** Threshold, dB HL: the audiogram's, or what lost compression alone amounts to. */
  lossDb: number;
  /** Loss of gain at low levels (outer hair cells), dB; fades out up to `catchUp`. */
  outerHairCellLossDb: number;
  /** Factor on every envelope: what is left of the loss, as attenuation. */
  attenuation: number;
  /** Exponent that the envelope is raised by below `catchUp`; with the compression's, the exponent that is left. */
  expansion: number;
  /** Envelope, after attenuation, from which on nothing is expanded. */
  catchUp: number;
  /** Envelope below which hearing fades. */
  floor: number;
}

/** Envelopes this far below `catchUp` get no smaller gain, so that silence has one. */
const smallestRatio = 1e-10;
/** Keeps the fading's slope finite at zero; far below the offset of the compression. */
const smallestFloor = 1e-12;
const rmsOfLevel = 0.1;

/**
 * What an impairment does in each channel. For a tone at the center frequency, in dB HL:
 *
 * - The loss is parted into that of outer hair cells, by which the exponent p of the compression becomes
 *   p·end/(end − loss), so that the impaired ear at its threshold answers as a normal one at its own and has caught up
 *   at `recruitmentEndDbHl` (Moore & Glasberg 1993), never beyond 1; and attenuation, the rest.
 * - Below threshold hearing fades: the response is that to √(x² + n²) − n, n being the amplitude of the noise that the
 *   loss adds to a normal ear's, so that nothing changes without a loss (the form of Zwicker 1958, Moore et al. 1997).
 *
 * @param parameters - Checked parameters of the ear.
 * @param centerFrequenciesHz - Of its channels, Hz, in their order.
 * @returns One a channel; undefined for an ear that hears every envelope as the published one does.
 * @throws InputError when the compression lost is more than the audiogram allows, or none is there to lose.
 * @see Moore & Glasberg (1993), JASA 94, 2050–2062; Oxenham & Plack (1997), JASA 101, 3666–3675.
 */
export function channelHearing(
  parameters: CochleagramParameters,
  centerFrequenciesHz: readonly number[],
): ChannelHearing[] | undefined {
  const { impairment } = parameters;
  if (!impairment) return undefined;
  const channels = centerFrequenciesHz.map((hz) => hearingAt(hz, impairment, parameters));
  const isImpaired = channels.some(
    ({ lossDb, outerHairCellLossDb }) => lossDb !== 0 || outerHairCellLossDb !== 0,
  );
  return isImpaired ? channels : undefined;
}

function hearingAt(
  frequencyHz: number,
  impairment: HearingImpairment,
  { power, overcomplete }: CochleagramParameters,
): ChannelHearing {
  const { recruitmentEndDbHl: endDb, levelDbSpl, audiogram } = impairment;
  const outerHairCellLossDb = outerHairCellLoss(frequencyHz, impairment, power);
  const lossDb = audiogram ? thresholdDbHlAt(impairment, frequencyHz) : outerHairCellLossDb;
  // RMS of a tone at threshold; its envelope is half of its amplitude (one-sided), the filter's gain 1/√s.
  const toneRms = rmsOfLevel * amplitudeOf(normalThresholdDbSpl(frequencyHz) - levelDbSpl);
  const threshold = toneRms / Math.SQRT2 / Math.sqrt(overcomplete);
  return {
    ...{ lossDb, outerHairCellLossDb },
    attenuation: amplitudeOf(-(lossDb - outerHairCellLossDb)),
    expansion: endDb / (endDb - outerHairCellLossDb),
    catchUp: threshold * amplitudeOf(endDb),
    floor: Math.max(threshold * Math.sqrt(Math.max(0, 1 - 10 ** (-lossDb / 10))), smallestFloor),
  };
}

/** Loss of gain at low levels, dB: a share of the audiogram's, or what an exponent amounts to. */
function outerHairCellLoss(frequencyHz: number, impairment: HearingImpairment, power: number): number {
  const { audiogram, outerHairCellShare = 0, compressionExponent, recruitmentEndDbHl: endDb } = impairment;
  const lossDb = thresholdDbHlAt(impairment, frequencyHz);
  if (compressionExponent === undefined)
    // No more compression can be lost than there is: the exponent ends at 1.
    return Math.min(outerHairCellShare * Math.max(0, lossDb), Math.max(0, endDb * (1 - power)));
  const exponent = valueAt(compressionExponent, frequencyHz);
  const at = `at ${frequencyHz.toFixed(0)} Hz`;
  if (exponent < power)
    throw new InputError(
      `the impaired ear's compressionExponent must be ≥ ${power}, that of the ear it is lost in, got ${exponent} ${at}; raise it`,
    );
  const ofExponentDb = endDb * (1 - power / exponent);
  if (audiogram && ofExponentDb > lossDb + 1e-9)
    throw new InputError(
      `the impaired ear's compressionExponent of ${exponent} ${at} alone raises the threshold to ${ofExponentDb.toFixed(1)} dB HL, the audiogram has ${lossDb.toFixed(1)}; lower the exponent or raise the audiogram`,
    );
  return ofExponentDb;
}

/**
 * Envelope as the impaired channel hands it to the compression, and its slope.
 *
 * @param envelope - Downsampled envelope, ≥ 0.
 * @param channel - What the impairment does.
 */
export function heard(envelope: number, channel: ChannelHearing): { value: number; slope: number } {
  const { attenuation, expansion, catchUp, floor } = channel;
  const attenuated = attenuation * envelope;
  const ratio = attenuated / catchUp;
  const gain = Math.min(Math.max(ratio, smallestRatio), 1) ** (expansion - 1);
  const expanded = attenuated * gain;
  const expandedSlope = attenuation * gain * (ratio > smallestRatio && ratio < 1 ? expansion : 1);
  const length = Math.sqrt(expanded ** 2 + floor ** 2);
  return { value: expanded ** 2 / (length + floor), slope: expandedSlope * (expanded / length) };
}

/**
 * The same inside a graph.
 *
 * @param envelopes - Shape [batch, channels, frames], ≥ 0.
 * @param channels - What the impairment does in each.
 */
export function heardInGraph(envelopes: Tensor, channels: readonly ChannelHearing[]): Tensor {
  const each = (value: (channel: ChannelHearing) => number) =>
    constant(Float32Array.from(channels, value), [1, channels.length, 1]);
  const attenuated = tf.mul(
    envelopes,
    each(({ attenuation }) => attenuation),
  );
  const expanded = channels.some(({ expansion }) => expansion !== 1)
    ? tf.mul(attenuated, gainOf(attenuated, each))
    : attenuated;
  const floor = each((channel) => channel.floor);
  const length = tf.sqrt(
    tf.add(
      tf.square(expanded),
      each((channel) => channel.floor ** 2),
    ),
  );
  return tf.div(tf.square(expanded), tf.add(length, floor));
}

function gainOf(attenuated: Tensor, each: (value: (channel: ChannelHearing) => number) => Tensor): Tensor {
  const ratio = tf.mul(
    attenuated,
    each(({ catchUp }) => 1 / catchUp),
  );
  const exponent = each(({ expansion }) => expansion - 1);
  return tf.exp(tf.mul(tf.log(tf.minimum(tf.maximum(ratio, smallestRatio), 1)), exponent));
}
