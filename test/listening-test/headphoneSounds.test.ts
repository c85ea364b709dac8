import FFT from 'fft.js';
import { describe, expect, test } from 'vitest';
import {
  antiphaseOrders,
  antiphaseWav,
  headphoneRateHz,
  hugginsWav,
} from '../../listening-test/sound/headphoneSounds.ts';

/** Left and right of a 16-bit stereo WAV file. */
function channelsOf(wav: Uint8Array): [Float64Array, Float64Array] {
  const view = new DataView(wav.buffer, wav.byteOffset + 44);
  const frames = view.byteLength / 4;
  const side = (offset: number) =>
    Float64Array.from({ length: frames }, (_, i) => view.getInt16(4 * i + offset, true) / 32767);
  return [side(0), side(2)];
}

const part = (samples: Float64Array, fromSeconds: number, seconds: number) =>
  samples.subarray(fromSeconds * headphoneRateHz, (fromSeconds + seconds) * headphoneRateHz);

const levelDb = (samples: Float64Array) =>
  10 * Math.log10(samples.reduce((sum, value) => sum + value ** 2, 0) / samples.length);

const correlation = (a: Float64Array, b: Float64Array) => {
  const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

describe.each(antiphaseOrders)('antiphaseWav(%s), after Woods et al. (2017)', (order) => {
  const [left, right] = channelsOf(antiphaseWav(order, 0.05));
  test('is 4 s long: three tones of 1 s with silences of 0.5 s', () => {
    expect(left.length).toBe(4 * headphoneRateHz);
    for (const gap of [1, 2.5]) expect(Math.max(...part(left, gap, 0.5).map(Math.abs))).toBe(0);
  });
  test('has the softest tone 6 dB below the others in each channel, and the antiphase one with correlation −1', () => {
    const levels = [0, 1.5, 3].map((start) => levelDb(part(left, start + 0.1, 0.8)));
    const soft = order.indexOf('S');
    for (const [tone, level] of levels.entries()) {
      expect(level).toBeCloseTo(tone === soft ? -32.04 : -26.02, 1);
      const sides = [left, right].map((channel) => part(channel, 1.5 * tone, 1)) as [
        Float64Array,
        Float64Array,
      ];
      expect(correlation(...sides)).toBeCloseTo(order[tone] === 'O' ? -1 : 1, 6);
    }
  });
  test('seems softest at the antiphase tone when the channels are summed, as by one loudspeaker', () => {
    const sum = left.map((value, i) => (value + right[i]!) / 2);
    expect(levelDb(part(sum, 1.5 * order.indexOf('O'), 1))).toBeLessThan(-69);
  });
});

test('nothing in a headphone check is louder than the RMS it is made at, whatever that is', () => {
  for (const rms of [0.01, 0.05, 0.2])
    for (const wav of [antiphaseWav('OSI', rms), hugginsWav(1, { seed: 2, rms })])
      for (const channel of channelsOf(wav))
        for (let from = 0; from + 0.5 <= channel.length / headphoneRateHz; from += 0.25)
          expect(levelDb(part(channel, from, 0.5))).toBeLessThan(20 * Math.log10(rms) + 0.25);
});

test('antiphaseWav is a 200 Hz tone', () => {
  const [left] = channelsOf(antiphaseWav('SIO', 0.05));
  const crossings = part(left, 0, 1).reduce(
    (count, value, i, all) => count + (i > 0 && all[i - 1]! < 0 && value >= 0 ? 1 : 0),
    0,
  );
  expect(crossings).toBeGreaterThanOrEqual(198);
  expect(crossings).toBeLessThanOrEqual(200);
});

describe.each([0, 1, 2])('hugginsWav(%i), after Milne et al. (2021)', (position) => {
  const [left, right] = channelsOf(hugginsWav(position, { seed: 3, rms: 0.05 }));
  test('is 5 s long: three bursts of 1 s at the wanted RMS with silences of 1 s', () => {
    expect(left.length).toBe(5 * headphoneRateHz);
    for (const start of [0, 2, 4]) expect(levelDb(part(left, start + 0.1, 0.8))).toBeCloseTo(-26.02, 0);
    expect(Math.max(...part(left, 1, 1).map(Math.abs))).toBe(0);
  });
  test('inverts 564 to 636 Hz of one channel in the target burst alone', () => {
    for (const burst of [0, 1, 2]) {
      const [inBand, outOfBand] = [bandCorrelation(burst, 574, 626), bandCorrelation(burst, 700, 2000)];
      expect(outOfBand).toBeGreaterThan(0.99);
      if (burst === position) expect(inBand).toBeLessThan(-0.9);
      else expect(inBand).toBeGreaterThan(0.999);
    }
  });
  test('sounds alike in each channel alone: the bands have equal level within 1 dB', () => {
    const power = (channel: Float64Array) => bandPowerDb(part(channel, 2 * position, 1), 564, 636);
    expect(Math.abs(power(left) - power(right))).toBeLessThan(1);
  });

  function bandCorrelation(burst: number, fromHz: number, toHz: number): number {
    const [a, b] = [left, right].map((channel) => spectrumOf(part(channel, 2 * burst, 1))) as [
      number[],
      number[],
    ];
    let dot = 0;
    let normA = 0;
    let normB = 0;
    for (const bin of binsOf(fromHz, toHz))
      for (const i of [2 * bin, 2 * bin + 1]) {
        dot += a[i]! * b[i]!;
        normA += a[i]! ** 2;
        normB += b[i]! ** 2;
      }
    return dot / Math.sqrt(normA * normB);
  }
});

const size = 32768;
const binsOf = (fromHz: number, toHz: number) => {
  const from = Math.ceil((fromHz * size) / headphoneRateHz);
  return Array.from({ length: Math.floor((toHz * size) / headphoneRateHz) - from }, (_, i) => from + i);
};

function spectrumOf(samples: Float64Array): number[] {
  const fft = new FFT(size);
  const padded = new Float64Array(size);
  padded.set(samples);
  const spectrum = fft.createComplexArray();
  fft.realTransform(spectrum, padded);
  return spectrum;
}

function bandPowerDb(samples: Float64Array, fromHz: number, toHz: number): number {
  const spectrum = spectrumOf(samples);
  return (
    10 *
    Math.log10(
      binsOf(fromHz, toHz).reduce(
        (sum, bin) => sum + spectrum[2 * bin]! ** 2 + spectrum[2 * bin + 1]! ** 2,
        0,
      ),
    )
  );
}
