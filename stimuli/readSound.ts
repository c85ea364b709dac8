import { InputError } from '../src/base/inputError.ts';
import { soundPath } from './bundledClips.ts';
import { demeaned, rms, withRms } from './level.ts';
import { type MonoSound, openMono } from './monoSound.ts';
import type { Sound } from './sound.ts';

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
  /** Longest sound accepted when the whole file is taken, seconds; default 1200. */
  maxSeconds?: number;
  /** Hears what a user should know of how the file was read. */
  onNote?: (note: string) => void;
}

const quietestRms = 1e-6;
/** Largest sample that models of single precision take without a number overflowing, where the level is left alone. */
const loudest = 1e9;
/** Longest sound taken whole, seconds, where the caller names none. */
const longestSeconds = 1200;

/**
 * Reads a sound for a model: decoded, channels averaged, resampled, excerpt taken, mean removed, level set.
 *
 * @param nameOrPath - Name of a bundled clip, unless a file has it; WAV, W64, AIFF, FLAC, MP3, OGG (Vorbis, Opus,
 *   FLAC), or `.npy` (float32 or float64, mono, at the wanted rate); of hours of sound, only what is asked for is decoded.
 * @param options - Rate, length, start and level.
 * @returns The sound, exactly round(durationSeconds · sampleRateHz) samples long.
 * @throws InputError when the file is missing, empty, cut off, mislabelled, silent, not finite, too short or too long.
 */
export async function readSound(nameOrPath: string, options: ReadSoundOptions = {}): Promise<Sound> {
  const path = soundPath(nameOrPath);
  const { model, sampleRateHz = model?.sampleRateHz ?? 20000, rms: targetRms = 0.1, demean = true } = options;
  const sound = await openMono(path, sampleRateHz);
  try {
    const { start, length } = stretchOf(sound, path, options);
    const excerpt = await sound.read(start, length);
    if (sound.note !== undefined) options.onNote?.(sound.note);
    const centered = demean ? demeaned(excerpt) : excerpt;
    return { samples: leveled(centered, path, targetRms), sampleRateHz };
  } finally {
    sound.close();
  }
}

/** Where what is wanted lies. */
function stretchOf(
  { samples, sampleRateHz }: MonoSound,
  path: string,
  options: ReadSoundOptions,
): { start: number; length: number } {
  const { model, startSeconds, maxSeconds = longestSeconds } = options;
  const { durationSeconds = model ? model.samples / model.sampleRateHz : 2 } = options;
  if (durationSeconds !== null)
    return excerptOf(samples, { path, sampleRateHz, durationSeconds, startSeconds });
  if (samples > maxSeconds * sampleRateHz)
    throw new InputError(
      `${path} must be at most ${maxSeconds} s long, it has ${(samples / sampleRateHz).toFixed(2)} s; cut it`,
    );
  return { start: 0, length: samples };
}

/** Where the excerpt lies in `all` samples at the wanted rate. */
function excerptOf(
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
  if (!Number.isFinite(level) || (targetRms === null && samples.some((value) => Math.abs(value) > loudest)))
    throw new InputError(
      `${path} must not go beyond ±${loudest} (full scale is 1), the excerpt's RMS is ${level.toExponential(1)}; scale it down`,
    );
  return targetRms === null ? samples : withRms(samples, targetRms);
}
