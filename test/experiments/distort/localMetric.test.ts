import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { compile } from '../../../src/engine/compile.ts';
import { constant, tf } from '../../../src/engine/tf.ts';
import { extremeEigenvector } from '../../../src/experiments/distort/eigen/extremeEigenvector.ts';
import { type LocalMetric, localMetric } from '../../../src/experiments/distort/localMetric.ts';
import { unitLength } from '../../../src/experiments/distort/vectors.ts';
import type { AuditoryModel } from '../../../src/model/auditoryModel.ts';
import { localResponseNorm } from '../../../src/network/localResponseNorm.ts';
import { expectAllClose, relativeError } from '../../expectAllClose.ts';
import { tinyModel, tinySound } from '../../tinyModel.ts';
import { hasWebgpu } from '../../webgpuDevice.ts';

const random = createRandom(5);
const normals = (count: number, scale = 1) =>
  Float32Array.from({ length: count }, () => scale * random.normal());
const samples = 48;
const [kernel, dense] = [normals(5 * 3, 0.5), normals(12 * 3 * 20, 0.3)];

/** Convolution, rectifier, normalization, overlapping max pooling, matrix, saturation. */
const small: AuditoryModel = {
  ...tinyModel(),
  ...{ name: 'small', samples, takesWaveform: true, classifiers: [] },
  stages: [{ name: 'out', inputs: [], shape: [20], parameters: 0, macs: 0 }],
  activations(waveform: Tensor) {
    const image = tf.reshape(waveform, [1, 4, 12, 1]) as Tensor4D;
    const filtered = tf.relu(tf.conv2d(image, constant(kernel, [1, 5, 1, 3]) as Tensor4D, 1, 'same'));
    const normed = localResponseNorm(filtered as Tensor4D, { radius: 1, bias: 1, alpha: 0.5, beta: 0.75 });
    const pooled = tf.maxPool(normed, [2, 3], [2, 2], 'same');
    return [tf.tanh(tf.matMul(tf.reshape(pooled, [1, 36]), constant(dense, [36, 20])))];
  },
};
const waveform = normals(samples);
const at = { stage: 'out', waveform };

/** The Jacobian row by row: the gradient of each unit, by first derivatives alone. */
async function exactJacobian(model: AuditoryModel): Promise<Matrix> {
  const [units] = model.stages[0]!.shape as [number];
  const program = await compile(
    ({ y, unit }) => ({
      row: tf.grad((x) => tf.sum(tf.mul(model.activations(x, ['out'])[0]!, unit!)))(y!),
    }),
    { y: { shape: [1, samples] }, unit: { shape: [1, units] } },
    { threads: 1 },
  );
  const rows: number[][] = [];
  for (let k = 0; k < units; k++) {
    const unit = Float32Array.from({ length: units }, (_, i) => Number(i === k));
    rows.push([...(await program.run({ y: waveform, unit })).row]);
  }
  await program.release();
  return new Matrix(rows);
}
const upToSign = (vector: Float32Array, exact: readonly number[]) => {
  const along = exact.reduce((sum, value, i) => sum + value * vector[i]!, 0);
  expectAllClose(
    vector,
    exact.map((value) => Math.sign(along) * value),
    { rtol: 0, atol: 1e-4 },
  );
};
const jacobian = await exactJacobian(small);

test.each(['onnxruntime', 'tfjs'] as const)(
  'localMetric on %s is JᵀJ of the exact Jacobian, through max pooling, normalization and saturation',
  async (engine) => {
    const metric = await localMetric(small, at, { engine, threads: 1 });
    for (let k = 0; k < 3; k++) {
      const direction = normals(samples);
      const column = Matrix.columnVector([...direction]);
      const [slope, product] = [await metric.slope(direction), await metric.product(direction)];
      const expected = jacobian.mmul(column);
      expectAllClose(slope, expected.to1DArray(), { rtol: 1e-4, atol: 1e-5 });
      expectAllClose(product, jacobian.transpose().mmul(expected).to1DArray(), { rtol: 1e-4, atol: 1e-5 });
    }
    await metric.release();
  },
);

test.skipIf(!hasWebgpu)(
  'localMetric on WebGPU: products, within a band, and slopes are those of the processor (skipped where there is no WebGPU device)',
  async () => {
    const directions = [normals(samples), normals(samples), normals(samples)];
    const found = async (device: 'cpu' | 'webgpu') => {
      const band = { lowHz: 500, highHz: 2500 };
      const metric = await localMetric(small, { ...at, band }, { device, threads: 1 });
      const results: Float32Array[] = [];
      for (const direction of directions)
        results.push(await metric.product(direction), await metric.slope(direction));
      await metric.release();
      return results;
    };
    const [expected, actual] = [await found('cpu'), await found('webgpu')];
    for (const [i, values] of expected.entries())
      expect(relativeError(actual[i]!, values)).toBeLessThan(1e-4);
  },
);

test('the largest eigendistortion is the first right singular vector of the exact Jacobian', async () => {
  const metric = await localMetric(small, at, { threads: 1 });
  const found = await extremeEigenvector(metric.product, unitLength(normals(samples)), {
    ...{ end: 'largest', tolerance: 2e-5, iterations: 200 },
  });
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    jacobian.transpose().mmul(jacobian),
    { assumeSymmetric: true },
  );
  expect(found.isConverged).toBe(true);
  expectAllClose([found.value], [realEigenvalues.at(-1)!], { rtol: 1e-4, atol: 0 });
  upToSign(found.vector, eigenvectorMatrix.getColumn(samples - 1));
  await metric.release();
});

test('the smallest eigendistortion of a network that hears every change is the last right singular vector of the exact Jacobian', async () => {
  const wide: AuditoryModel = {
    ...small,
    stages: [{ name: 'out', inputs: [], shape: [samples * 3], parameters: 0, macs: 0 }],
    activations(sound: Tensor) {
      const image = tf.reshape(sound, [1, 4, 12, 1]) as Tensor4D;
      const filtered = tf.conv2d(image, constant(kernel, [1, 5, 1, 3]) as Tensor4D, 1, 'same');
      return [tf.tanh(tf.reshape(filtered, [1, samples * 3]))];
    },
  };
  const metric = await localMetric(wide, at, { threads: 1 });
  const exact = await exactJacobian(wide);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(exact.transpose().mmul(exact), {
    assumeSymmetric: true,
  });
  const found = await extremeEigenvector(metric.product, unitLength(normals(samples)), {
    ...{ end: 'smallest', tolerance: 5e-5, iterations: 400, largest: realEigenvalues.at(-1)! },
  });
  expect(found.isConverged).toBe(true);
  expectAllClose([found.value], [realEigenvalues[0]!], { rtol: 1e-5, atol: 0 });
  upToSign(found.vector, eigenvectorMatrix.getColumn(0));
  await metric.release();
});

test('the Jacobian of the ear is that of its values: central differences', async () => {
  const model = tinyModel();
  const sound = tinySound(2).map((value) => value + 0.02 * random.normal());
  const metric: LocalMetric = await localMetric(model, { stage: 'conv3', waveform: sound }, { threads: 1 });
  const direction = normals(sound.length, 1e-4);
  const shifted = (step: number) => metric.respond(sound.map((value, i) => value + step * direction[i]!));
  const [above, below] = [await shifted(1), await shifted(-1)];
  const slope = await metric.slope(direction);
  const measured = above.map((value, i) => (value - below[i]!) / 2);
  const error = Math.hypot(...measured.map((value, i) => value - slope[i]!));
  expect(error / Math.hypot(...measured)).toBeLessThan(0.02);
  await metric.release();
});
