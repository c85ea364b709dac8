import { expect, test } from 'vitest';
import { createChirpSums } from '../../cochlea/chirpSum.ts';
import { createRandom } from '../../src/base/random.ts';
import { expectAllClose } from '../expectAllClose.ts';

/** z[t] = Σ u[m]·e^(2πi·m·t/period), term by term. */
function direct(input: Float64Array, outputs: number, period: number): Float64Array {
  const values = new Float64Array(2 * outputs);
  for (let t = 0; t < outputs; t++)
    for (let m = 0; m < input.length / 2; m++) {
      const phase = (2 * Math.PI * ((m * t) % period)) / period;
      values[2 * t]! += input[2 * m]! * Math.cos(phase) - input[2 * m + 1]! * Math.sin(phase);
      values[2 * t + 1]! += input[2 * m]! * Math.sin(phase) + input[2 * m + 1]! * Math.cos(phase);
    }
  return values;
}

function gaussian(count: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: count }, () => random.normal());
}

test.each([
  [1, 5, 7],
  [37, 600, 601],
  [64, 1000, 1000],
  [300, 299, 300],
])('%i inputs, %i outputs, period %i: the blocks are the sum term by term', (inputs, outputs, period) => {
  const sum = createChirpSums(period)(inputs, outputs);
  const input = gaussian(2 * inputs, 1);
  const values = new Float64Array(2 * outputs);
  for (const start of sum.starts) {
    const block = sum.evaluate(input, start);
    for (let j = 0; j < Math.min(sum.blockLength, outputs - start); j++) {
      const [re, im] = sum.chirp(j);
      values[2 * (start + j)] = block[2 * j]! * re - block[2 * j + 1]! * im;
      values[2 * (start + j) + 1] = block[2 * j]! * im + block[2 * j + 1]! * re;
    }
  }
  expectAllClose(values, direct(input, outputs, period), { atol: 1e-10 });
});

test('addAdjointInto is the adjoint of evaluate: ⟨A·u, g⟩ = ⟨u, Aᴴ·g⟩', () => {
  const sum = createChirpSums(499)(40, 499);
  const input = gaussian(80, 2);
  const gradient = new Float64Array(80);
  let left = 0;
  for (const start of sum.starts) {
    const count = Math.min(sum.blockLength, 499 - start);
    const g = gaussian(2 * count, 3 + start);
    const block = sum.evaluate(input, start);
    for (let i = 0; i < 2 * count; i++) left += block[i]! * g[i]!;
    sum.addAdjointInto(g, start, gradient);
  }
  const right = gradient.reduce((total, value, i) => total + value * input[i]!, 0);
  expect(right).toBeCloseTo(left, 8);
});
