import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import type { DeviceName } from '../../../src/engine/engine.ts';
import { constant, tf } from '../../../src/engine/tf.ts';
import { lesionableStage } from '../../../src/experiments/lesion/lesionedStage.ts';
import type { AuditoryModel } from '../../../src/model/auditoryModel.ts';
import { fewOpsModel } from '../../fewOpsModel.ts';
import { hasWebgpu } from '../../webgpuDevice.ts';

const samples = 300;
const random = createRandom(2);
const noise = (length: number) => Float32Array.from({ length }, () => random.normal());
const ear = fewOpsModel(samples);
const units = ear.stages[0]!.shape[0]!;
const labels = ['a', 'b', 'c'];
const votes = noise(units * labels.length).map((value) => 1e-3 * value);
const vote = (heard: tf.Tensor) =>
  tf.matMul(heard as tf.Tensor2D, constant(votes, [units, labels.length]) as tf.Tensor2D);
const model: AuditoryModel = {
  ...ear,
  stages: [...ear.stages, { name: 'top', inputs: ['heard'], shape: [labels.length], parameters: 0, macs: 0 }],
  classifiers: [{ task: 'word', stage: 'top', labels }],
  activationsAfter: (_, heard, names) => names.map(() => vote(heard)),
};
const sounds = labels.flatMap((label) =>
  [0, 1].map(() => ({ task: 'word' as const, label, half: 'test' as const, waveform: noise(samples) })),
);

async function answers(device: DeviceName) {
  const prepared = await lesionableStage(model, 'heard', { sounds, device, threads: 1 });
  const asked = [0, 5, 3];
  const found = [await prepared.answers(asked, []), await prepared.answers(asked, [1, 7, 20])];
  await prepared.release();
  return found.flat();
}

test.skipIf(!hasWebgpu)(
  'lesionableStage on WebGPU answers as on the processor, whole and without units (skipped where there is no WebGPU device)',
  async () => {
    const [expected, actual] = [await answers('cpu'), await answers('webgpu')];
    expect(actual.map(({ isCorrect }) => isCorrect)).toEqual(expected.map(({ isCorrect }) => isCorrect));
    for (const [i, { loss }] of expected.entries()) expect(actual[i]!.loss).toBeCloseTo(loss, 4);
    // The lesions change what is answered.
    for (const i of [0, 1, 2]) expect(expected[i + 3]!.loss).not.toBeCloseTo(expected[i]!.loss, 2);
  },
);
