import { expect, test } from 'vitest';
import { type Descent, descend, type StepReport } from '../../src/synthesis/descend.ts';
import type { DescentProgram } from '../../src/synthesis/descentProgram.ts';

/** Takes three steps at once; each makes the waveform's value less by one, which is the loss as well. */
function descentOf(steps: number): { descent: Descent; asked: number[] } {
  const asked: number[] = [];
  const program: DescentProgram = {
    async begin(start) {
      let [value, step] = [start.waveform[0]!, start.step];
      return {
        async take(most) {
          asked.push(most);
          const count = Math.min(most, 3);
          value -= count;
          step += count;
          return Array.from({ length: count }, (_, i) => value + count - i);
        },
        state: async () => ({ waveform: Float32Array.of(value), step, memory: [] }),
        loss: async () => value,
        close() {},
      };
    },
    async release() {},
  };
  return { descent: { program, targets: [], steps }, asked };
}

const start = { state: { waveform: Float32Array.of(10), step: 0, memory: [] }, losses: [] };

test('descend tells of each of the steps that are taken at once, and goes on after the last of them', async () => {
  const { descent, asked } = descentOf(5);
  const told: object[] = [];
  const onStep = async ({ progress, ...report }: StepReport) => {
    const { state, losses } = await progress();
    told.push({ ...report, at: state.step, losses });
  };
  const end = await descend(descent, start, { onStep });
  expect(asked).toEqual([5, 2]);
  const [three, five] = [
    [10, 9, 8],
    [10, 9, 8, 7, 6],
  ];
  expect(told).toEqual([
    { step: 1, steps: 5, taken: 3, loss: 10, at: 3, losses: three },
    { step: 2, steps: 5, taken: 3, loss: 9, at: 3, losses: three },
    { step: 3, steps: 5, taken: 3, loss: 8, at: 3, losses: three },
    { step: 4, steps: 5, taken: 5, loss: 7, at: 5, losses: five },
    { step: 5, steps: 5, taken: 5, loss: 6, at: 5, losses: five },
  ]);
  expect(end.losses).toEqual([...five!, 5]);
});

test('descend stops after the step at which it is told to, and what was kept there is gone on with', async () => {
  const { descent } = descentOf(5);
  const stop = new AbortController();
  let kept = start as Awaited<ReturnType<StepReport['progress']>>;
  const onStep = async ({ step, progress }: StepReport) => {
    if (step === 2) stop.abort(new Error('stopped'));
    kept = await progress();
  };
  await expect(descend(descent, start, { signal: stop.signal, onStep })).rejects.toThrow('stopped');
  expect(kept.state.step).toBe(3);
  const end = await descend(descent, kept);
  expect(end.losses).toEqual([10, 9, 8, 7, 6, 5]);
});
