import { expect, test } from 'vitest';
import { earAlone, noiseOf } from '../../src/bench/steps.ts';
import { tf } from '../../src/engine/tf.ts';
import { hasWebgpu } from '../webgpuDevice.ts';

for (const device of ['cpu', 'webgpu'] as const)
  test.skipIf(device === 'webgpu' && !hasWebgpu)(
    `earAlone on ${device} hears a batch and reads back one number, not the cochleagrams (skipped where there is no such device)`,
    async () => {
      const [samples, batchSize] = [50, 3];
      const graph = { cochleagram: tf.square, samples, config: { batchSize } };
      const { run, steps, release } = await earAlone(graph, { device, threads: 1 });
      const energy = noiseOf(samples * batchSize, 0.1).reduce((sum, value) => sum + value * value, 0);
      for (let i = 0; i < 3; i++) {
        const told = (await run()) as { sum: Float32Array }[];
        expect(told).toHaveLength(steps);
        for (const { sum, ...more } of told) {
          expect(more).toEqual({});
          expect(sum).toHaveLength(1);
          expect(sum[0]).toBeCloseTo(energy, 5);
        }
      }
      await release();
    },
  );
