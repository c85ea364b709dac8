import { requireAwaited } from '../src/base/requireAwaited.ts';
import { sha256 } from '../src/base/sha256.ts';

/** One channel of sound. */
export interface Sound {
  /** Linear amplitude, full scale 1. */
  samples: Float32Array;
  sampleRateHz: number;
}

/**
 * A sound's samples.
 *
 * @param sound - A sound, or samples alone, shape [samples].
 * @throws InputError when it is a promise of one.
 */
export function samplesOf(sound: Sound | Float32Array): Float32Array {
  requireAwaited(sound, 'a sound', 'readSound(…)');
  return sound instanceof Float32Array ? sound : sound.samples;
}

/**
 * SHA-256 of a sound's samples, hexadecimal.
 *
 * @param samples - Shape [samples].
 */
export function soundHash(samples: Float32Array): string {
  return sha256(samples);
}
