import wavefile from 'wavefile';
import { writeFileAtomic } from '../src/base/files.ts';
import { InputError } from '../src/base/inputError.ts';
import { createRandom, type Random } from '../src/base/random.ts';

/** How a WAV file is written. */
export interface WriteWavOptions {
  sampleRateHz: number;
  /** `float32` keeps every bit of the samples; `int16` is dithered (triangular, ±1 step). Default `float32`. */
  format?: 'float32' | 'int16';
  /** What to do with samples beyond full scale in `int16`: refuse (default), or scale the whole sound to fit. */
  tooLoud?: 'refuse' | 'rescale';
  /** Source of the dither; default: seed 1, so that the same sound gives the same file. */
  random?: Random;
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
  const { sampleRateHz, format = 'float32', tooLoud = 'refuse', random = createRandom(1) } = options;
  let peak = 0;
  for (const value of samples) peak = Number.isFinite(value) ? Math.max(peak, Math.abs(value)) : Number.NaN;
  if (Number.isNaN(peak))
    throw new InputError(`${path}: samples must be finite to be written; mend the sound`);
  const wave = new wavefile.WaveFile();
  let scale = 1;
  if (format === 'float32') wave.fromScratch(1, sampleRateHz, '32f', samples);
  else {
    scale = scaleToFit(peak, path, tooLoud);
    wave.fromScratch(1, sampleRateHz, '16', dithered(samples, scale, random));
  }
  writeFileAtomic(path, wave.toBuffer());
  return scale;
}

// Room for the dither's ±1 step below the largest 16-bit number.
const largest = (32767 - 1.5) / 32768;

function scaleToFit(peak: number, path: string, tooLoud: 'refuse' | 'rescale'): number {
  if (peak <= largest) return 1;
  if (tooLoud === 'rescale') return largest / peak;
  throw new InputError(
    `${path}: a 16-bit file holds amplitudes up to ${largest.toFixed(4)}, the sound reaches ${peak.toFixed(4)}; lower its RMS or write float32`,
  );
}

function dithered(samples: Float32Array, scale: number, random: Random): Int16Array {
  return Int16Array.from(samples, (value) => {
    const triangular = random.uniform() - random.uniform();
    return Math.round(value * scale * 32768 + triangular);
  });
}
