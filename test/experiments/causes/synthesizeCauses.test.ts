import FFT from 'fft.js';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import {
  causeNames,
  causeRanges,
  drawCauses,
  placeOf,
  valueAt,
} from '../../../src/experiments/causes/causes.ts';
import { reverberate } from '../../../src/experiments/causes/room.ts';
import { synthesizeCauses } from '../../../src/experiments/causes/synthesizeCauses.ts';
import { rms } from '../../../stimuli/level.ts';

const sampleRateHz = 20000;
const samples = 40000;
const vowel = {
  ...{ source: 'harmonic' as const, f0Hz: 137, formant1Hz: 480, formant2Hz: 1700 },
  ...{ attackSeconds: 0.08, durationSeconds: 0.9, reverberationSeconds: 0.4 },
};
const made = (causes: typeof vowel | (Omit<typeof vowel, 'source'> & { source: 'noise' }), seed = 1) =>
  synthesizeCauses(causes, { sampleRateHz, samples, random: createRandom(seed), floorDb: -80 });

/** Fundamental frequency by the autocorrelation's first large peak, refined by a parabola. */
function f0ByAutocorrelation(x: Float32Array): number {
  const lags = Array.from({ length: 300 }, (_, lag) => {
    let sum = 0;
    for (let n = 0; n + 300 < x.length; n++) sum += x[n]! * x[n + lag]!;
    return sum;
  });
  const candidates = [...lags.keys()]
    .slice(40, -1)
    .filter((lag) => lags[lag]! > lags[lag - 1]! && lags[lag]! >= lags[lag + 1]!);
  const largest = Math.max(...candidates.map((lag) => lags[lag]!));
  const lag = candidates.find((candidate) => lags[candidate]! > 0.98 * largest)!;
  const [a, b, c] = [lags[lag - 1]!, lags[lag]!, lags[lag + 1]!];
  return sampleRateHz / (lag + (a - c) / (2 * (a - 2 * b + c)));
}

/** Power spectrum of white-driven sound, averaged over segments (Welch), and the frequency of its largest value in a range. */
function peakHz(sounds: readonly Float32Array[], [lowHz, highHz]: readonly [number, number]): number {
  const size = 512;
  const fft = new FFT(size);
  const power = new Float64Array(size / 2);
  for (const x of sounds)
    for (let first = 0; first + size <= x.length; first += size / 2) {
      const windowed = Array.from(
        { length: size },
        (_, n) => x[first + n]! * Math.sin((Math.PI * n) / size) ** 2,
      );
      const spectrum = fft.createComplexArray();
      fft.realTransform(spectrum, windowed);
      for (let bin = 0; bin < size / 2; bin++)
        power[bin]! += spectrum[2 * bin]! ** 2 + spectrum[2 * bin + 1]! ** 2;
    }
  const hertz = (bin: number) => (bin * sampleRateHz) / size;
  const bins = [...power.keys()].filter((bin) => hertz(bin) >= lowHz && hertz(bin) <= highHz);
  const best = bins.reduce((a, b) => (power[b]! > power[a]! ? b : a));
  const [a, b, c] = [best - 1, best, best + 1].map((bin) => Math.log(power[bin]!)) as [
    number,
    number,
    number,
  ];
  return hertz(best + (a - c) / (2 * (a - 2 * b + c)));
}

test.each([83, 137, 251.5, 390])(
  'a harmonic source of %s Hz has that fundamental frequency, by autocorrelation',
  (f0Hz) => {
    const x = made({ ...vowel, f0Hz });
    expect(Math.abs(f0ByAutocorrelation(x.subarray(6000, 16000)) / f0Hz - 1)).toBeLessThan(0.01);
  },
);

test.each([
  [300, 1100],
  [480, 1700],
  [850, 2900],
])('resonances at %s and %s Hz are peaks of the average spectrum', (formant1Hz, formant2Hz) => {
  const sounds = Array.from({ length: 8 }, (_, seed) =>
    made(
      { ...vowel, source: 'noise', formant1Hz, formant2Hz, durationSeconds: 1, reverberationSeconds: 0.1 },
      seed + 1,
    ).subarray(8000, 20000),
  );
  // The slope of one resonance moves the peak of the other a little.
  expect(Math.abs(peakHz(sounds, [150, 950]) / formant1Hz - 1)).toBeLessThan(0.08);
  expect(Math.abs(peakHz(sounds, [formant2Hz - 300, formant2Hz + 300]) / formant2Hz - 1)).toBeLessThan(0.05);
});

