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
        for (const [distance, rate, largest] of [
          [far + 4, 0.5, 2],
          [(far + 4) / 2, 0, 0],
          [(far + 4) / 2, 0.5, 1],
          [(far + 4) / 4, 0.5, 2],
        ] as const) {
          const labels = Int32Array.of(0, 0, 0).with(largest, 9);
          await steps.take([{ rate: Float32Array.of(rate), labels }]);
          const expected = { distance: Float32Array.of(distance), largest: Float32Array.of(largest) };
          expect(await steps.told()).toEqual([expected]);
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
    `compileStepper on ${device}: steps taken at once tell each its own, in their order, however they are asked for (skipped where there is no such device)`,
    async () => {
      const atOnce = 4;
      const stepper = await compileStepper(approach, { ...inputs, atOnce }, { device, threads: 1 });
      const given = (rate: number, largest: number) => ({
        ...{ rate: Float32Array.of(rate), labels: Int32Array.of(0, 0, 0).with(largest, 9) },
      });
      const [half, none, all] = [given(0.5, 0), given(0, 1), given(1, 2)];
      for (const shares of [[4], [1, 3], [3, 1], [1, 1, 1, 1]]) {
        const steps = await stepper.begin({
          state: { place: Float32Array.of(0, 0), count: Float32Array.of(0) },
          fixed: { target: Float32Array.of(8, 8) },
        });
        const found: number[][] = [];
        const read = async () => {
          for (const { distance, largest } of await steps.told()) found.push([distance![0]!, largest![0]!]);
        };
        await read();
        const order = [half, none, half, all];
        for (const [i, share] of shares.entries()) {
          await steps.take(order.splice(0, share));
          if (i === 1) await read();
        }
        await read();
        await steps.take([half]);
        await read();
        expect(found).toEqual([
          [16, 0],
          [8, 1],
          [8, 0],
          [4, 2],
          [0, 0],
        ]);
        expect(await steps.state()).toEqual({
          place: Float32Array.of(8, 8),
          count: Float32Array.of(5),
        });
      }
      await stepper.release();
    },
  );

test.skipIf(!hasWebgpu)(
  'compileStepper on webgpu: large values go there step by step, and more steps than are kept are refused (skipped where there is no WebGPU device)',
  async () => {
    const length = 2 ** 16 + 1;
    const stepper = await compileStepper(
      ({ total, values, factor }) => {
        const sum = tf.add(total!, tf.mul(factor!, tf.max(values!)));
        return { told: { sum }, next: { total: sum } };
      },
      {
        ...{ state: { total: { shape: [] } }, fixed: {}, atOnce: 3 },
        given: { values: { shape: [length] }, factor: { shape: [] } },
      },
      { device: 'webgpu' },
    );
    const steps = await stepper.begin({ state: { total: Float32Array.of(0) }, fixed: {} });
    const given = (most: number) => ({
      ...{ values: new Float32Array(length).fill(most, length - 1), factor: Float32Array.of(10 * most) },
    });
    await steps.take([given(1), given(2)]);
    await steps.take([given(3)]);
    await expect(steps.take([given(4)])).rejects.toThrow('at most 3');
    await stepper.release();
    const again = await compileStepper(
      ({ values }) => ({ told: { largest: tf.max(values!) }, next: {} }),
      { state: {}, fixed: {}, given: { values: { shape: [length] } }, atOnce: 3 },
      { device: 'webgpu' },
    );
    const others = await again.begin({ state: {}, fixed: {} });
    await others.take([given(1), given(2)]);
    await others.take([given(3)]);
    expect(await others.told()).toEqual([1, 2, 3].map((largest) => ({ largest: Float32Array.of(largest) })));
    await again.release();
  },
);
