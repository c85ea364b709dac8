import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawRun } from '../../src/figures/drawRun.ts';
import { runBatch } from '../../src/synthesis/runs/batch.ts';
import { layOutBatch } from '../../src/synthesis/runs/layOutRuns.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { tinyModel, tinySound } from '../tinyModel.ts';

test('drawRun draws a run whose figure is missing or older than its record, and leaves a newer one', async () => {
  const model = tinyModel();
  const items = layOutBatch([{ sound: 'a.wav', waveform: tinySound() }], [{ norm1: 1 }], temporaryFolder());
  const [record] = await runBatch(items, {
    ...{ model, preset: 'fast', stepLimit: 3, seed: 1, engine: 'onnxruntime', device: 'cpu', threads: 1 },
    versions: {},
  });
  const { folder } = items[0]!;
  const figure = join(folder, 'figure.svg');
  expect(existsSync(figure)).toBe(false);
  await drawRun(folder, record!, model);
  const first = readFileSync(figure, 'utf8');
  expect(first).toContain('a.wav: tiny, norm1');
  const judgedAnew = { ...record!, sound: 'b.wav' };
  const later = statSync(figure).mtimeMs / 1000;
  utimesSync(join(folder, 'run.json'), later, later - 1);
  await drawRun(folder, judgedAnew, model);
  expect(readFileSync(figure, 'utf8')).toBe(first);
  utimesSync(join(folder, 'run.json'), later, later + 1);
  await drawRun(folder, judgedAnew, model);
  expect(readFileSync(figure, 'utf8')).toContain('b.wav: tiny, norm1');
});
