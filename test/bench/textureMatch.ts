import { halfCosineFilterbank } from '../../cochlea/halfCosineFilterbank.ts';
import type { CochleagramParameters } from '../../cochlea/parameters.ts';
import { createSpectrum } from '../../cochlea/spectrum.ts';
import { snrDb } from '../../src/synthesis/stageMatch.ts';

/** Channels this far below the loudest are left out of the published ratios, dB. */
const faintestDb = 30;
const channels = 32;
const correlationOffsets = [1, 2, 3, 5, 8, 11, 16, 21];
const octaveBands = 6;

/** The channels that each number of the stage `statistics` of `texture` is about, by kind and in order. */
const kinds: Record<string, number[][]> = {
  ...{ mean: each(1), variation: each(1), skewness: each(1), kurtosis: each(1) },
  correlations: pairs(correlationOffsets, 1),
  modulationPower: each(20),
  modulationCorrelationsAcrossChannels: pairs([1, 2], octaveBands),
  // For each faster band the real, then the imaginary part of every channel.
  modulationCorrelationsAcrossRates: Array.from({ length: 2 * (octaveBands - 1) }, () => each(1)).flat(),
};

/**
 * How well each kind of texture statistic is imposed: signal-to-noise ratio, dB.
 *
 * @param reference - Stage `statistics` of the sound.
 * @param metamer - The same of its metamer.
 * @param isLoud - Of each channel, whether it counts; a statistic of two channels counts once for each that does.
 * @see McDermott & Simoncelli (2011), Neuron 71, 926–940; compute_stat_SNRs.m of their toolbox.
 */
export function ratiosByKind(
  reference: Float32Array,
  metamer: Float32Array,
  isLoud: readonly boolean[] = Array(channels).fill(true),
): Record<string, number> {
  let at = 0;
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, ofChannels]) => {
      const places = ofChannels.flatMap((own, i) => own.filter((c) => isLoud[c]).map(() => at + i));
      at += ofChannels.length;
      const taken = (values: Float32Array) => places.map((place) => values[place]!);
      return [kind, Math.round(10 * snrDb(taken(reference), taken(metamer))) / 10];
    }),
  );
}

/**
 * Channels whose subbands have less than 30 dB below the power of the loudest.
 *
 * @param waveform - The reference sound.
 * @param ear - Its filters.
 */
export function loudChannels(waveform: Float32Array, ear: CochleagramParameters): boolean[] {
  const spectrum = createSpectrum(waveform.length, waveform.length).forward(waveform);
  const powers = halfCosineFilterbank(ear, waveform.length).filters.map(({ firstBin, weights }) =>
    weights.reduce((sum, weight, i) => {
      const [re, im] = [spectrum[2 * (firstBin + i)]!, spectrum[2 * (firstBin + i) + 1]!];
      return sum + weight ** 2 * (re ** 2 + im ** 2);
    }, 0),
  );
  const loudest = Math.max(...powers);
  return powers.map((power) => 10 * Math.log10(loudest / power) < faintestDb);
}

function each(numbers: number): number[][] {
  return Array.from({ length: channels * numbers }, (_, i) => [Math.floor(i / numbers)]);
}

function pairs(offsets: readonly number[], numbers: number): number[][] {
  return offsets.flatMap((offset) =>
    Array.from({ length: (channels - offset) * numbers }, (_, i) => {
      const lower = Math.floor(i / numbers);
      return [lower, lower + offset];
    }),
  );
}
