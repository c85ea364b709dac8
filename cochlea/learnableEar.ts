import type { Tensor } from '@tensorflow/tfjs';
import { InputError } from '../src/base/inputError.ts';
import { identityGradientRelu } from '../src/engine/gradientRules.ts';
import { constant, tf } from '../src/engine/tf.ts';
import { anyLengthDft } from './anyLengthDft.ts';
import { compress } from './compression.ts';
import { evenBank } from './decimatedBank.ts';
import { erbNumber, frequencyAtErbNumber } from './erb.ts';
import { type CochleagramParameters, cochleagramSize } from './parameters.ts';
import { envelopesOfBins } from './subbandEnvelopes.ts';

/** Filters whose place and width may change; both of shape [channels], Hz. */
export interface MovableFilters {
  centersHz: Tensor;
  /** From the center, where a filter is one, to where it is zero. */
  halfWidthsHz: Tensor;
}

/** What filters of a {@link LearnableEar} are kept within. */
export interface FilterLimits {
  /** Half-widths, Hz. */
  narrowestHz: number;
  widestHz: number;
  /** Envelope rate over the widest filter's width; default 1.5. */
  oversampling?: number;
}

/** An ear in the graph whose filters' center frequencies and widths can be learned. */
export interface LearnableEar {
  channels: number;
  frames: number;
  /**
   * The part without gradient: the bins of the spectrum that each filter may pass.
   *
   * @param waveform - Shape [batch, samples].
   * @param filters - Where they are.
   * @returns Shape [batch, numbers].
   */
  bins(waveform: Tensor, filters: MovableFilters): Tensor;
  /**
   * The cochleagram, differentiable in the filters.
   *
   * @param bins - From the same filters.
   * @returns Shape [batch, channels, frames].
   */
  cochleagram(bins: Tensor, filters: MovableFilters): Tensor;
}

/**
 * Prepares an ear of half-cosine filters on the linear frequency axis, each with a center and a half-width of its own: the
 * scale on which they lie and widen is for the filters to say. All else is as in the fixed ear.
 *
 * A subband's envelope does not depend on where its bins are counted from, so one inverse transform serves all filters
 * wherever they are; only the weights of the bins have gradients. Filters beyond a limit are taken to be at it, and have
 * the gradient of that place, so that they can come back.
 *
 * @param parameters - Checked parameters; `filters` is the number of channels, which lie within `lowHz` and `highHz`.
 * @param samples - Length of the clips, samples.
 * @param limits - Of the filters.
 * @throws InputError when the widths are not in order.
 */
export function createLearnableEar(
  parameters: CochleagramParameters,
  samples: number,
  { narrowestHz, widestHz, oversampling = 1.5 }: FilterLimits,
): LearnableEar {
  if (!(narrowestHz > 0 && widestHz > narrowestHz))
    throw new InputError(
      `widestHz must be above narrowestHz, and that above 0, got ${widestHz} and ${narrowestHz}; mend them`,
    );
  const { sampleRateHz, lowHz, highHz } = parameters;
  const { paddedSamples, envelopePeriod } = cochleagramSize(parameters, samples);
  const binHz = sampleRateHz / paddedSamples;
  const bank = evenBank(parameters, samples, { bins: Math.ceil((2 * widestHz) / binHz) + 2, oversampling });
  const dft = anyLengthDft(paddedSamples);
  const binCount = Math.floor(paddedSamples / 2) + 1;
  const inOrder = Int32Array.from({ length: 2 * binCount }, (_, i) =>
    i < binCount ? dft.layout.real(i) : dft.layout.imaginary(i - binCount),
  );
  const within = ({ centersHz, halfWidthsHz }: MovableFilters): MovableFilters => ({
    centersHz: heldWithin(centersHz, lowHz, highHz),
    halfWidthsHz: heldWithin(halfWidthsHz, narrowestHz, widestHz),
  });
  return {
    channels: bank.channels,
    frames: bank.frames,
    bins(waveform, filters) {
      const padded = tf.pad(waveform, [
        [0, 0],
        [0, paddedSamples - samples],
      ]);
      const spectrum = tf.gather(dft.transform(padded), constant(inOrder, [inOrder.length]) as never, 1);
      const wanted = tf.minimum(reachableBins(within(filters), bank, binHz), binCount - 1);
      const places = tf.concat([wanted, tf.add(wanted, binCount)]);
      return tf.gather(spectrum, tf.cast(places, 'int32') as never, 1);
    },
    cochleagram(bins, filters) {
      const held = within(filters);
      const reached = reachableBins(held, bank, binHz);
      const isThere = tf.step(tf.sub(binCount, reached));
      const frequenciesHz = tf.reshape(tf.mul(reached, binHz), [-1, bank.channels]);
      const response = tf.mul(tf.reshape(halfCosine(frequenciesHz, held), [-1]), isThere);
      const weights = tf.reshape(tf.div(response, envelopePeriod), [1, 1, -1]);
      const weighted = tf.mul(tf.reshape(bins, [bins.shape[0]!, 2, -1]), weights);
      const envelopes = envelopesOfBins(tf.reshape(weighted, [bins.shape[0]!, -1]), bank);
      return compress(identityGradientRelu(envelopes), parameters);
    },
  };
}

