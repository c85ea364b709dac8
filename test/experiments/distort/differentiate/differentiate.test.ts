import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRuns } from '../../../../listening-test/study/readRuns.ts';
import type { DifferentiationRecord } from '../../../../src/experiments/distort/differentiate/differentiationRecord.ts';
import { differentiationRun } from '../../../../src/experiments/distort/differentiate/differentiationRun.ts';
import { temporaryFolder } from '../../../temporaryFolder.ts';
import { tinyModel, tinySound } from '../../../tinyModel.ts';

const folder = temporaryFolder();
const model = tinyModel();
const observers = ['cochleagram', 'conv3'].map((stage) => ({ model, stage }));
const reference = { sound: 'vowel.npy', waveform: tinySound(1) };
const options = { levelsDb: [-20], iterations: 25, threads: 1 } as const;

test('each of two stages takes two sounds for as different as noise, the other one for far more and far less', async () => {
  const whole = join(folder, 'whole');
  const { sounds } = await differentiationRun(observers, options, { reference, folder: whole });
  expect(sounds.map(({ held, push, pushed }) => `${held} ${push} ${pushed}`)).toEqual([
    ...['cochleagram most conv3', 'cochleagram least conv3'],
    ...['conv3 most cochleagram', 'conv3 least cochleagram'],
  ]);
  for (const { start, end, push, passed } of sounds) {
    expect(Math.abs(end.held / start.held - 1)).toBeLessThanOrEqual(0.002);
    if (push === 'most') expect(end.pushed).toBeGreaterThan(1.1 * start.pushed);
    else expect(end.pushed).toBeLessThan(0.9 * start.pushed);
    expect(passed).toBe(true);
  }
  const changes = readRuns([whole]).map(({ change, passed }) => ({ ...change, passed }));
  expect(changes).toContainEqual({ kind: 'hold conv3, most cochleagram', levelDb: -20, passed: true });
  const svg = readFileSync(join(whole, 'differentiate.svg'), 'utf8');
  expect(svg.replaceAll(/base64,[^"]*/g, '')).not.toContain('NaN');

  const stopped = join(folder, 'stopped');
  const stopping = new AbortController();
  const onProgress = ({
    done,
    current,
  }: {
    done: unknown[];
    current?: { progress: { state: { step: number } } };
  }) => {
    if (done.length === 2 && current!.progress.state.step === 7) stopping.abort();
  };
  const to = { reference, folder: stopped };
  await expect(
    differentiationRun(observers, { ...options, signal: stopping.signal, onProgress }, to),
  ).rejects.toThrow('aborted');
  expect(existsSync(join(stopped, 'differentiate.json'))).toBe(false);
  const again = await differentiationRun(observers, options, to);
  expect(again.sounds).toEqual(sounds satisfies DifferentiationRecord['sounds']);
});
