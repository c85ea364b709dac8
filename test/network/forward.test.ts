import type { Tensor } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { tf } from '../../src/engine/tf.ts';
import type { Architecture } from '../../src/network/architecture.ts';
import { forward } from '../../src/network/forward.ts';
import { initialWeight } from '../../src/network/initialWeights.ts';
import { planNetwork } from '../../src/network/plan.ts';
import { type PresetOptions, presets } from '../../src/network/presets.ts';
import { expectAllClose, relativeError } from '../expectAllClose.ts';

const { branched, cochcnn9, kell2018 } = presets;

await tf.setBackend('cpu');

const small: PresetOptions = { width: 0.03, words: 5, genres: 3, cochleagram: [40, 50] };

function network(architecture: Architecture) {
  const plan = planNetwork(architecture);
  const asked = new Set<string>();
  const weight = (name: string) => {
    asked.add(name);
    const spec = plan.weights.find((candidate) => candidate.name === name)!;
    return tf.tensor(initialWeight(spec, 1), [...spec.shape]);
  };
  return { plan, weight, asked };
}

function cochleagrams(batch: number, seed = 5): Tensor {
  const random = createRandom(seed);
  return tf.tensor(
    Float32Array.from({ length: batch * 40 * 50 }, () => random.uniform()),
    [batch, 40, 50],
  );
}

test.each([
  ['kell2018', kell2018(small)],
  ['cochcnn9', cochcnn9(small)],
  ['branched', branched(small)],
  ['branched at branch point 12', branched({ ...small, branchPoint: 12 })],
  ['branched at branch point 0', branched({ ...small, branchPoint: 0 })],
])('%s gives every stage the planned shape, finite and not constant', (_, architecture) => {
  const { plan, weight } = network(architecture);
  const names = plan.stages.map(({ name }) => name);
  const { activations } = forward(plan, cochleagrams(2), names, weight);
  activations.forEach((tensor, i) => {
    expect(tensor.shape).toEqual([2, ...plan.stages[i]!.shape]);
    const values = tensor.dataSync();
    expect(values.every(Number.isFinite)).toBe(true);
    expect(Math.max(...values)).toBeGreaterThan(Math.min(...values));
  });
});

test('only weights up to the asked stage are looked up, and the other branch is not computed', () => {
  const { plan, weight, asked } = network(branched(small));
  forward(plan, cochleagrams(1), ['conv4.music'], weight);
  const stages = new Set([...asked].map((name) => name.replace(/\.(conv|batchNorm|dense)\..*/, '')));
  expect([...stages]).toEqual(['conv1', 'norm1', 'conv2', 'norm2', 'conv3', 'conv4.music']);
});

test('a batch gives what its sounds give one by one', () => {
  const { plan, weight } = network(branched(small));
  const both = cochleagrams(2);
  const [together] = forward(plan, both, ['fc6.word'], weight).activations;
  const single = [0, 1].flatMap((i) => {
    const [one] = forward(plan, tf.slice(both, [i, 0, 0], [1, 40, 50]), ['fc6.word'], weight).activations;
    return [...one!.dataSync()];
  });
  expectAllClose(together!.dataSync(), single, { rtol: 1e-5, atol: 1e-6 });
});

test('identityGradient: the asked rectifier passes gradients unchanged, earlier and later stages keep theirs', () => {
  const { plan, weight } = network({
    cochleagram: [1, 4],
    stages: [
      { name: 'a', input: 'cochleagram', operations: [{ kind: 'relu' }] },
      { name: 'b', input: 'a', operations: [{ kind: 'relu' }] },
    ],
    outputs: [],
  });
  const x = tf.tensor([[[-1, 2, -3, 4]]]);
  const gradientOf = (stages: string[]) =>
    tf.grad((input: Tensor) => {
      const { activations } = forward(plan, input, stages, weight, { identityGradient: true });
      return activations.reduce((sum, tensor) => tf.add(sum, tf.sum(tensor)), tf.scalar(0) as Tensor);
    })(x);
  const [value] = forward(plan, x, ['a'], weight, { identityGradient: true }).activations;
  expect([...value!.dataSync()]).toEqual([0, 2, 0, 4]);
  expect([...gradientOf(['a']).dataSync()]).toEqual([1, 1, 1, 1]);
  // Stage b sees the true rectifier of stage a.
  expect([...gradientOf(['b']).dataSync()]).toEqual([0, 1, 0, 1]);
  expect([...gradientOf(['a', 'b']).dataSync()]).toEqual([1, 2, 1, 2]);
});

