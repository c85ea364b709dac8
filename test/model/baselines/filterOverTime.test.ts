import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { compile } from '../../../src/engine/compile.ts';
import { tf } from '../../../src/engine/tf.ts';
import { filterOverTime } from '../../../src/model/baselines/filterOverTime.ts';
import { expectAllClose } from '../../expectAllClose.ts';

const [batch, channels] = [2, 3];

/** Each channel's sum over its frames, kernel by kernel; `direction` −1 is the transposed sum. */
function bySum(x: Float32Array, kernel: Float64Array, direction: 1 | -1): Float64Array {
  const frames = x.length / (batch * channels);
  return Float64Array.from(x, (_, i) => {
    const [row, to] = [i - (i % frames), i % frames];
    let sum = 0;
    for (let from = 0; from < frames; from++)
      sum += kernel[(direction * (to - from) + kernel.length) % kernel.length]! * x[row + from]!;
    return sum;
  });
}

test.each([
  ['1,000 frames, by matrices', 1000],
  ['1,001 frames, by transforms', 1001],
])('filterOverTime of %s, and its gradient, are those of the sum over frames', async (_, frames) => {
  const random = createRandom(7);
  const kernels = [2 * frames + 1, 3 * frames].map((period) =>
    Float64Array.from({ length: period }, () => random.normal() / Math.sqrt(frames)),
  );
  const filter = filterOverTime(kernels, frames);
  const shape = [batch, channels, frames];
  const [x, weights] = [0, 1].map(() =>
    Float32Array.from({ length: batch * channels * frames }, () => random.normal()),
  ) as [Float32Array, Float32Array];
  const program = await compile(
    ({ x, weights }) => {
      const [first, second] = filter.apply(x);
      const weighted = (given: typeof x) => tf.sum(tf.mul(filter.apply(given)[1]!, weights));
      return { first: first!, second: second!, gradient: tf.grad(weighted)(x) };
    },
    { x: { shape }, weights: { shape } },
    { threads: 1 },
  );
  const results = await program.run({ x, weights });
  await program.release();
  expect(Math.max(...results.first)).toBeGreaterThan(2);
  expectAllClose(results.first, bySum(x, kernels[0]!, 1), { atol: 1e-5 });
  expectAllClose(results.second, bySum(x, kernels[1]!, 1), { atol: 1e-5 });
  expectAllClose(results.gradient, bySum(weights, kernels[1]!, -1), { atol: 1e-5 });
});

test('filterOverTime counts a matrix each of up to 1,000 frames, transforms there and back beyond', () => {
  const kernels = [0, 1].map(() => new Float64Array(3000).fill(1));
  expect(filterOverTime(kernels, 1000).macs(3)).toBe(2 * 3 * 1000 ** 2);
  // Two pairs of channels in circles of 2,048 samples, transformed as 32 × 64.
  expect(filterOverTime(kernels, 1001).macs(3)).toBe(3 * 2 * 4 * 2048 * (32 + 64));
});
