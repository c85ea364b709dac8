import type { Tensor } from '@tensorflow/tfjs';
import { anyLengthDft } from '../../cochlea/anyLengthDft.ts';
import { createSpectrum } from '../../cochlea/spectrum.ts';
import { InputError } from '../base/inputError.ts';
import { constant, tf } from '../engine/tf.ts';
import type { AuditoryModel } from '../model/auditoryModel.ts';

/** A band outside of which there is nothing, Hz. */
export interface Band {
  lowHz: number;
  highHz: number;
}

/**
 * The band that a model hears, as far as sounds of its rate have it.
 *
 * @param model - Its ear and rate.
 */
export function heardBand({
  cochleagram: { lowHz, highHz },
  sampleRateHz,
}: Pick<AuditoryModel, 'cochleagram' | 'sampleRateHz'>): Band {
  return { lowHz, highHz: Math.min(highHz, sampleRateHz / 2) };
}

/**
 * Keeps the bins of a band, of the clip taken as one period of a periodic sound: an orthogonal projection.
 *
 * @param band - Its ends, Hz.
 * @param samples - Length of the sounds.
 * @returns Takes and gives sounds, shape [samples].
 */
export function bandFilter(
  band: Band,
  samples: number,
  sampleRateHz: number,
): (waveform: Float32Array) => Float32Array {
  const { forward, adjoint } = createSpectrum(samples, samples);
  const weights = binWeights(band, samples, sampleRateHz);
  return (waveform: Float32Array) =>
    Float32Array.from(adjoint(forward(waveform).map((value, i) => value * weights[i >> 1]!)));
}

/**
 * The same of waveforms in TensorFlow.js ops, shape [sounds, samples].
 *
 * @param band - Its ends, Hz.
 * @param samples - Length of the sounds.
 */
export function bandFilterInGraph(
  band: Band,
  samples: number,
  sampleRateHz: number,
): (waveform: Tensor) => Tensor {
  const { layout, transform } = anyLengthDft(samples);
  const placed = new Float32Array(layout.size);
  for (const [bin, weight] of binWeights(band, samples, sampleRateHz).entries())
    for (const place of [layout.real(bin), layout.imaginary(bin)]) placed[place] = weight;
  // Fᵀ·W·F·x is the slope of half the energy that the weighted spectrum of x has.
  const energy = (y: Tensor) => {
    const weighted = tf.mul(tf.square(transform(y)), constant(placed, [1, layout.size]));
    return tf.mul(tf.sum(weighted), 0.5);
  };
  return (waveform) => tf.grad(energy)(waveform);
}

/** What each bin from 0 to half the rate counts in the sum that gives the sound back. */
function binWeights({ lowHz, highHz }: Band, samples: number, sampleRateHz: number): Float64Array {
  // Bins other than 0 and half the rate stand for their negative twins as well.
  const twins = (bin: number) => (bin === 0 || 2 * bin === samples ? 1 : 2);
  const isInside = (bin: number) =>
    bin * sampleRateHz >= lowHz * samples && bin * sampleRateHz <= highHz * samples;
  const length = Math.floor(samples / 2) + 1;
  return Float64Array.from({ length }, (_, bin) => (isInside(bin) ? twins(bin) / samples : 0));
}

/**
 * Refuses a band that no sound can have.
 *
 * @param band - Its ends, Hz.
 * @param sampleRateHz - Of the sounds.
 * @throws InputError saying what band there may be.
 */
export function checkBand({ lowHz, highHz }: Band, sampleRateHz: number): void {
  if (!(lowHz >= 0 && lowHz < highHz && highHz <= sampleRateHz / 2))
    throw new InputError(
      `the band must lie between 0 and half of the rate, ${sampleRateHz / 2} Hz, its lower end below its upper, got ${lowHz} to ${highHz} Hz; change lower or upper end`,
    );
}