test.each([0.1, 0.4, 1.6])(
  'the room falls by 60 dB in %s s, by Schroeder integration of its impulse response',
  (reverberationSeconds) => {
    const impulse = new Float64Array(2 * samples);
    impulse[0] = 1;
    const response = reverberate(impulse, { reverberationSeconds, sampleRateHz, random: createRandom(3) });
    const left = new Float64Array(response.length + 1);
    for (let n = response.length - 1; n >= 0; n--) left[n] = left[n + 1]! + response[n]! ** 2;
    // From −5 to −25 dB of the reverberation, the direct sound left out (ISO 3382, T20).
    const after = (decibels: number) =>
      left.findIndex((energy, n) => n > 0 && energy < left[1]! * 10 ** (decibels / 10));
    const measured = (3 * (after(-25) - after(-5))) / sampleRateHz;
    expect(Math.abs(measured / reverberationSeconds - 1)).toBeLessThan(0.12);
  },
);

test('attack and duration are those of the envelope', () => {
  const dry = {
    ...vowel,
    source: 'noise' as const,
    attackSeconds: 0.2,
    durationSeconds: 0.6,
    reverberationSeconds: 0.01,
  };
  // Mean power over many draws, from the onset on, which is found where it rises above the floor.
  const power = new Float64Array(16000);
  const draws = 60;
  for (let seed = 1; seed <= draws; seed++) {
    const x = made(dry, seed);
    const onset = x.findIndex((value) => Math.abs(value) > 2e-3);
    for (let n = 0; n < power.length; n++) power[n]! += x[onset + n]! ** 2 / draws;
  }
  const amplitude = (from: number, to: number) =>
    Math.sqrt(power.subarray(from, to).reduce((a, b) => a + b, 0) / (to - from));
  const full = amplitude(4500, 11000);
  expect(amplitude(1900, 2100) / full).toBeGreaterThan(0.42);
  expect(amplitude(1900, 2100) / full).toBeLessThan(0.55);
  expect(amplitude(11200, 11500) / full).toBeGreaterThan(0.85);
  expect(amplitude(12300, 13000) / full).toBeLessThan(0.05);
});

test('a sound has RMS 0.1, is the same for a seed and stands in the floor that is asked for', () => {
  const x = made(vowel);
  expect(rms(x)).toBeCloseTo(0.1, 6);
  expect(made(vowel)).toEqual(x);
  expect(made(vowel, 2)).not.toEqual(x);
  // Before the earliest onset there is the floor alone: −80 dB.
  expect(rms(x.subarray(0, 1000)) / 0.1).toBeGreaterThan(0.9e-4);
  expect(rms(x.subarray(0, 1000)) / 0.1).toBeLessThan(1.1e-4);
});

test('drawCauses covers each range evenly on the logarithmic scale, sources by halves', () => {
  const random = createRandom(5);
  const drawn = Array.from({ length: 4000 }, () => drawCauses(random));
  for (const name of causeNames) {
    const places = drawn.map((causes) => placeOf(name, causes[name]));
    expect(Math.max(...places.map(Math.abs)), name).toBeLessThanOrEqual(1);
    for (const quarter of [-1, -0.5, 0, 0.5]) {
      const share = places.filter((place) => place >= quarter && place < quarter + 0.5).length / 4000;
      expect(Math.abs(share - 0.25), name).toBeLessThan(0.03);
    }
    expect(valueAt(name, -1)).toBeCloseTo(causeRanges[name][0], 9);
    expect(valueAt(name, 1)).toBeCloseTo(causeRanges[name][1], 9);
    expect(placeOf(name, valueAt(name, 0.3))).toBeCloseTo(0.3, 9);
  }
  expect(Math.abs(drawn.filter(({ source }) => source === 'noise').length / 4000 - 0.5)).toBeLessThan(0.03);
});
