import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createExcerptLoader, type ExcerptBatch } from '../../../src/corpus/excerpts/excerptLoader.ts';
import { loadCorpus } from '../../../src/corpus/format/loadCorpus.ts';
import { writeToneCorpus } from '../toneCorpus.ts';

const folder = mkdtempSync(join(tmpdir(), 'metamer-test-'));
await writeToneCorpus(folder);
const corpus = await loadCorpus(folder);
const inFiles = await loadCorpus(folder, { memoryMib: 0 });
afterAll(() => rmSync(folder, { recursive: true }));

async function batches(
  workers: number,
  startBatch: number,
  count: number,
  { seed = 5, from = corpus } = {},
): Promise<ExcerptBatch[]> {
  const loader = createExcerptLoader({ corpus: from, batchSize: 4, seed, workers, startBatch });
  const drawn: ExcerptBatch[] = [];
  for await (const batch of loader) {
    drawn.push(batch);
    if (drawn.length === count) break;
  }
  await loader.close();
  return drawn;
}

test('createExcerptLoader gives the same batches in this thread, in one worker and in two', async () => {
  const here = await batches(0, 0, 5);
  expect(await batches(1, 0, 5)).toEqual(here);
  expect(await batches(2, 0, 5)).toEqual(here);
  expect(here.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
  expect(here[0]!.waveforms.length).toBe(4 * 40000);
  expect([...here[0]!.words]).toEqual(here[0]!.excerpts.map(({ word }) => word));
});

test('createExcerptLoader gives the same batches of a corpus in files, in this thread and in workers', async () => {
  const inMemory = await batches(0, 0, 4);
  expect(await batches(0, 0, 4, { from: inFiles })).toEqual(inMemory);
  expect(await batches(2, 0, 4, { from: inFiles })).toEqual(inMemory);
});

test('createExcerptLoader goes on from a batch as if it had not stopped', async () => {
  expect(await batches(2, 3, 2)).toEqual((await batches(0, 0, 5)).slice(3));
});

test('another seed gives other excerpts, and no two batches are alike', async () => {
  const [first, second] = await batches(0, 0, 2);
  const [other] = await batches(0, 0, 1, { seed: 6 });
  expect(first!.waveforms).not.toEqual(other!.waveforms);
  expect(first!.waveforms).not.toEqual(second!.waveforms);
});
