import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import type { DeviceName } from '../../src/engine/engine.ts';
import { tf } from '../../src/engine/tf.ts';
import { planNetwork } from '../../src/network/plan.ts';
import { presets } from '../../src/network/presets.ts';
import type { NamedValues } from '../../src/training/gradientStep.ts';
import { trainingConfig } from '../../src/training/trainingConfig.ts';
import { compileTraining } from '../../src/training/trainingProgram.ts';
import { dropoutMasks, initialState } from '../../src/training/trainingState.ts';
import { relativeError } from '../expectAllClose.ts';
import { hasWebgpu } from '../webgpuDevice.ts';

const { branched } = presets;

const [batchSize, size] = [3, [40, 44] as [number, number]];
const plan = planNetwork(branched({ width: 0.015, words: 3, genres: 3, cochleagram: size }));
const samples = size[0] * size[1];

async function trained(device: DeviceName, steps: number) {
  const config = trainingConfig({ corpus: 'none', steps, batchSize });
  const cochleagram = (x: tf.Tensor) => tf.reshape(x, [batchSize, ...size]);
  const program = await compileTraining({ plan, config, samples, cochleagram }, { device, threads: 1 });
  const run = await program.begin(initialState(plan, 1));
  const random = createRandom(3);
  for (let step = 0; step < steps; step++) {
    const batch = {
      waveforms: Float32Array.from({ length: batchSize * samples }, () => Math.abs(random.normal())),
      ...{ words: Int32Array.of(1, 2, 0), genres: Int32Array.of(0, 1, 2) },
    };
    const masks = dropoutMasks(plan, batchSize, 1, step);
    await run.step(batch, { learningRate: 1e-4, masks, averaging: 0.99 });
  }
  const reports = await run.told();
  const state = await run.state();
  await program.release();
  return { reports, state };
}

test.skipIf(!hasWebgpu)(
  'compileTraining: losses, weights and their average agree between WebGPU and processor within 1e-4 (skipped where there is no WebGPU device)',
  async () => {
    const steps = 4;
    const [expected, actual] = [await trained('cpu', steps), await trained('webgpu', steps)];
    for (const [i, { loss, gradientNorm, predictions }] of expected.reports.entries()) {
      expect(Math.abs(actual.reports[i]!.loss / loss - 1)).toBeLessThan(1e-4);
      expect(Math.abs(actual.reports[i]!.gradientNorm / gradientNorm - 1)).toBeLessThan(1e-3);
      expect(actual.reports[i]!.predictions).toEqual(predictions);
    }
    expect(actual.state.step).toBe(steps);
    const start = initialState(plan, 1);
    // All of them together: a weight whose gradient is nothing but rounding moves to either side by Adam.
    const all = (values: NamedValues) => plan.weights.flatMap(({ name }) => [...values[name]!]);
    for (const kind of ['weights', 'averages'] as const) {
      const [here, there] = [all(expected.state[kind]), all(actual.state[kind])];
      expect(relativeError(there, here), kind).toBeLessThan(1e-4);
      expect(relativeError(there, all(start.weights)), kind).toBeGreaterThan(1e-4);
    }
  },
);
