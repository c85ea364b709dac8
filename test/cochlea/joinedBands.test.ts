import { expect, test } from 'vitest';
import { createFastCochleagram } from '../../cochlea/fastCochleagram.ts';
import { cochleagramParameters } from '../../cochlea/parameters.ts';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import type { TensorFunction } from '../../src/engine/engine.ts';
import { tf } from '../../src/engine/tf.ts';
import { relativeError } from '../expectAllClose.ts';
import { runAsForGpu } from '../runAsForGpu.ts';
import { smallEar } from './smallEar.ts';

const manyBands = { ...smallEar, filters: 70, overcomplete: 2 };

/** By name: parameters, samples, sounds. */
const ears = {
  'the published ear': [{}, 40000, 1],
  'the published ear for many sounds': [{}, 40000, 32],
  'one band': [smallEar, 6400, 2],
  'segments that do not fit the frames': [manyBands, 6404, 2],
  'segments with their twiddle apart': [manyBands, 8000 * 12, 1],
} as const;

for (const [name, [given, samples, sounds]] of Object.entries(ears))
  test(`createFastCochleagram: ${name}, bands computed together as for a GPU, is the same in values and gradient`, async () => {
    const ear = createFastCochleagram(cochleagramParameters(given));
    const fn: TensorFunction<'x'> = ({ x }) => ({
      cochleagram: ear(x),
      gradient: tf.grad((y) => tf.sum(tf.square(ear(y))))(x),
    });
    const random = createRandom(4);
    const x = Float32Array.from({ length: sounds * samples }, () => 0.1 * random.normal());
    const inputs = { x: { shape: [sounds, samples] } };
    const program = await compile(fn, inputs);
    const expected = await program.run({ x });
    await program.release();
    const { results } = await runAsForGpu(fn, inputs, { x });
    // Bands differ where few channels are left, so that some are read more often.
    expect(relativeError(results['cochleagram']!, expected['cochleagram']!)).toBeLessThan(3e-5);
    expect(relativeError(results['gradient']!, expected['gradient']!)).toBeLessThan(2e-3);
  });
