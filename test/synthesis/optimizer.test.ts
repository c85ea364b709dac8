import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { lappedTransform } from '../../src/synthesis/lappedTransform.ts';
import { levelScaledAdam, normalizedGradientDescent, type Optimizer } from '../../src/synthesis/optimizer.ts';

const samples = 1000;
const settings = { momentum: 0.9, secondMomentum: 0.98, bins: 64, floor: 1e-6 };
const random = createRandom(2);
const noise = Float32Array.from({ length: samples }, () => random.normal());

test('levelScaledAdam with exponent 1 changes a loud and a quiet sound by the same share', () => {
  const changeOf = (level: number) => {
    const waveform = noise.map((value) => level * value);
    const { init, step } = levelScaledAdam({ ...settings, rate: 0.1, exponent: 1, steps: 10 });
    const state = step(init(waveform), { loss: 1, gradient: noise });
    return rms(state.waveform.map((value, i) => value - waveform[i]!)) / level;
  };
  expect(changeOf(0.2)).toBeCloseTo(0.1, 1);
  expect(changeOf(0.002)).toBeCloseTo(changeOf(0.2), 4);
});

test('levelScaledAdam finds a target of loud and quiet parts where steps of one length do not, in the same number of steps', () => {
  // The second half 60 dB below the first; the error counts relative to the target, as the compressed ear has it.
  const target = noise.map((value, i) => (i < samples / 2 ? 0.2 : 2e-4) * value);
  const scale = (i: number) => (i < samples / 2 ? 0.2 : 2e-4);
  const errorAfter = (optimizer: Optimizer, steps: number) => {
    let state = optimizer.init(Float32Array.from({ length: samples }, () => 1e-5 * random.normal()));
    const error = () => state.waveform.map((value, i) => (value - target[i]!) / scale(i));
    while (state.step < steps)
      state = optimizer.step(state, {
        loss: rms(error()),
        gradient: error().map((value, i) => value / scale(i)),
      });
    return rms(error());
  };
  const ours = errorAfter(levelScaledAdam({ ...settings, rate: 0.1, exponent: 0.7, steps: 300 }), 300);
  const published = errorAfter(normalizedGradientDescent({ length: 1, halveEvery: 38 }), 300);
  expect(ours).toBeLessThan(0.3);
  expect(published).toBeGreaterThan(0.9);
});

/** How much one step against noise changes the coefficients of bins, at a step of ten; the last blocks are cut. */
function stepSize(waveform: Float32Array, more: object, { bins = [0, 64] } = {}): number {
  const [low, high] = bins;
  const { init, step } = levelScaledAdam({ ...settings, rate: 0.1, exponent: 1, steps: 10, ...more });
  const { waveform: next } = step(init(waveform), { loss: 1, gradient: noise });
  const { forward } = lappedTransform(samples, 64);
  const change = forward(next.map((value, i) => value - waveform[i]!));
  return rms(change.filter((_, i) => i < 12 * 64 && i % 64 >= low! && i % 64 < high!));
}

test('levelScaledAdam takes a level within `reach`: beside a loud band, steps are those of silence', () => {
  const { count, inverse } = lappedTransform(samples, 64);
  const below40 = Float64Array.from({ length: count }, (_, i) => (i % 64 < 40 ? 0.1 * random.normal() : 0));
  const loud = Float32Array.from(inverse(below40));
  const beside = { bins: [43, 46] };
  expect(stepSize(loud, { reach: 0 }, beside)).toBeLessThan(1e-4 * stepSize(loud, { reach: 0.2 }, beside));
  const within = { bins: [10, 30] };
  expect(stepSize(loud, { reach: 0 }, within)).toBeGreaterThan(0.5 * stepSize(loud, { reach: 0.2 }, within));
});

test('the waveform stays within ±1', () => {
  const optimizer = levelScaledAdam({ ...settings, rate: 10, exponent: 0, steps: 10 });
  const state = optimizer.step(optimizer.init(noise), { loss: 1, gradient: noise });
  expect(Math.max(...state.waveform.map(Math.abs))).toBe(1);
});

test.each([
  ['levelScaledAdam', levelScaledAdam({ ...settings, rate: 0.1, exponent: 1, steps: 10 })],
  ['normalizedGradientDescent', normalizedGradientDescent({ length: 1, halveEvery: 3 })],
])('%s is a value: it serves sounds of two lengths in turns, and a state stays as it was', (_, optimizer) => {
  const alone = (waveform: Float32Array) => {
    const start = optimizer.init(waveform);
    const once = optimizer.step(start, { loss: 1, gradient: waveform });
    const twice = optimizer.step(once, { loss: 1, gradient: waveform });
    expect(optimizer.step(start, { loss: 1, gradient: waveform })).toEqual(once);
    return twice;
  };
  const [long, short] = [noise, noise.slice(0, 700)];
  const expected = [alone(long), alone(short)];
  let [ofLong, ofShort] = [optimizer.init(long), optimizer.init(short)];
  for (let i = 0; i < 2; i++) {
    ofLong = optimizer.step(ofLong, { loss: 1, gradient: long });
    ofShort = optimizer.step(ofShort, { loss: 1, gradient: short });
  }
  expect([ofLong, ofShort]).toEqual(expected);
  expect(ofShort.waveform.every(Number.isFinite)).toBe(true);
  expect(ofShort.waveform).toHaveLength(700);
});

function rms(values: ArrayLike<number>): number {
  return Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length);
}
