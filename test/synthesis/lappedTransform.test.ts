import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { lappedTransform } from '../../src/synthesis/lappedTransform.ts';
import { expectAllClose } from '../expectAllClose.ts';

const random = createRandom(1);
const noise = Float32Array.from({ length: 200 }, () => random.normal());

test('inverse(forward(x)) is x, and the energy is kept', () => {
  const transform = lappedTransform(noise.length, 16);
  const coefficients = transform.forward(noise);
  expect(energy(coefficients)).toBeCloseTo(energy(noise), 9);
  expectAllClose(transform.inverse(coefficients), noise, { atol: 1e-12 });
});

test('a coefficient of an inner block is the windowed cosine sum of Princen & Bradley', () => {
  const bins = 16;
  const transform = lappedTransform(noise.length, bins);
  const coefficients = transform.forward(noise);
  const block = 4;
  const start = block * bins - bins / 2;
  const direct = Float64Array.from({ length: bins }, (_, k) => {
    let sum = 0;
    for (let n = 0; n < 2 * bins; n++)
      sum +=
        Math.sin((Math.PI * (n + 0.5)) / (2 * bins)) *
        noise[start + n]! *
        Math.cos((Math.PI / bins) * (n + 0.5 - bins / 2) * (k + 0.5));
    return Math.sqrt(2 / bins) * sum;
  });
  expectAllClose(coefficients.subarray(block * bins, (block + 1) * bins), direct, { atol: 1e-12 });
});

test('a tone lies in the bin around its frequency', () => {
  const bins = 64;
  const transform = lappedTransform(1024, bins);
  const cyclesPerSample = 20.5 / (2 * bins);
  const coefficients = transform.forward(
    Float32Array.from({ length: 1024 }, (_, n) => Math.sin(2 * Math.PI * cyclesPerSample * n)),
  );
  const energies = Array.from({ length: bins }, (_, k) =>
    energy(coefficients.filter((_, i) => i % bins === k)),
  );
  expect(energies.indexOf(Math.max(...energies))).toBe(20);
});

function energy(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value * value, 0);
}
