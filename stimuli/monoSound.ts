import { InputError } from '../src/base/inputError.ts';
import { openSound } from './files/openSound.ts';
import type { SoundFile } from './files/soundFile.ts';
import { neededSamples, resampledLength, resampleExcerpt } from './resample.ts';

/** A sound file as one channel at a wanted rate, of which any stretch can be read. */
export interface MonoSound {
  sampleRateHz: number;
  /** Samples at this rate. */
  samples: number;
  /** What a user should know of how it is read. */
  note?: string;
  /** Mean of the channels, resampled; only what is needed of a long file is decoded. */
  read(start: number, length: number): Promise<Float32Array>;
  close(): void;
}

/** A file up to this size is decoded whole, so that damage anywhere in it is noticed; samples of all channels. */
const wholeValues = 2 ** 23;
/** What is decoded of a longer one at once, samples of all channels. */
const pieceValues = 2 ** 22;

/**
 * Opens a sound file as one channel at a rate.
 *
 * @param path - The file, of a kind that `openSound` reads.
 * @param sampleRateHz - The wanted rate, Hz.
 * @throws InputError when it cannot be read, or holds no sample.
 */
export async function openMono(path: string, sampleRateHz: number): Promise<MonoSound> {
  const file = await openSound(path, sampleRateHz);
  if (file.samples === 0) {
    file.close();
    throw new InputError(`${path} must hold sound, it has 0 samples; give another file`);
  }
  const samples = resampledLength(file.samples, file.sampleRateHz, sampleRateHz);
  return {
    ...{ sampleRateHz, samples },
    ...(file.note === undefined ? {} : { note: file.note }),
    read: (start, length) => readStretch(file, path, { toHz: sampleRateHz, start, length }),
    close: () => file.close(),
  };
}

interface Stretch {
  toHz: number;
  start: number;
  length: number;
}

async function readStretch(
  file: SoundFile,
  path: string,
  { toHz, start, length }: Stretch,
): Promise<Float32Array> {
  const fromHz = file.sampleRateHz;
  if (file.samples * file.channels <= wholeValues) {
    const whole = await readMean(file, path, 0, file.samples);
    return resampleExcerpt(whole, { fromHz, toHz, start, length });
  }
  const result = new Float32Array(length);
  const pieceLength = Math.max(1, Math.floor((pieceValues / file.channels / fromHz) * toHz));
  for (let done = 0; done < length; done += pieceLength) {
    const piece = { fromHz, toHz, start: start + done, length: Math.min(pieceLength, length - done) };
    const needed = neededSamples(piece);
    const from = Math.max(0, needed.from);
    const mean = await readMean(file, path, from, Math.min(file.samples, needed.to) - from);
    result.set(resampleExcerpt(mean, { ...piece, firstSample: from }), done);
  }
  return result;
}

async function readMean(file: SoundFile, path: string, start: number, length: number): Promise<Float32Array> {
  const channels = await file.read(start, length);
  const there = channels[0]?.length ?? 0;
  if (there < length)
    throw new InputError(
      `${path} must be whole, it is cut off or damaged (sample ${start + there} of ${file.samples} could not be read); get it again`,
    );
  const mean = meanChannel(channels);
  const index = mean.findIndex((value) => !Number.isFinite(value));
  if (index >= 0)
    throw new InputError(
      `${path} must hold finite numbers, sample ${start + index} is ${mean[index]}; repair it before use`,
    );
  return mean;
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
