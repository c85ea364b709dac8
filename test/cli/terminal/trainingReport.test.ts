import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { report, seriesReport } from '../../../src/cli/terminal/trainingReport.ts';
import type { TrainingConfig } from '../../../src/training/trainingConfig.ts';
import type { TrainingMetrics } from '../../../src/training/trainingMetrics.ts';

let said: string[];
beforeEach(() => {
  said = [];
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const config = { batchSize: 8, steps: 100 } as TrainingConfig;
const metrics = {
  step: 40,
  loss: 1,
  accuracy: { word: 0.5 },
  clipsPerSecond: 4,
} as unknown as TrainingMetrics;

test('report() tells the time left of a training, and of those that are to come', () => {
  report(metrics, config);
  report(metrics, config, 2);
  const line = 'step 40/100  loss 1.000  word 50.0 %  4.0 clips/s  2:00 left';
  expect(said).toEqual([`${line}\n`, `${line}, 8:40 with the 2 to come\n`]);
});

test('seriesReport() shows validations at once, and else a line each ten seconds', () => {
  const show = seriesReport();
  for (let i = 0; i < 21; i++) {
    vi.advanceTimersByTime(1000);
    show(i === 3 ? { ...metrics, validation: { word: 1 } } : metrics, config);
  }
  expect(said.map((line) => line.includes('validation: word 100.0 %'))).toEqual([true, false]);
});