/** Bins from each filter's lowest one on, as many as the bank has room for; flat, shape [bins · channels], whole numbers. */
function reachableBins(
  { centersHz, halfWidthsHz }: MovableFilters,
  { segments, groups }: ReturnType<typeof evenBank>,
  binHz: number,
): Tensor {
  const count = segments * groups[0].rows;
  const lowest = tf.maximum(tf.floor(tf.div(tf.sub(centersHz, halfWidthsHz), binHz)), 0);
  const steps = constant(
    Float32Array.from({ length: count }, (_, m) => m),
    [count, 1],
  );
  return tf.reshape(tf.add(steps, tf.reshape(lowest, [1, -1])), [-1]);
}

/** Half a cosine around each center; shape [bins, channels]. */
function halfCosine(frequenciesHz: Tensor, { centersHz, halfWidthsHz }: MovableFilters): Tensor {
  const place = tf.div(
    tf.sub(frequenciesHz, tf.reshape(centersHz, [1, -1])),
    tf.reshape(halfWidthsHz, [1, -1]),
  );
  return tf.cos(tf.mul(tf.clipByValue(place, -1, 1), Math.PI / 2));
}

/** Values clamped to limits, with the gradient of the identity. */
function heldWithin(x: Tensor, least: number, most: number): Tensor {
  const above = tf.add(identityGradientRelu(tf.sub(x, least)), least);
  return tf.sub(most, identityGradientRelu(tf.sub(most, above)));
}

/**
 * The filters of the fixed ear on the linear frequency axis: from edge to edge as wide, the center in the middle.
 *
 * @param parameters - Checked parameters of a fixed ear with overcompleteness 1.
 * @returns Centers and half-widths, Hz, shape [channels] each.
 */
export function erbSpacedFilters({
  filters,
  lowHz,
  highHz,
}: Pick<CochleagramParameters, 'filters' | 'lowHz' | 'highHz'>): {
  centersHz: number[];
  halfWidthsHz: number[];
} {
  const lowCams = erbNumber(lowHz);
  const spacingCams = (erbNumber(highHz) - lowCams) / (filters + 1);
  const edgesHz = Array.from({ length: filters + 2 }, (_, i) =>
    frequencyAtErbNumber(lowCams + i * spacingCams),
  );
  const pairs = edgesHz.slice(2).map((upper, i) => [edgesHz[i]!, upper] as const);
  return {
    centersHz: pairs.map(([lower, upper]) => (lower + upper) / 2),
    halfWidthsHz: pairs.map(([lower, upper]) => (upper - lower) / 2),
  };
}
