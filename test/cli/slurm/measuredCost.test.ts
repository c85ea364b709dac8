import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { measuredCost } from '../../../src/cli/slurm/measuredCost.ts';
import type { BatchItem } from '../../../src/synthesis/runs/layOutRuns.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { finishedRecord } from './finishedRecord.ts';

const folder = temporaryFolder();
const itemOf = (name: string): BatchItem => ({
  ...{ reference: { sound: name, waveform: new Float32Array(0) }, weights: { conv1: 1 } },
  folder: join(folder, name),
});
const finished = (name: string, cost: Parameters<typeof finishedRecord>[0]) => {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'run.json'), finishedRecord(cost));
  return itemOf(name);
};

test('measuredCost takes time from the slowest step and memory from the largest run, for the steps asked for', () => {
  const items = [
    finished('long', { seconds: 100, steps: 50, peakMemoryMiB: 900 }),
    finished('slow', { seconds: 30, steps: 10, peakMemoryMiB: 700 }),
    itemOf('open'),
  ];
  expect(measuredCost(items, 200)).toEqual({ runs: 2, seconds: 600, memoryMib: 900 });
  expect(measuredCost(items.slice(2), 200)).toBeUndefined();
});

test('measuredCost of a run without steps is finite', () => {
  expect(measuredCost([finished('none', { seconds: 2, steps: 0, peakMemoryMiB: 1 })], 3)?.seconds).toBe(6);
});

test('measuredCost refuses a damaged record with what mends it: not overwriting, which is of the script', () => {
  mkdirSync(join(folder, 'damaged'));
  writeFileSync(join(folder, 'damaged', 'run.json'), '{');
  expect(() => measuredCost([itemOf('damaged')], 3)).toThrow(
    /run\.json .*; remove it, and the run is made anew$/,
  );
});
