import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planNetwork } from '../../src/network/plan.ts';
import { presets } from '../../src/network/presets.ts';
import { trainingConfig } from '../../src/training/trainingConfig.ts';
import { trainingFiles } from '../../src/training/trainingFiles.ts';
import { readLog } from '../../src/training/trainingLog.ts';
import { takeSteps } from '../../src/training/trainingLoop.ts';
import type { StepReport, TrainingProgram } from '../../src/training/trainingProgram.ts';
import { initialState } from '../../src/training/trainingState.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const plan = planNetwork(presets.branched({ width: 0.015, words: 2, genres: 2, cochleagram: [40, 44] }));
const start = initialState(plan, 1);

/** A training whose steps have the given losses; batches are their numbers. */
function training(losses: readonly number[], folder: string) {
  const heard: number[] = [];
  const readAt: number[] = [];
  let taken = 0;
  let untold: StepReport[] = [];
  const program: TrainingProgram<number> = {
    begin: async () => ({
      async step() {
        untold.push({ loss: losses[taken++]!, gradientNorm: 1, predictions: {} });
      },
      async told() {
        if (untold.length > 0) readAt.push(taken);
        const all = untold;
        untold = [];
        return all;
      },
      state: async () => ({ ...start, step: taken }),
    }),
    async release() {},
  };
  let drawn = 0;
  const learning = {
    ...{ plan, folder, program },
    config: trainingConfig({ corpus: 'none', steps: losses.length, batchSize: 1, validateEverySteps: 30 }),
    lock: { requireHeld() {} } as never,
    validation: { accuracies: async () => ({ word: 0.5 }), async release() {} },
    batches: { next: async () => drawn++, async close() {} },
    recognized: (counts: object, _: object, batch: number) => {
      heard.push(batch);
      return counts as never;
    },
    options: {},
  };
  return { run: () => takeSteps(learning, { state: start, meter: undefined }), heard, readAt };
}

test('takeSteps reads several steps at once, each with its own batch, and before every line of the log', async () => {
  const folder = temporaryFolder();
  const losses = Array.from({ length: 50 }, (_, i) => i);
  const { run, heard, readAt } = training(losses, folder);
  await run();
  expect(heard).toEqual(losses);
  // The first by itself, as nobody knows how long it takes.
  expect(readAt[0]).toBe(1);
  expect(readAt).toEqual(expect.arrayContaining([20, 30, 40, 50]));
  expect(readLog(folder).map(({ step, loss }) => [step, loss])).toEqual([
    [20, 9.5],
    [30, 24.5],
    [40, 34.5],
    [50, 44.5],
  ]);
});

test('takeSteps names the step whose loss is none, and keeps nothing of it', async () => {
  const folder = temporaryFolder();
  const { run } = training([5, 4, 3, 2, Number.NaN, 1, 1, 1], folder);
  await expect(run()).rejects.toThrow('at step 4 it is NaN');
  expect(existsSync(join(folder, trainingFiles.checkpoint))).toBe(false);
  expect(readLog(folder)).toEqual([]);
});
