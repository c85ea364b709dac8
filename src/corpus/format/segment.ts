import type { CorpusEntry } from './corpusFormat.ts';

/** An entry before it has a place in a shard. */
export type EntryLabels = Omit<CorpusEntry, 'shard' | 'start' | 'end'>;

/** A stretch of sound on its way into a shard, with the labels it carries (a sentence carries one for each word). */
export interface Segment {
  /** Mono at the corpus's rate. */
  samples: Float32Array;
  labels: EntryLabels[];
}

/** A unit of work of a corpus: it makes one shard. Its name decides the file's; the same name gives the same segments. */
export interface CorpusPart {
  name: string;
  /** Segments one after the other. */
  segments(): AsyncIterable<Segment>;
}

/**
 * Where the sound of an isolated word is: the frames of 10 ms within 30 dB of the loudest and 6 dB above the floor,
 * leaving out bursts shorter than 30 ms at the ends.
 *
 * @param samples - A recording of one word.
 * @returns First sample and the one after the last.
 */
export function activeRange(samples: Float32Array, sampleRateHz: number): { start: number; end: number } {
  const frame = Math.round(sampleRateHz / 100);
  const levels = frameLevels(samples, frame);
  if (levels.length === 0) return { start: 0, end: samples.length };
  const sorted = [...levels].sort((a, b) => a - b);
  const loudest = sorted.at(-1)!;
  const floor = sorted[Math.floor(sorted.length * 0.1)]!;
  const threshold = Math.min(Math.max(loudest - 30, floor + 6), loudest - 6);
  const isLoud = (at: number) => at >= 0 && at < levels.length && levels[at]! > threshold;
  const holds = (at: number, step: number) => isLoud(at) && isLoud(at + step) && isLoud(at + 2 * step);
  let first = 0;
  let last = levels.length - 1;
  while (first < last && !holds(first, 1)) first++;
  while (last > first && !holds(last, -1)) last--;
  if (first >= last) return { start: 0, end: samples.length };
  return { start: first * frame, end: Math.min(samples.length, (last + 1) * frame) };
}

/**
 * Cuts around a word, keeping a margin.
 *
 * @param samples - A recording of one word.
 * @param marginSeconds - Kept before and after the word.
 * @returns The cut sound and the word's place in it.
 */
export function cutWord(
  samples: Float32Array,
  sampleRateHz: number,
  marginSeconds: number,
): { samples: Float32Array; wordStart: number; wordEnd: number } {
  const { start, end } = activeRange(samples, sampleRateHz);
  const margin = Math.round(marginSeconds * sampleRateHz);
  const from = Math.max(0, start - margin);
  const to = Math.min(samples.length, end + margin);
  return { samples: samples.slice(from, to), wordStart: start - from, wordEnd: end - from };
}

function frameLevels(samples: Float32Array, frame: number): Float64Array {
  return Float64Array.from({ length: Math.floor(samples.length / frame) }, (_, index) => {
    let energy = 0;
    for (let i = index * frame; i < (index + 1) * frame; i++) energy += samples[i]! ** 2;
    return 10 * Math.log10(energy / frame + 1e-12);
  });
}
