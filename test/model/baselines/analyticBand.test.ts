import { expect, test } from 'vitest';
import { anyLengthDft } from '../../../cochlea/anyLengthDft.ts';
import { createRandom } from '../../../src/base/random.ts';
import { compile } from '../../../src/engine/compile.ts';
import { tf } from '../../../src/engine/tf.ts';
import { analyticBand } from '../../../src/model/baselines/analyticBand.ts';
import { expectAllClose } from '../../expectAllClose.ts';

/** The band passes bins 300 to 305 above zero; its gain differs from bin to bin. */
const passed = [300, 301, 302, 303, 304, 305];
const gainAt = (bin: number) => (bin - 298) / 10;
const channels = 2;

/** Signals, and the gradient of their products with given weights, by the sum that defines them. */
function bySum(spectrum: Float32Array, weights: readonly Float32Array[], frames: number) {
  const bins = Math.floor(frames / 2);
  const [re, im] = [new Float64Array(channels * frames), new Float64Array(channels * frames)];
  const gradient = new Float64Array(spectrum.length);
  for (let channel = 0; channel < channels; channel++)
    for (const bin of passed) {
      const [a, b] = [0, channels].map((part) => (part + channel) * bins + bin - 1) as [number, number];
      for (let t = 0; t < frames; t++) {
        const angle = (2 * Math.PI * bin * t) / frames;
        const [cos, sin] = [Math.cos, Math.sin].map((wave) => (2 * gainAt(bin) * wave(angle)) / frames);
        const place = channel * frames + t;
        re[place]! += spectrum[a]! * cos! - spectrum[b]! * sin!;
        im[place]! += spectrum[a]! * sin! + spectrum[b]! * cos!;
        gradient[a]! += weights[0]![place]! * cos! + weights[1]![place]! * sin!;
        gradient[b]! += weights[1]![place]! * cos! - weights[0]![place]! * sin!;
      }
    }
  return { re, im, gradient };
}

test.each([
  ['4,000 frames, by a matrix', 4000],
  ['4,004 frames, by products of short transforms', 4004],
  ['4,001 frames, a prime, by a chirp', 4001],
])('analyticBand of %s, and its gradient, are those of the sum of rotations', async (_, frames) => {
  const bins = Math.floor(frames / 2);
  const random = createRandom(5);
  const noise = (length: number) => Float32Array.from({ length }, () => random.normal());
  const [spectrum, weights] = [
    noise(2 * channels * bins),
    [noise(channels * frames), noise(channels * frames)],
  ];
  const gains = Float64Array.from({ length: bins }, (_, i) => (passed.includes(i + 1) ? gainAt(i + 1) : 0));
  const band = analyticBand(gains, frames, anyLengthDft(frames));
  const signals = { shape: [1, channels, frames] };
  const program = await compile(
    ({ spectrum, ofRe, ofIm }) => {
      const weighted = (x: typeof spectrum) => {
        const [re, im] = band(x);
        return tf.sum(tf.add(tf.mul(re, ofRe), tf.mul(im, ofIm)));
      };
      const [re, im] = band(spectrum);
      return { re, im, gradient: tf.grad(weighted)(spectrum) };
    },
    { spectrum: { shape: [1, 2, channels, bins] }, ofRe: signals, ofIm: signals },
    { threads: 1 },
  );
  const results = await program.run({ spectrum, ofRe: weights[0]!, ofIm: weights[1]! });
  await program.release();
  const expected = bySum(spectrum, weights, frames);
  for (const key of ['re', 'im', 'gradient'] as const) {
    const largest = Math.max(...expected[key].map(Math.abs));
    expect(largest).toBeGreaterThan(1e-4);
    expectAllClose(results[key]!, expected[key], { atol: 3e-6 * largest });
  }
});
