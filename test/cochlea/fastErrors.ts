import { createExactCochleagram } from '../../cochlea/exactCochleagram.ts';
import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import { type CochleagramParameters, cochleagramParameters } from '../../cochlea/parameters.ts';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import { tf } from '../../src/engine/tf.ts';
import { relativeError } from '../expectAllClose.ts';

/**
 * Relative errors of the fast form's values and gradient against the exact one.
 *
 * @param given - What differs from the published parameters.
 * @param samples - Length of the sound, samples.
 * @param options - Oversampling of the fast form; `sound`: amplitude over seconds, default noise of RMS 0.1.
 */
export async function fastErrors(
  given: Partial<CochleagramParameters>,
  samples: number,
  options: { oversampling?: number; sound?: (seconds: number) => number } = {},
): Promise<{ values: number; gradient: number }> {
  const { sound, ...form } = options;
  const random = createRandom(3);
  const noise = (length: number, amplitude: number) =>
    Float32Array.from({ length }, () => amplitude * random.normal());
  const parameters = cochleagramParameters(given);
  const exact = createExactCochleagram(parameters, samples);
  const waveform = sound
    ? Float32Array.from({ length: samples }, (_, n) => sound(n / parameters.sampleRateHz))
    : noise(samples, 0.1);
  const cotangent = noise(exact.channels * exact.frames, 1);
  const fast = createFastCochleagram(parameters, form);
  const program = await compile(
    ({ x, weights }) => {
      const gradient = tf.grad((y) => tf.sum(tf.mul(fast(y as never), weights)));
      return { values: fast(x), gradient: gradient(x) };
    },
    { x: { shape: [1, samples] }, weights: { shape: [1, exact.channels, exact.frames] } },
  );
  const { values, gradient } = await program.run({ x: waveform, weights: cotangent });
  await program.release();
  return {
    values: relativeError(values, exact.analyze(waveform)),
    gradient: relativeError(gradient, exact.gradient(waveform, cotangent)),
  };
}
