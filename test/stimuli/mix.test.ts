import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { amplitudeOf, centerInto, decibels, demeaned, levelInto, rms, withRms } from '../../stimuli/level.ts';
import { addAtSnrInto } from '../../stimuli/mix.ts';
import { whiteNoise } from '../../stimuli/noise.ts';
import { expectAllClose } from '../expectAllClose.ts';

const signal = Float32Array.from({ length: 40000 }, (_, i) => 0.2 * Math.sin(i / 9) + 0.05);
const noise = whiteNoise(40000, createRandom(3)).map((x) => x + 0.4);

function mixed(sound: Float32Array, background: Float32Array, snrDb: number): Float32Array {
  const sum = sound.slice();
  addAtSnrInto(sum, background.slice(), snrDb);
  return sum;
}

test.each([-9, -3, 0, 6, 18])(
  'addAtSnrInto(%d dB) is exact to 0.001 dB after the means are removed',
  (snrDb) => {
    const clean = demeaned(signal);
    const background = mixed(signal, noise, snrDb).map((x, i) => x - clean[i]!);
    expect(decibels(rms(clean) / rms(background))).toBeCloseTo(snrDb, 3);
  },
);

test('addAtSnrInto: a silent sound gives the noise alone, silent noise or +∞ dB the sound alone', () => {
  const silence = new Float32Array(40000);
  expectAllClose(mixed(silence, noise, 3), demeaned(noise), { atol: 1e-7 });
  expectAllClose(mixed(signal, silence, 3), demeaned(signal), { atol: 1e-7 });
  expectAllClose(mixed(signal, noise, Number.POSITIVE_INFINITY), demeaned(signal), { atol: 1e-7 });
});

test('addAtSnrInto refuses noise that is too short, and NaN', () => {
  expect(() => mixed(signal, noise.subarray(1), 0)).toThrow(
    "addAtSnrInto: noise must have at least the sound's 40000 samples and snrDb be a number, got 39999 and 0",
  );
  expect(() => mixed(signal, noise, Number.NaN)).toThrow('got 40000 and NaN');
});

test('levelInto sets the level without the mean and leaves silence alone; centerInto gives the level', () => {
  const leveled = signal.slice();
  levelInto(leveled, 0.1);
  expect(rms(leveled)).toBeCloseTo(0.1, 6);
  expectAllClose(leveled, withRms(demeaned(signal), 0.1), { atol: 1e-7 });
  const silence = new Float32Array(3).fill(0.5);
  levelInto(silence, 0.1);
  expect(silence).toEqual(new Float32Array(3));
  expect(centerInto(Float32Array.of(4, -3, -1))).toBeCloseTo(Math.sqrt(26 / 3), 6);
});

test('levels: rms, decibels and amplitudeOf agree, withRms sets the level and leaves silence alone', () => {
  expect(rms(Float32Array.of(3, -4))).toBeCloseTo(Math.sqrt(12.5), 6);
  expect(decibels(0.1)).toBeCloseTo(-20, 10);
  expect(amplitudeOf(6)).toBeCloseTo(1.995262, 6);
  expect(rms(withRms(signal, 0.1))).toBeCloseTo(0.1, 6);
  expect(withRms(new Float32Array(3), 0.1)).toEqual(new Float32Array(3));
});
