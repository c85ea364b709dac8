import { InputError } from '../src/base/inputError.ts';
import { readNpy } from '../src/formats/npy.ts';
import { soundPath } from './bundledClips.ts';
import { decodeSoundBytes, readSoundBytes } from './decodeSound.ts';
import { demeaned, rms } from './level.ts';
import { resampledLength, resampleExcerpt } from './resample.ts';
import type { Sound } from './sound.ts';
import { containerOf } from './soundHeader.ts';

/** What is wanted of a sound file. */
export interface ReadSoundOptions {
  /** Gives rate and length where they are not stated. */
  model?: { sampleRateHz: number; samples: number };
  /** Rate of the result, Hz; default the model's, else 20000. */
  sampleRateHz?: number;
  /** Length of the result, seconds; default the model's, else 2. `null` takes the whole file. */
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
 * @param nameOrPath - Name of a bundled clip, unless a file has it; WAV, FLAC, MP3, OGG (Vorbis, Opus), or `.npy` (float32 or float64, mono, at the wanted rate).
 * @param options - Rate, length, start and level.
 * @returns The sound, exactly round(durationSeconds · sampleRateHz) samples long.
 * @throws InputError when the file is missing, empty, cut off, mislabelled, silent, not finite, too short or too long.
 */
export async function readSound(nameOrPath: string, options: ReadSoundOptions = {}): Promise<Sound> {
  const path = soundPath(nameOrPath);
  const { model, sampleRateHz = model?.sampleRateHz ?? 20000, maxSeconds, startSeconds } = options;
  const { durationSeconds = model ? model.samples / model.sampleRateHz : 2 } = options;
  const { samples, fromHz } = await readChannel(path, sampleRateHz);
  const all = resampledLength(samples.length, fromHz, sampleRateHz);
  if (durationSeconds === null && maxSeconds !== undefined && all > maxSeconds * sampleRateHz)
    throw new InputError(
      `${path} must be at most ${maxSeconds} s long, it has ${(all / sampleRateHz).toFixed(2)} s; cut it`,
    );
  const stretch =
    durationSeconds === null
      ? { start: 0, length: all }
      : stretchOf(all, { path, sampleRateHz, durationSeconds, startSeconds });
  const excerpt = resampleExcerpt(samples, { fromHz, toHz: sampleRateHz, ...stretch });
  const { rms: targetRms = 0.1, demean = true } = options;
  const centered = demean ? demeaned(excerpt) : excerpt;
  return { samples: leveled(centered, path, targetRms), sampleRateHz };
}

async function readChannel(
  path: string,
  npyRateHz: number,
): Promise<{ samples: Float32Array; fromHz: number }> {
  const bytes = readSoundBytes(path);
  const isNpy = containerOf(bytes) === 'npy';
  const decoded = isNpy
    ? { channels: [npyMono(path)], sampleRateHz: npyRateHz }
    : await decodeSoundBytes(bytes, path);
  const samples = meanChannel(decoded.channels);
  if (samples.length === 0)
    throw new InputError(`${path} must hold sound, it has 0 samples; give another file`);
  checkFinite(samples, path);
  return { samples, fromHz: decoded.sampleRateHz };
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

/** Where the excerpt lies in `all` samples at the wanted rate. */
function stretchOf(
  all: number,
  wanted: { path: string; sampleRateHz: number; durationSeconds: number; startSeconds: number | undefined },
): { start: number; length: number } {
  const { path, sampleRateHz, durationSeconds, startSeconds } = wanted;
  const length = Math.round(durationSeconds * sampleRateHz);
  const haveSeconds = (all / sampleRateHz).toFixed(3);
  if (all < length)
    throw new InputError(
      `${path} must be at least ${durationSeconds} s long, it has ${haveSeconds} s; give a longer sound`,
    );
  const spare = all - length;
  const start = startSeconds === undefined ? Math.floor(spare / 2) : Math.round(startSeconds * sampleRateHz);
  if (start < 0 || start > spare)
    throw new InputError(
      `must be from 0 to ${(spare / sampleRateHz).toFixed(3)} for ${path} (${haveSeconds} s long, ${durationSeconds} s taken), got ${startSeconds}; choose an earlier start`,
      { option: 'startSeconds' },
    );
  return { start, length };
}

function leveled(samples: Float32Array, path: string, targetRms: number | null): Float32Array {
  const level = rms(samples);
  if (level < quietestRms)
    throw new InputError(
      `${path} must not be silent, the excerpt's RMS is ${level.toExponential(1)}; choose another file or start`,
    );
  return targetRms === null ? samples : samples.map((value) => (value / level) * targetRms);
}
