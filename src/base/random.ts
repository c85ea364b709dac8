import { createHash } from 'node:crypto';

/** A seeded source of pseudo-random numbers; its state can be stored and restored. */
export interface Random {
  /** Next uniform number in [0, 1). */
  uniform(): number;
  /** Next standard normal number (Box–Muller). */
  normal(): number;
  /** Next whole number in [0, bound). */
  integer(bound: number): number;
  /** One of several items, each as likely. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy (Fisher–Yates). */
  shuffled<T>(items: readonly T[]): T[];
  /** The generator's state, four 32-bit words. */
  state(): number[];
}

/**
 * Seeded generator xoshiro128** (Blackman & Vigna 2018, public domain).
 *
 * A seed alone fills the state by SplitMix32. With labels the state is the first 128 bits of SHA-256 over seed and labels
 * as JSON, so that every place that draws can have a stream of its own under one seed.
 *
 * @param seed - A whole number, or a stored state of four words.
 * @param labels - What the stream is for: names and whole numbers, in order.
 * @returns The generator; the same seed and labels give the same numbers on every machine.
 */
export function createRandom(
  seed: number | readonly number[],
  ...labels: readonly (string | number)[]
): Random {
  const words = Uint32Array.from(startingState(seed, labels));
  const next = () => nextWord(words);
  const uniform = () => (next() * 2 ** 21 + (next() >>> 11)) / 2 ** 53;
  const integer = (bound: number) => Math.floor(uniform() * bound);
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    integer,
    pick: (items) => items[integer(items.length)]!,
    shuffled: (items) => shuffle([...items], integer),
    state: () => [...words],
  };
}

function nextWord(s: Uint32Array): number {
  const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
  const t = s[1] << 9;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate(s[3], 11);
  return result;
}

const rotate = (x: number, bits: number) => (x << bits) | (x >>> (32 - bits));

function startingState(seed: number | readonly number[], labels: readonly (string | number)[]) {
  if (labels.length > 0) return hashedWords(JSON.stringify([seed, ...labels]));
  return typeof seed === 'number' ? seedWords(seed) : seed;
}

function hashedWords(text: string): number[] {
  const digest = createHash('sha256').update(text).digest();
  return [0, 4, 8, 12].map((at) => digest.readUInt32LE(at));
}

function seedWords(seed: number): number[] {
  let state = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0;
  return [0, 1, 2, 3].map(() => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  });
}

function shuffle<T>(items: T[], integer: (bound: number) => number): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = integer(i + 1);
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}
