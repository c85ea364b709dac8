import { InputError } from '../../src/base/inputError.ts';

/** A sound file whose length is known and of which any stretch can be read, without decoding the rest. */
export interface SoundFile {
  sampleRateHz: number;
  channels: number;
  /** Samples a channel, without what the encoder put before and after the sound. */
  samples: number;
  /** What a user should know of how it was read. */
  note?: string;
  /** Samples `start` to `start + length` of every channel, linear amplitude with full scale 1. */
  read(start: number, length: number): Promise<Float32Array[]>;
  close(): void;
}

/** Largest rate of a sound, Hz: above that of any converter for sound or ultrasound. */
const highestRateHz = 1_000_000;
/** Most channels of a sound. */
const mostChannels = 64;

/**
 * The error of a file that holds less than it promises.
 *
 * @param path - The file.
 * @param reason - What is missing.
 */
export function cutOff(path: string, reason: string): InputError {
  return new InputError(`${path} must be whole, it is cut off or damaged (${reason}); get it again`);
}

/**
 * The error of a file whose header is not complete.
 *
 * @param path - The file.
 * @param kind - Name of its container.
 */
export function brokenHeader(path: string, kind: string): InputError {
  return new InputError(`${path} must have a whole ${kind} header, it breaks off; get it again`);
}

/**
 * Checks what a header says of a sound before anything is allocated for it.
 *
 * @param path - The file.
 * @param sampleRateHz - The header's rate.
 * @param channels - The header's number of channels.
 * @throws InputError when one is beyond what sounds have.
 */
export function checkShape(path: string, sampleRateHz: number, channels: number): void {
  if (!(sampleRateHz >= 1 && sampleRateHz <= highestRateHz))
    throw new InputError(
      `${path} must have a sample rate from 1 to ${highestRateHz} Hz, its header says ${sampleRateHz}; mend the header or resample it`,
    );
  if (!(channels >= 1 && channels <= mostChannels))
    throw new InputError(
      `${path} must have 1 to ${mostChannels} channels, its header says ${channels}; mend the header or save fewer`,
    );
}
