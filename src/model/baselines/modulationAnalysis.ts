import type { Tensor } from '@tensorflow/tfjs';
import { anyLengthDft } from '../../../cochlea/anyLengthDft.ts';
import { matrix } from '../../../cochlea/realDft.ts';
import { constant, tf } from '../../engine/tf.ts';
import { analyticBand } from './analyticBand.ts';
import { constantQGains, octaveGains } from './textureFilters.ts';

/** Modulation filters on envelopes, worked out on their spectrum: powers and products need no way back to time. */
export interface ModulationAnalysis {
  powerBands: number;
  /** From [batch, channels, frames] to [batch, (re, im), channels, bins], the bins above zero. */
  spectrum(envelopes: Tensor): Tensor;
  /** Mean power in the constant-Q bands, [batch, channels, bands], of a {@link spectrum}. */
  power(spectrum: Tensor): Tensor;
  /** Mean of products in the octave bands, [batch, rows, bands], of cross-spectra [batch, rows, bins]. */
  octavePower(crossSpectrum: Tensor): Tensor;
  /** Analytic signals in the octave bands, real and imaginary part, each [batch, channels, frames]. */
  analyticBands(spectrum: Tensor): [Tensor, Tensor][];
}

/**
 * Prepares the modulation analysis of envelopes of one length.
 *
 * @param rateHz - Frames a second.
 */
export function createModulationAnalysis(
  channels: number,
  frames: number,
  rateHz: number,
): ModulationAnalysis {
  const bins = Math.floor(frames / 2);
  const binsHz = Array.from({ length: bins }, (_, i) => ((i + 1) * rateHz) / frames);
  const dft = anyLengthDft(frames);
  const places = [dft.layout.real, dft.layout.imaginary].map((place) => binsHz.map((_, i) => place(i + 1)));
  const gather = Int32Array.from(places.flat());
  // Parseval: each bin but the one at half the rate stands for two.
  const share = (bin: number) => (2 * (bin + 1) === frames ? 1 : 2) / frames ** 2;
  const squared = (gains: readonly Float64Array[]) =>
    matrix(bins, gains.length, (bin, band) => share(bin) * gains[band]![bin]! ** 2);
  const [constantQ, octaves] = [constantQGains(binsHz), octaveGains(binsHz)];
  const [powerWeights, octaveWeights] = [squared(constantQ), squared(octaves)];
  const inBands = (x: Tensor, weights: Float32Array) =>
    tf.matMul(x, constant(weights, [1, bins, weights.length / bins]));
  const backward = octaves.map((gains) => analyticBand(gains, frames, dft));
  return {
    powerBands: constantQ.length,
    spectrum(envelopes) {
      const flat = dft.transform(tf.reshape(envelopes, [-1, frames]));
      const kept = tf.gather(flat, constant(gather, [gather.length]) as never, 1);
      return tf.transpose(tf.reshape(kept, [-1, channels, 2, bins]), [0, 2, 1, 3]);
    },
    power: (spectrum) => inBands(tf.sum(tf.square(spectrum), 1), powerWeights),
    octavePower: (crossSpectrum) => inBands(crossSpectrum, octaveWeights),
    analyticBands: (spectrum) => backward.map((band) => band(spectrum)),
  };
}
