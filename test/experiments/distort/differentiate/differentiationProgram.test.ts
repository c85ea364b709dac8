import { expect, test } from 'vitest';
import { createRandom } from '../../../../src/base/random.ts';
import type { DeviceName } from '../../../../src/engine/engine.ts';
import { distanceProgram } from '../../../../src/experiments/distort/differentiate/differentiationProgram.ts';
import { relativeError } from '../../../expectAllClose.ts';
import { fewOpsModel } from '../../../fewOpsModel.ts';
import { hasWebgpu } from '../../../webgpuDevice.ts';

const samples = 300;
const model = fewOpsModel(samples);
const observer = { model, stage: 'heard' };
const other = {
  model: {
    ...model,
    activations: (...given: Parameters<typeof model.activations>) =>
      model.activations(...given).map((heard) => heard.add(1).sqrt()),
  },
  stage: 'heard',
};
const random = createRandom(4);
const noise = () => Float32Array.from({ length: samples }, () => random.normal());
const [original, first, second] = [noise(), noise(), noise()];

async function distances(device: DeviceName) {
  const program = await distanceProgram([observer, other], original, { device, threads: 1 });
  const found = [
    await program.distances(first),
    await program.distances(second),
    await program.distances(first),
  ];
  await program.release();
  return found.flat();
}

test.skipIf(!hasWebgpu)(
  'distanceProgram on WebGPU: distances of each sound and their gradients are those of the processor (skipped where there is no WebGPU device)',
  async () => {
    const [expected, actual] = [await distances('cpu'), await distances('webgpu')];
    expect(expected[0]!.value).not.toBeCloseTo(expected[2]!.value, 3);
    for (const [i, { value, gradient }] of expected.entries()) {
      expect(actual[i]!.value).toBeCloseTo(value, 4);
      expect(relativeError(actual[i]!.gradient, gradient)).toBeLessThan(1e-4);
    }
  },
);
