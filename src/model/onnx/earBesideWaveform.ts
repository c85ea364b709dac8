import { type CochleagramParameters, defaultCochleagramParameters } from '../../../cochlea/parameters.ts';

/**
 * The ear that stands beside a network that takes the waveform: its figures and comparisons are of the published
 * cochleagram, as far as sample rate and length allow.
 *
 * @param sampleRateHz - Rate of the sounds, Hz.
 * @param samples - Their length, samples.
 * @returns What differs from the published parameters.
 */
export function earBesideWaveform(sampleRateHz: number, samples: number): Partial<CochleagramParameters> {
  const published = defaultCochleagramParameters;
  // Frames take a whole number of samples, as near to 200 a second as there is one.
  const stride = Math.max(Math.round(sampleRateHz / published.envelopeRateHz), 1);
  const tapsPerStride =
    (published.downsamplingTaps - 1) / (published.sampleRateHz / published.envelopeRateHz);
  const most = samples % 2 === 0 ? samples - 1 : samples - 2;
  return {
    sampleRateHz,
    highHz: Math.min(published.highHz, sampleRateHz / 2),
    envelopeRateHz: sampleRateHz / stride,
    downsamplingTaps: Math.max(Math.min(tapsPerStride * stride + 1, most), 1),
  };
}