test('training uses batch statistics: its outputs differ from inference, and each normalization reports once', () => {
  const { plan, weight } = network(branched(small));
  const masks: string[] = [];
  const dropoutMask = (name: string) => {
    masks.push(name);
    return tf.scalar(1);
  };
  const outputs = ['top.word', 'top.music'];
  const training = forward(plan, cochleagrams(4), outputs, weight, { training: { dropoutMask } });
  const inference = forward(plan, cochleagrams(4), outputs, weight);
  expect(inference.batchStatistics).toEqual([]);
  expect(training.batchStatistics.map(({ name }) => name).sort()).toEqual(
    plan.weights
      .filter(({ name }) => name.endsWith('batchNorm.mean'))
      .map(({ name }) => name.replace('.mean', ''))
      .sort(),
  );
  expect(masks).toEqual(plan.dropouts.map(({ name }) => name));
  expect(
    relativeError(training.activations[0]!.dataSync(), inference.activations[0]!.dataSync()),
  ).toBeGreaterThan(0.01);
});

test.each([
  ['alone before its pooling', branched(small), ['norm1', 'norm2']],
  ['before two branches', branched({ ...small, branchPoint: 2 }), ['norm1']],
])(
  'a normalization %s: pooled first while training, values, gradient and statistics stay the same',
  (_, architecture, norms) => {
    const { plan, weight } = network(architecture);
    const training = { dropoutMask: () => tf.scalar(1) };
    // A normalization that is asked for itself is computed, and pooled afterwards.
    const asked = ['conv3.word', 'conv3.music', 'conv3'].filter((name) =>
      plan.stages.some((s) => s.name === name),
    );
    const through = (stages: string[]) => {
      const run = (x: Tensor) => forward(plan, x, stages, weight, { training });
      const last = (x: Tensor) => tf.sum(tf.sin(run(x).activations.at(-1)!)) as Tensor;
      const { activations, batchStatistics } = run(cochleagrams(3));
      return {
        values: activations.at(-1)!.dataSync(),
        slope: tf.grad(last)(cochleagrams(3)).dataSync(),
        statistics: batchStatistics.map(({ name, variance }) => [name, variance.dataSync()] as const),
      };
    };
    const [plain, pooled] = [through([...norms, ...asked]), through(asked)];
    expect(pooled.statistics.map(([name]) => name).sort()).toEqual(
      plain.statistics.map(([name]) => name).sort(),
    );
    expect(relativeError(pooled.values, plain.values)).toBeLessThan(1e-5);
    expect(relativeError(pooled.slope, plain.slope)).toBeLessThan(1e-4);
  },
);

test.each([
  ['kell2018', kell2018(small)],
  ['cochcnn9', cochcnn9(small)],
  ['branched', branched(small)],
])('%s: gradient of a late stage agrees with central differences', (_, architecture) => {
  const { plan, weight } = network(architecture);
  const stage = plan.stages.findLast(({ name }) => name.startsWith('conv4') || name === 'relu4')!.name;
  const objective = (x: Tensor) =>
    tf.sum(tf.sin(forward(plan, x, [stage], weight).activations[0]!)) as Tensor;
  const x = cochleagrams(1);
  const along = cochleagrams(1, 9);
  const analytic = tf.sum(tf.mul(tf.grad(objective)(x), along)).dataSync()[0]!;
  const at = (step: number) => objective(tf.add(x, tf.mul(along, step))).dataSync()[0]!;
  const step = 2e-3;
  const numeric = (at(step) - at(-step)) / (2 * step);
  expect(Math.abs(analytic / numeric - 1)).toBeLessThan(0.03);
});
