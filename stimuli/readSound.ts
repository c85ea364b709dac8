import { InputError } from '../src/inputError.ts';
import { decodeSoundBytes, readSoundBytes } from './decodeSound.ts';
import { demeaned, rms } from './level.ts';
import { readNpy } from './npy.ts';
import { resampleSound } from './resample.ts';
import { containerOf } from './soundHeader.ts';

/** One channel of sound. */
export interface Sound {
  /** Linear amplitude, full scale 1. */
  samples: Float32Array;
  sampleRateHz: number;
}

/** What is wanted of a sound file. */
export interface ReadSoundOptions {
  /** Rate of the result, Hz; default 20000. */
  sampleRateHz?: number;
  /** Length of the result, seconds; default 2. `null` takes the whole file. */
  durationSeconds?: number | null;
  /** Where the excerpt begins, seconds; default: it is taken around the middle. */
  startSeconds?: number;
  /** Root mean square of the result; default 0.1. `null` leaves the level alone. */
  rms?: number | null;
  /** Whether the mean is removed; default true. */
  demean?: boolean;
  /** Longest sound accepted when the whole file is taken, seconds; default: any. */
  maxSeconds?: number;
}

const quietestRms = 1e-6;

/**
 * Reads a sound for a model: decoded, channels averaged, resampled, excerpt taken, mean removed, level set.
 *
 * @param path - WAV, FLAC, MP3, OGG (Vorbis, Opus), or `.npy` (float32 or float64, mono, at the wanted rate).
 * @param options - Rate, length, start and level.
 * @returns The sound, exactly round(durationSeconds · sampleRateHz) samples long.
 * @throws InputError when the file is missing, empty, cut off, mislabelled, silent, not finite, too short or too long.
 */
export async function readSound(path: string, options: ReadSoundOptions = {}): Promise<Sound> {
  const { sampleRateHz = 20000, durationSeconds = 2, maxSeconds } = options;
  const whole = await readWhole(path, sampleRateHz);
  const excerpt =
    durationSeconds === null
      ? whole
      : excerptOf(whole, { path, sampleRateHz, durationSeconds, startSeconds: options.startSeconds });
  if (maxSeconds !== undefined && excerpt.length > maxSeconds * sampleRateHz)
    throw new InputError(
      `${path} must be at most ${maxSeconds} s long, it has ${(excerpt.length / sampleRateHz).toFixed(2)} s; cut it`,
    );
  const { rms: targetRms = 0.1, demean = true } = options;
  const centered = demean ? demeaned(excerpt) : excerpt;
  return { samples: leveled(centered, path, targetRms), sampleRateHz };
}

async function readWhole(path: string, sampleRateHz: number): Promise<Float32Array> {
  const bytes = readSoundBytes(path);
  const samples =
    containerOf(bytes) === 'npy'
      ? npyMono(path)
      : await decodeSoundBytes(bytes, path).then((decoded) => {
          const mono = meanChannel(decoded.channels);
          checkFinite(mono, path);
          return resampleSound(mono, decoded.sampleRateHz, sampleRateHz);
        });
  if (samples.length === 0)
    throw new InputError(`${path} must hold sound, it has 0 samples; give another file`);
  checkFinite(samples, path);
  return samples;
}

function npyMono(path: string): Float32Array {
  const { values, shape } = readNpy(path);
  if (shape.filter((size) => size !== 1).length > 1)
    throw new InputError(
      `${path} must be mono (one axis), its shape is [${shape.join(', ')}]; save one channel`,
    );
  return Float32Array.from(values);
}

/**
 * Mean of all channels.
 *
 * @param channels - Of equal length, at least one.
 * @returns One channel.
 */
export function meanChannel(channels: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(0)] = channels;
  if (channels.length === 1) return first;
  const mean = new Float32Array(first.length);
  for (const channel of channels)
    for (let i = 0; i < mean.length; i++) mean[i]! += channel[i]! / channels.length;
  return mean;
}

function checkFinite(samples: Float32Array, path: string): void {
  const index = samples.findIndex((value) => !Number.isFinite(value));
  if (index >= 0)
    throw new InputError(
      `${path} must hold finite numbers, sample ${index} is ${samples[index]}; repair it before use`,
    );
}

function excerptOf(
  samples: Float32Array,
  wanted: { path: string; sampleRateHz: number; durationSeconds: number; startSeconds: number | undefined },
): Float32Array {
  const { path, sampleRateHz, durationSeconds, startSeconds } = wanted;
  const length = Math.round(durationSeconds * sampleRateHz);
  const haveSeconds = (samples.length / sampleRateHz).toFixed(3);
  if (samples.length < length)
    throw new InputError(
      `${path} must be at least ${durationSeconds} s long, it has ${haveSeconds} s; give a longer sound`,
    );
  const start =
    startSeconds === undefined
      ? Math.floor((samples.length - length) / 2)
      : Math.round(startSeconds * sampleRateHz);
  if (start < 0 || start + length > samples.length)
    throw new InputError(
      `--start-seconds must be from 0 to ${((samples.length - length) / sampleRateHz).toFixed(3)} for ${path} (${haveSeconds} s long, ${durationSeconds} s taken), got ${startSeconds}; choose an earlier start`,
    );
  return samples.slice(start, start + length);
}

function leveled(samples: Float32Array, path: string, targetRms: number | null): Float32Array {
  const level = rms(samples);
  if (level < quietestRms)
    throw new InputError(
      `${path} must not be silent, the excerpt's RMS is ${level.toExponential(1)}; choose another file or start`,
    );
  return targetRms === null ? samples : samples.map((value) => (value / level) * targetRms);
}
