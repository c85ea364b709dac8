import { expect, test } from 'vitest';
import { compileStepper } from '../../src/engine/compileStepper.ts';
import type { StepFunction } from '../../src/engine/stepper.ts';
import { tf } from '../../src/engine/tf.ts';
import { hasWebgpu } from '../webgpuDevice.ts';

/** place ← place + rate · (target − place), with a count of the steps; the place of the largest label is told as well. */
const approach: StepFunction = ({ place, count, target, rate, labels }) => ({
  told: {
    distance: tf.sum(tf.abs(tf.sub(target!, place!))),
    largest: tf.cast(tf.argMax(tf.cast(labels!, 'float32')), 'float32'),
  },
  next: { place: tf.add(place!, tf.mul(rate!, tf.sub(target!, place!))), count: tf.add(count!, 1) },
});

const inputs = {
  state: { place: { shape: [2] }, count: { shape: [] } },
  fixed: { target: { shape: [2] } },
  given: { rate: { shape: [] }, labels: { shape: [3], dtype: 'int32' } },
} as const;

for (const device of ['cpu', 'webgpu'] as const)
  test.skipIf(device === 'webgpu' && !hasWebgpu)(
    `compileStepper on ${device}: each step begins where the last one ended, with what it is given, and anew after begin (skipped where there is no such device)`,
    async () => {
      const stepper = await compileStepper(approach, inputs, { device, threads: 1 });
      for (const far of [8, 16]) {
        const steps = await stepper.begin({
          state: { place: Float32Array.of(0, 0), count: Float32Array.of(5) },
          fixed: { target: Float32Array.of(far, 4) },
        });
        // From the third on a device repeats the commands of the second.
        for (const [distance, rate, largest] of [
          [far + 4, 0.5, 2],
          [(far + 4) / 2, 0, 0],
          [(far + 4) / 2, 0.5, 1],
          [(far + 4) / 4, 0.5, 2],
        ] as const) {
          const labels = Int32Array.of(0, 0, 0).with(largest, 9);
          const told = await steps.step({ rate: Float32Array.of(rate), labels });
          expect(told).toEqual({ distance: Float32Array.of(distance), largest: Float32Array.of(largest) });
        }
        expect(await steps.state()).toEqual({
          place: Float32Array.of((far * 7) / 8, 3.5),
          count: Float32Array.of(9),
        });
      }
      await stepper.release();
    },
  );

for (const device of ['cpu', 'webgpu'] as const)
  test.skipIf(device === 'webgpu' && !hasWebgpu)(
    `compileStepper on ${device}: what a step is given ahead is what it takes, and another value in its place is taken too (skipped where there is no such device)`,
    async () => {
      const stepper = await compileStepper(approach, inputs, { device, threads: 1 });
      const steps = await stepper.begin({
        state: { place: Float32Array.of(0, 0), count: Float32Array.of(0) },
        fixed: { target: Float32Array.of(8, 8) },
      });
      const given = (rate: number, largest: number) => ({
        ...{ rate: Float32Array.of(rate), labels: Int32Array.of(0, 0, 0).with(largest, 9) },
      });
      const [half, none, all] = [given(0.5, 0), given(0, 1), given(1, 2)];
      const told = [
        await steps.step(half, none),
        await steps.step(none, half),
        // Not what was announced.
        await steps.step(all),
        await steps.step(all),
      ];
      expect(told.map(({ distance, largest }) => [distance![0], largest![0]])).toEqual([
        [16, 0],
        [8, 1],
        [8, 2],
        [0, 2],
      ]);
      expect((await steps.state())['place']).toEqual(Float32Array.of(8, 8));
      await stepper.release();
    },
  );
