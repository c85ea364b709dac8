import type { Random } from '../../base/random.ts';
import { corpusRateHz } from '../format/corpusFormat.ts';

/** Coefficients of a second-order filter, a0 = 1. */
export interface Biquad {
  b0: number;
  b1: number;
  b2: number;
  a1: number;
  a2: number;
}

/**
 * A random recording channel, in place: half the time a low-pass from 3 to 8 kHz, mostly one peak or dip and a tilt of
 * up to 8 dB, sometimes a short reverberation.
 *
 * @param samples - A foreground at the corpus's rate, linear amplitude; changed.
 * @param random - Seeded source.
 */
export function applyRandomChannelInto(samples: Float32Array, random: Random): void {
  const between = (low: number, high: number) => low * (high / low) ** random.uniform();
  if (random.uniform() < 0.5) {
    const cutoffHz = between(3000, 8000);
    // Two sections of a fourth-order Butterworth filter.
    filterInto(samples, lowPass(cutoffHz, 0.541));
    filterInto(samples, lowPass(cutoffHz, 1.307));
  }
  if (random.uniform() < 0.7)
    filterInto(samples, peaking(between(200, 6000), 0.7, 16 * random.uniform() - 8));
  if (random.uniform() < 0.5) filterInto(samples, lowShelf(between(150, 600), 16 * random.uniform() - 8));
  if (random.uniform() < 0.25) reverberateInto(samples, random);
}

/**
 * Runs a second-order filter over samples, in place.
 *
 * @param samples - Linear amplitude; changed.
 * @param filter - Its coefficients.
 */
function filterInto(samples: Float32Array, { b0, b1, b2, a1, a2 }: Biquad): void {
  let first = 0;
  let second = 0;
  for (let i = 0; i < samples.length; i++) {
    const input = samples[i]!;
    const output = b0 * input + first;
    first = b1 * input - a1 * output + second;
    second = b2 * input - a2 * output;
    samples[i] = output;
  }
}

/**
 * Second-order low-pass (R. Bristow-Johnson's cookbook).
 *
 * @param cutoffHz - Corner frequency.
 * @param quality - Q; 0.707 for Butterworth.
 * @returns Coefficients at the corpus's rate.
 */
function lowPass(cutoffHz: number, quality: number): Biquad {
  const { cosine, alpha } = angles(cutoffHz, quality);
  return normalized((1 - cosine) / 2, 1 - cosine, (1 - cosine) / 2, [1 + alpha, -2 * cosine, 1 - alpha]);
}

function peaking(centerHz: number, quality: number, gainDb: number): Biquad {
  const { cosine, alpha } = angles(centerHz, quality);
  const a = 10 ** (gainDb / 40);
  return normalized(1 + alpha * a, -2 * cosine, 1 - alpha * a, [1 + alpha / a, -2 * cosine, 1 - alpha / a]);
}

function lowShelf(cornerHz: number, gainDb: number): Biquad {
  const { cosine, alpha } = angles(cornerHz, Math.SQRT1_2);
  const a = 10 ** (gainDb / 40);
  const slope = 2 * Math.sqrt(a) * alpha;
  return normalized(
    a * (a + 1 - (a - 1) * cosine + slope),
    2 * a * (a - 1 - (a + 1) * cosine),
    a * (a + 1 - (a - 1) * cosine - slope),
    [a + 1 + (a - 1) * cosine + slope, -2 * (a - 1 + (a + 1) * cosine), a + 1 + (a - 1) * cosine - slope],
  );
}

function angles(frequencyHz: number, quality: number): { cosine: number; alpha: number } {
  const angle = (2 * Math.PI * Math.min(frequencyHz, 0.49 * corpusRateHz)) / corpusRateHz;
  return { cosine: Math.cos(angle), alpha: Math.sin(angle) / (2 * quality) };
}

function normalized(b0: number, b1: number, b2: number, [a0, a1, a2]: [number, number, number]): Biquad {
  return { b0: b0 / a0, b1: b1 / a0, b2: b2 / a0, a1: a1 / a0, a2: a2 / a0 };
}

/** Sixteen echoes at random delays up to 60–250 ms, decaying by 60 dB over 0.15–0.6 s. */
function reverberateInto(samples: Float32Array, random: Random): void {
  const dry = samples.slice();
  const decaySeconds = 0.15 + 0.45 * random.uniform();
  const longest = (0.06 + 0.19 * random.uniform()) * corpusRateHz;
  const wet = 0.15 + 0.35 * random.uniform();
  for (let echo = 0; echo < 16; echo++) {
    const delay = Math.max(40, Math.round(longest * random.uniform() ** 1.5));
    const sign = random.uniform() < 0.5 ? -1 : 1;
    const gain = sign * wet * 10 ** ((-3 * delay) / corpusRateHz / decaySeconds);
    for (let i = delay; i < samples.length; i++) samples[i]! += gain * dry[i - delay]!;
  }
}
