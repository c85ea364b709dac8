import wavefile from 'wavefile';
import { writeFileAtomic } from '../src/base/files.ts';
import { InputError } from '../src/base/inputError.ts';
import { createRandom, type Random } from '../src/base/random.ts';

/** How a WAV file is made. */
export interface WavOptions {
  sampleRateHz: number;
  /** `float32` keeps every bit of the samples; `int16` rounds to steps of 1/32768. Default `float32`. */
  format?: 'float32' | 'int16';
  /**
   * Whether triangular dither, ±1 step, is added before rounding to `int16`, so that what is lost is noise and not
   * distortion; default true. Channels that must stay equal or opposite to the step go without.
   */
  dither?: boolean;
  /** Source of the dither; default: seed 1, so that the same sound gives the same file. */
  random?: Random;
}

/** How a WAV file is written. */
export interface WriteWavOptions extends WavOptions {
  /** What to do with samples beyond full scale in `int16`: refuse (default), or scale the whole sound to fit. */
  tooLoud?: 'refuse' | 'rescale';
}

/**
 * Writes a mono WAV file, whole or not at all, never clipped.
 *
 * @param path - Where it shall stand.
 * @param samples - Linear amplitude, full scale 1.
 * @param options - Rate, format and the treatment of samples beyond full scale.
 * @returns The factor by which the sound was scaled: 1 unless `tooLoud` is `rescale` and it had to be.
 * @throws InputError when the sound is beyond full scale (int16, `refuse`), not finite, or the file cannot be written.
 */
export function writeWav(path: string, samples: Float32Array, options: WriteWavOptions): number {
  const peak = peakOf([samples], path);
  const isTooLoud = options.format === 'int16' && peak > largest;
  const scale = isTooLoud && options.tooLoud === 'rescale' ? largest / peak : 1;
  const scaled = scale === 1 ? samples : Float64Array.from(samples, (value) => value * scale);
  writeFileAtomic(path, encoded([scaled], options, path));
  return scale;
}

/**
 * A WAV file of any number of channels, without metadata.
 *
 * @param channels - Linear amplitudes, full scale 1, equal lengths.
 * @param options - Rate and format.
 * @returns The file's bytes.
 * @throws InputError when a sound is beyond full scale (int16) or not finite.
 */
export function wavBytes(channels: readonly Float32Array[], options: WavOptions): Uint8Array {
  return encoded(channels, options, 'the sound');
}

// Room for the dither's ±1 step below the largest 16-bit number.
const largest = (32767 - 1.5) / 32768;

type Channel = Float32Array | Float64Array;

function encoded(channels: readonly Channel[], options: WavOptions, where: string): Uint8Array {
  const { sampleRateHz, format = 'float32', dither = true, random = createRandom(1) } = options;
  const peak = peakOf(channels, where);
  if (format === 'int16' && peak > largest + 1e-12)
    throw new InputError(
      `${where}: a 16-bit file holds amplitudes up to ${largest.toFixed(4)}, the sound reaches ${peak.toFixed(4)}; lower its RMS or write float32`,
    );
  const stored =
    format === 'float32'
      ? channels
      : channels.map((channel) => rounded(channel, dither ? random : undefined));
  const wave = new wavefile.WaveFile();
  const bitDepth = format === 'float32' ? '32f' : '16';
  wave.fromScratch(channels.length, sampleRateHz, bitDepth, stored.length === 1 ? stored[0]! : [...stored]);
  return wave.toBuffer();
}

function peakOf(channels: readonly Channel[], where: string): number {
  let peak = 0;
  for (const channel of channels)
    for (const value of channel) peak = Number.isFinite(value) ? Math.max(peak, Math.abs(value)) : Number.NaN;
  if (Number.isNaN(peak))
    throw new InputError(`${where}: samples must be finite to be written; mend the sound`);
  return peak;
}

function rounded(samples: Channel, random: Random | undefined): Int16Array {
  return Int16Array.from(samples, (value) => {
    const triangular = random ? random.uniform() - random.uniform() : 0;
    // Away from zero at a half, so that opposite sounds stay opposite.
    const level = value * 32768 + triangular;
    return random ? Math.round(level) : Math.sign(level) * Math.round(Math.abs(level));
  });
}
