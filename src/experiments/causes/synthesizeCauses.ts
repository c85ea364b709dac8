import { rms } from '../../../stimuli/level.ts';
import type { Random } from '../../base/random.ts';
import type { Causes } from './causes.ts';
import { reverberate } from './room.ts';

/** How a sound is made. */
export interface SynthesisOptions {
  sampleRateHz: number;
  /** Length of the sound, samples. */
  samples: number;
  /** Draws what is no cause: noises, the onset, the room's paths. */
  random: Random;
  /** Level of a white noise in which the sound stands, dB re its RMS; default −40. */
  floorDb?: number;
}

const level = 0.1;
const onsetSeconds = [0.05, 0.25] as const;
const releaseSeconds = 0.02;

/**
 * Makes a sound from its causes: a source of flat spectrum (harmonics in cosine phase, or noise) under an envelope,
 * through two resonances, in a room.
 *
 * @param causes - From `drawCauses`, or others.
 * @param options - Rate, length, randomness.
 * @returns Shape [samples], RMS 0.1.
 * @see Fant (1960), Acoustic theory of speech production, for source and filter; the resonances are Klatt's (1980).
 */
export function synthesizeCauses(
  causes: Causes,
  { sampleRateHz, samples, random, floorDb = -40 }: SynthesisOptions,
): Float32Array {
  const source = sourceOf(causes, { sampleRateHz, random });
  for (const [frequencyHz, bandwidthHz] of formants(causes))
    resonateInto(source, { frequencyHz, bandwidthHz, sampleRateHz });
  const onset = Math.round(
    sampleRateHz * (onsetSeconds[0] + (onsetSeconds[1] - onsetSeconds[0]) * random.uniform()),
  );
  const dry = new Float64Array(samples);
  dry.set(source.subarray(0, Math.max(0, samples - onset)), onset);
  const wet = reverberate(dry, { ...causes, sampleRateHz, random });
  const floor = rms(wet) * 10 ** (floorDb / 20);
  const noisy = wet.map((value) => value + floor * random.normal());
  const gain = level / rms(noisy);
  return Float32Array.from(noisy, (value) => gain * value);
}

/** Center frequencies and bandwidths, Hz; bandwidths grow with frequency as those of vowels do (Hawks & Miller 1995). */
function formants({ formant1Hz, formant2Hz }: Causes): [number, number][] {
  return [formant1Hz, formant2Hz].map((hertz) => [hertz, 50 + 0.04 * hertz]);
}

/** The source under its envelope, up to its end. */
function sourceOf(
  { source, f0Hz, attackSeconds, durationSeconds }: Causes,
  { sampleRateHz, random }: { sampleRateHz: number; random: Random },
): Float64Array {
  const length = Math.round(durationSeconds * sampleRateHz);
  const values =
    source === 'noise'
      ? Float64Array.from({ length }, () => random.normal())
      : pulses(f0Hz / sampleRateHz, length);
  const rise = attackSeconds * sampleRateHz;
  const fall = releaseSeconds * sampleRateHz;
  return values.map((value, n) => value * Math.min(1, n / rise, (length - n) / fall));
}

/** All harmonics below 90 % of half the rate, of equal amplitude in cosine phase, in closed form; RMS near 1. */
function pulses(cyclesPerSample: number, length: number): Float64Array {
  const harmonics = Math.floor(0.45 / cyclesPerSample);
  // Σ cos(k·x), k = 1 … K, is (sin((K + ½)x)/sin(x/2) − 1)/2 (Dirichlet's kernel).
  return Float64Array.from({ length }, (_, n) => {
    const half = Math.PI * cyclesPerSample * n;
    const divisor = Math.sin(half);
    const kernel =
      Math.abs(divisor) < 1e-9 ? 2 * harmonics + 1 : Math.sin((2 * harmonics + 1) * half) / divisor;
    return ((kernel - 1) / 2) * Math.sqrt(2 / harmonics);
  });
}

/** A second-order resonance of unit gain at 0 Hz, in place: Klatt (1980), J. Acoust. Soc. Am. 67, 971–995, Eq. 1 and 2. */
function resonateInto(
  x: Float64Array,
  {
    frequencyHz,
    bandwidthHz,
    sampleRateHz,
  }: { frequencyHz: number; bandwidthHz: number; sampleRateHz: number },
): void {
  const c = -Math.exp((-2 * Math.PI * bandwidthHz) / sampleRateHz);
  const b =
    2 *
    Math.exp((-Math.PI * bandwidthHz) / sampleRateHz) *
    Math.cos((2 * Math.PI * frequencyHz) / sampleRateHz);
  const a = 1 - b - c;
  let [before, twoBefore] = [0, 0];
  for (let n = 0; n < x.length; n++) {
    const y = a * x[n]! + b * before + c * twoBefore;
    [twoBefore, before] = [before, y];
    x[n] = y;
  }
}
