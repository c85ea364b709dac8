import { expect, test } from 'vitest';
import { stageFeatures } from '../../src/experiments/stageFeatures.ts';
import { computeActivations } from '../../src/model/computeActivations.ts';
import { expectAllClose } from '../expectAllClose.ts';
import { tinyModel, tinySound } from '../tinyModel.ts';

const stages = ['cochleagram', 'conv1', 'top.word'];

test('features are means over time, whoever made the network: of each channel at each frequency', async () => {
  // ONNX networks come with their axes in the order of ours.
  for (const model of [tinyModel(), { ...tinyModel(), path: 'network.onnx' }]) {
    const features = await stageFeatures(model, [tinySound(1)], { stages, threads: 1 });
    const [values] = await computeActivations(model, [tinySound(1)], stages, { form: 'exact', threads: 1 });
    const [frequencies, times, channels] = model.stages[1]!.shape as [number, number, number];
    expect(features.map(({ width }) => width)).toEqual([
      ...[model.stages[0]!.shape[0], frequencies * channels],
      values![2]!.length,
    ]);
    const means = Array.from({ length: frequencies * channels }, (_, i) => {
      const [f, c] = [Math.floor(i / channels), i % channels];
      return Array.from({ length: times }, (_, t) => values![1]![(f * times + t) * channels + c]!).reduce(
        (sum, value) => sum + value / times,
        0,
      );
    });
    expectAllClose([...features[1]!.values], means, { atol: 1e-6 });
    expectAllClose([...features[2]!.values], [...values![2]!], { atol: 0 });
  }
});
