import { readFileSync } from 'node:fs';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { constant, tf } from '../../../src/engine/tf.ts';
import {
  extremeEigenvector,
  type Products,
} from '../../../src/experiments/distort/eigen/extremeEigenvector.ts';
import { localMetric } from '../../../src/experiments/distort/localMetric.ts';
import {
  type PrincipalEstimate,
  principalAscent,
} from '../../../src/experiments/distort/principal/principalAscent.ts';
import { dot, mixed, unitLength } from '../../../src/experiments/distort/vectors.ts';
import type { AuditoryModel } from '../../../src/model/auditoryModel.ts';
import { expectAllClose } from '../../expectAllClose.ts';
import { tinyModel } from '../../tinyModel.ts';

// Numbers of plenoptic and scipy: test/reference/distortions.py.
const reference = JSON.parse(
  readFileSync(new URL('../../reference/distortions.json', import.meta.url), 'utf8'),
);
const { rows, columns, units } = reference as { rows: number; columns: number; units: number };
const samples = rows * columns;
const waveform = Float32Array.from(reference.sound as number[]);
const noise = Float32Array.from(reference.noise as number[]);

const networkOf = (n: number): AuditoryModel => ({
  ...tinyModel(),
  ...{ name: `small-${n}`, samples, takesWaveform: true, classifiers: [] },
  stages: [{ name: 'out', inputs: [], shape: [units], parameters: 0, macs: 0 }],
  activations(sound: Tensor) {
    const image = tf.reshape(sound, [1, rows, columns, 1]) as Tensor4D;
    const kernel = constant(Float32Array.from(reference.kernels[n]), [3, 3, 1, 2]) as Tensor4D;
    const matrix = constant(Float32Array.from(reference.matrices[n]), [samples * 2, units]);
    const filtered = tf.relu(tf.conv2d(image, kernel, 1, 'same'));
    return [tf.tanh(tf.matMul(tf.reshape(filtered, [1, samples * 2]), matrix))];
  },
});
const metricOf = (n: number) => localMetric(networkOf(n), { stage: 'out', waveform }, { threads: 1 });

const upToSign = (vector: Float32Array, expected: readonly number[]) => {
  const along = Math.sign(dot(vector, Float32Array.from(expected)));
  expectAllClose(
    vector,
    expected.map((value) => along * value),
    { rtol: 0, atol: 1e-4 },
  );
};

test("the largest eigendistortion is plenoptic's on the same weights", async () => {
  const metric = await metricOf(0);
  const { value, vector, isConverged } = await extremeEigenvector(metric.product, noise, {
    ...{ end: 'largest', tolerance: 1e-5, iterations: 200 },
  });
  expect(isConverged).toBe(true);
  expectAllClose([value], [reference.eigen.values[0]], { rtol: 1e-4, atol: 0 });
  upToSign(vector, reference.eigen.largest);
  await metric.release();
});

test('the smallest eigendistortion within the sixteen that its units hear is that of the exact Jacobian', async () => {
  const metric = await metricOf(0);
  // F has no more than as many eigenvalues above zero as there are units: JJᵀ has the same, and no others.
  const rowsOf: Float32Array[] = [];
  for (let i = 0; i < samples; i++) {
    const unit = new Float32Array(samples);
    unit[i] = 1;
    rowsOf.push(await metric.slope(unit));
  }
  const gram: Products = async (u) => {
    const pulled = Float32Array.from(rowsOf, (row) => dot(row, u));
    return mixed(rowsOf, [...pulled]);
  };
  const random = createRandom(2);
  const { value, vector, isConverged } = await extremeEigenvector(
    gram,
    unitLength(Float32Array.from({ length: units }, () => random.normal())),
    { end: 'smallest', tolerance: 1e-4, iterations: 300, largest: reference.eigen.values[0] },
  );
  expect(isConverged).toBe(true);
  expectAllClose([value], [reference.eigen.values[1]], { rtol: 1e-5, atol: 0 });
  upToSign(unitLength(Float32Array.from(rowsOf, (row) => dot(row, vector))), reference.eigen.smallest);
  await metric.release();
});

test('principalAscent ends where a dense optimization by scipy of the same three networks does', async () => {
  const metrics = [await metricOf(0), await metricOf(1), await metricOf(2)];
  const observers: Products[] = [];
  for (const metric of metrics) {
    const quotient = dot(noise, await metric.product(noise));
    observers.push(async (vector) =>
      mixed([await metric.product(vector), vector], [1 / quotient, reference.floor]),
    );
  }
  const ends: PrincipalEstimate[] = [];
  for (const seed of [1, 2, 3, 4]) {
    const random = createRandom(seed);
    const start = () => unitLength(Float32Array.from({ length: samples }, () => random.normal()));
    const options = { tolerance: 1e-5, iterations: 300 };
    ends.push(await principalAscent(observers, [start(), start()], options));
  }
  const best = ends.reduce((a, b) => (b.variance > a.variance ? b : a));
  expect(best.isConverged).toBe(true);
  for (const { variance } of ends)
    expect(variance).toBeLessThanOrEqual(reference.principal.variance * (1 + 1e-4));
  expectAllClose([best.variance], [reference.principal.variance], { rtol: 1e-4, atol: 0 });
  // The pair has no order.
  const [first, second] = best.directions.map(({ vector }) => vector) as [Float32Array, Float32Array];
  const likeness = (vector: Float32Array, of: number[]) => Math.abs(dot(vector, Float32Array.from(of)));
  const { first: one, second: other } = reference.principal;
  const isInOrder = likeness(first, one) > likeness(first, other);
  upToSign(first, isInOrder ? one : other);
  upToSign(second, isInOrder ? other : one);
  for (const metric of metrics) await metric.release();
});
