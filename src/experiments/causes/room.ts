import type { Random } from '../../base/random.ts';

/** A room, as far as it is heard. */
export interface Room {
  /** Time in which its reverberation falls by 60 dB, seconds. */
  reverberationSeconds: number;
  sampleRateHz: number;
  /** Draws the lengths of its paths. */
  random: Random;
}

const paths = 12;
const pathSeconds = [0.011, 0.041] as const;
/** Amplitude of the reverberation as it enters, re the direct sound. */
const wetGain = 0.4;

/**
 * A sound in a room: the direct sound, and what paths of several lengths feed back to each other without loss but for a
 * decay that is the same for all of them in decibels a second.
 *
 * @param dry - Shape [samples], linear amplitude.
 * @param room - Its reverberation.
 * @returns Shape [samples]; what rings on after the end is cut.
 * @see Jot & Chaigne (1991), 90th Convention of the Audio Engineering Society: feedback delay network; the lossless
 *   matrix is Householder's.
 */
export function reverberate(dry: Float64Array, room: Room): Float64Array {
  const lines = linesOf(room);
  const wet = new Float64Array(dry.length);
  const outputs = new Float64Array(paths);
  for (let n = 0; n < dry.length; n++) {
    let sum = 0;
    let heard = 0;
    for (let i = 0; i < paths; i++) {
      const { memory, gain } = lines[i]!;
      const output = gain * memory[n % memory.length]!;
      outputs[i] = output;
      sum += output;
      // Signs that alternate keep the paths from adding up in step.
      heard += i % 2 === 0 ? output : -output;
    }
    for (let i = 0; i < paths; i++) {
      const { memory } = lines[i]!;
      memory[n % memory.length] = outputs[i]! - (2 / paths) * sum + dry[n]!;
    }
    wet[n] = dry[n]! + wetGain * heard;
  }
  return wet;
}

/** Delay lines with the gain of one pass: 60 dB in the reverberation time. */
function linesOf({ reverberationSeconds, sampleRateHz, random }: Room) {
  const [least, most] = pathSeconds;
  return Array.from({ length: paths }, (_, i) => {
    const seconds = least * (most / least) ** ((i + random.uniform()) / paths);
    const length = Math.round(seconds * sampleRateHz);
    const gain = 10 ** ((-3 * length) / (sampleRateHz * reverberationSeconds));
    return { memory: new Float64Array(length), gain };
  });
}
