import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import wavefile from 'wavefile';
import { createRandom } from '../../src/base/random.ts';
import { rms } from '../../stimuli/level.ts';
import { whiteNoise } from '../../stimuli/noise.ts';
import { readSound } from '../../stimuli/readSound.ts';
import { wavBytes, writeWav } from '../../stimuli/writeWav.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const sampleRateHz = 20000;

test('writeWav in float32 keeps every bit, beyond full scale too', () => {
  const path = join(temporaryFolder(), 'x.wav');
  const samples = whiteNoise(1000, createRandom(4));
  expect(writeWav(path, samples, { sampleRateHz })).toBe(1);
  const wave = new wavefile.WaveFile(readFileSync(path));
  expect(wave.bitDepth).toBe('32f');
  expect(wave.getSamples(false, Float32Array)).toEqual(samples);
});

test('writeWav in 16 bits adds triangular dither: the error has the variance 1/4 step² and no mean, for silence too', async () => {
  const folder = temporaryFolder();
  for (const amplitude of [0, 0.0001, 0.3]) {
    const samples = Float32Array.from({ length: 200000 }, (_, i) => amplitude * Math.sin(i / 7));
    const path = join(folder, `${amplitude}.wav`);
    writeWav(path, samples, { sampleRateHz, format: 'int16', random: createRandom(2) });
    const wave = new wavefile.WaveFile(readFileSync(path));
    const error = Float32Array.from(
      wave.getSamples(false, Int16Array) as unknown as Int16Array,
      (value, i) => value - 32768 * samples[i]!,
    );
    // Rounding 1/12 and the sum of two uniform numbers 2/12.
    expect(rms(error) ** 2, `amplitude ${amplitude}`).toBeCloseTo(0.25, 2);
    expect(error.reduce((sum, x) => sum + x, 0) / error.length).toBeCloseTo(0, 2);
  }
  const { samples } = await readSound(join(folder, '0.3.wav'), { rms: null });
  expect(rms(samples)).toBeCloseTo(0.3 / Math.SQRT2, 3);
});

test('writeWav refuses to clip and leaves no file, or rescales and says by how much', () => {
  const path = join(temporaryFolder(), 'x.wav');
  const samples = Float32Array.of(0, 2, -1);
  expect(() => writeWav(path, samples, { sampleRateHz, format: 'int16' })).toThrow(
    `${path}: a 16-bit file holds amplitudes up to 0.9999, the sound reaches 2.0000; lower its RMS or write float32`,
  );
  expect(existsSync(path)).toBe(false);
  const scale = writeWav(path, samples, { sampleRateHz, format: 'int16', tooLoud: 'rescale' });
  expect(scale).toBeCloseTo(0.5, 4);
  const written = new wavefile.WaveFile(readFileSync(path)).getSamples(
    false,
    Int16Array,
  ) as unknown as Int16Array;
  expect(Math.abs(written[1]! - 32766)).toBeLessThanOrEqual(1);
  expect(Math.abs(written[2]! + 16383)).toBeLessThanOrEqual(1);
});

test('writeWav refuses numbers that are not finite', () => {
  const path = join(temporaryFolder(), 'x.wav');
  expect(() => writeWav(path, Float32Array.of(0, Number.NaN), { sampleRateHz })).toThrow(
    `${path}: samples must be finite to be written; mend the sound`,
  );
});

test('wavBytes without dither keeps opposite channels opposite and equal ones equal, to the step', () => {
  const random = createRandom(3);
  const samples = Float32Array.from({ length: 2000 }, () => 0.2 * random.normal() * 2 ** -random.integer(14));
  const opposite = samples.map((value) => -value);
  const bytes = wavBytes([samples, opposite], { sampleRateHz, format: 'int16', dither: false });
  expect(bytes.length).toBe(44 + 2000 * 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset + 44);
  for (let i = 0; i < 2000; i++) {
    expect(view.getInt16(4 * i, true) + view.getInt16(4 * i + 2, true)).toBe(0);
    expect(Math.abs(view.getInt16(4 * i, true) / 32768 - samples[i]!)).toBeLessThanOrEqual(
      0.5 / 32768 + 1e-9,
    );
  }
});

test('wavBytes dithers as writeWav does, the same sound to the same bytes', () => {
  const samples = Float32Array.from({ length: 300 }, (_, i) => 0.3 * Math.sin(i / 7));
  const path = join(temporaryFolder(), 'a.wav');
  writeWav(path, samples, { sampleRateHz, format: 'int16' });
  const bytes = wavBytes([samples], { sampleRateHz, format: 'int16' });
  expect(readFileSync(path).equals(Buffer.from(bytes))).toBe(true);
  expect(Buffer.from(wavBytes([samples], { sampleRateHz, format: 'int16' })).equals(Buffer.from(bytes))).toBe(
    true,
  );
  const plain = wavBytes([samples], { sampleRateHz, format: 'int16', dither: false });
  expect(Buffer.from(plain).equals(Buffer.from(bytes))).toBe(false);
  expect(() => wavBytes([Float32Array.of(1.2)], { sampleRateHz, format: 'int16' })).toThrow(
    /reaches 1\.2000/,
  );
});
