import FFT from 'fft.js';
import { createRandom } from '../../src/base/random.ts';
import { rms } from '../../stimuli/level.ts';
import { wavBytes } from '../../stimuli/writeWav.ts';
import { withRamps } from './levelNoise.ts';

/** Rate of the headphone checks' sounds, Hz. */
export const headphoneRateHz = 24000;

/** Without dither: what one channel adds to the other must cancel or be equal to the step. */
const exact = { sampleRateHz: headphoneRateHz, format: 'int16', dither: false } as const;

/** The six orders of the three tones. */
export const antiphaseOrders = ['ISO', 'IOS', 'SOI', 'SIO', 'OSI', 'OIS'] as const;

const toneHz = 200;
const softestDb = -6;
const antiphaseGapSeconds = 0.5;
const antiphaseRampSeconds = 0.1;

/**
 * One trial of the antiphase headphone check: three 1 s tones of 200 Hz, 0.5 s apart; which is the softest? Over
 * loudspeakers the out-of-phase tone cancels and seems softest.
 *
 * @param order - Order of the tones.
 * @param rms - RMS of the two louder tones, linear: that of the noise by which the volume was set, so that nothing in
 *   the check is louder than what the listener agreed to.
 * @returns A stereo WAV file, 4 s.
 * @see Woods et al. (2017), Atten. Percept. Psychophys. 79, 2064–2072; raised-cosine ramps of 100 ms.
 */
export function antiphaseWav(order: (typeof antiphaseOrders)[number], rms: number): Uint8Array {
  const tone = withRamps(
    Float32Array.from(
      { length: headphoneRateHz },
      (_, i) => rms * Math.SQRT2 * Math.sin((2 * Math.PI * toneHz * i) / headphoneRateHz),
    ),
    antiphaseRampSeconds * headphoneRateHz,
  );
  const gains = [...order].map((kind) => (kind === 'S' ? 10 ** (softestDb / 20) : 1));
  const left = spaced(
    gains.map((gain) => tone.map((value) => gain * value)),
    antiphaseGapSeconds,
  );
  const right = spaced(
    gains.map((gain, i) => tone.map((value) => (order[i] === 'O' ? -gain : gain) * value)),
    antiphaseGapSeconds,
  );
  return wavBytes([left, right], exact);
}

const hugginsHz = 600;
const hugginsHalfBand = 0.06;
const hugginsGapSeconds = 1;
const hugginsRampSeconds = 0.02;
const clippingSd = 4.2;

/**
 * One trial of the Huggins-pitch headphone check: three 1 s bursts of noise, 1 s apart; in one of them the right
 * channel is phase-shifted by 180° within 600 Hz ± 6 %, which makes a faint tone heard only with headphones.
 *
 * @param position - Which burst holds the tone, 0, 1 or 2.
 * @param options - Seed of the noise; its RMS, linear, for which that of the noise by which the volume was set is meant.
 * @returns A stereo WAV file, 5 s.
 * @see Milne et al. (2021), Behav. Res. Methods 53, 1551–1562; level set by the study and ramps of 20 ms added.
 */
export function hugginsWav(position: number, options: { seed: number; rms: number }): Uint8Array {
  const random = createRandom(options.seed);
  const ramp = hugginsRampSeconds * headphoneRateHz;
  const bursts = [0, 1, 2].map((burst) => {
    const noise = Float32Array.from({ length: headphoneRateHz }, () =>
      Math.max(-clippingSd, Math.min(clippingSd, random.normal())),
    );
    const scale = options.rms / rms(noise);
    const left = noise.map((value) => value * scale);
    return { left, right: burst === position ? bandInverted(left) : left };
  });
  const channel = (side: 'left' | 'right') =>
    spaced(
      bursts.map((burst) => withRamps(burst[side], ramp)),
      hugginsGapSeconds,
    );
  return wavBytes([channel('left'), channel('right')], exact);
}

/** The noise with the sign of its 564–636 Hz band turned. */
function bandInverted(noise: Float32Array): Float32Array {
  const size = 32768;
  const fft = new FFT(size);
  const padded = new Float64Array(size);
  padded.set(noise);
  const spectrum = fft.createComplexArray();
  fft.realTransform(spectrum, padded);
  fft.completeSpectrum(spectrum);
  for (let bin = 0; bin < size; bin++) {
    const hz = (Math.min(bin, size - bin) * headphoneRateHz) / size;
    if (Math.abs(hz / hugginsHz - 1) > hugginsHalfBand) continue;
    spectrum[2 * bin] = -spectrum[2 * bin]!;
    spectrum[2 * bin + 1] = -spectrum[2 * bin + 1]!;
  }
  const wave = fft.createComplexArray();
  fft.inverseTransform(wave, spectrum);
  return Float32Array.from(noise, (_, i) => wave[2 * i]!);
}

function spaced(parts: readonly Float32Array[], gapSeconds: number): Float32Array {
  const gap = gapSeconds * headphoneRateHz;
  const whole = new Float32Array(parts.length * parts[0]!.length + (parts.length - 1) * gap);
  parts.forEach((part, i) => {
    whole.set(part, i * (part.length + gap));
  });
  return whole;
}
