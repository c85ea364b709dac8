import { parentPort, workerData } from 'node:worker_threads';
import type { LoadedCorpus } from '../format/loadCorpus.ts';
import { drawBatch } from './excerptLoader.ts';
import { createExcerptSource, type DrawOptions } from './excerptSource.ts';

/** What the loader gives a thread. */
interface Order {
  corpus: LoadedCorpus;
  draw?: DrawOptions;
  batchSize: number;
  seed: number;
}

const { corpus, draw, batchSize, seed } = workerData as Order;
const source = createExcerptSource(corpus, draw);
parentPort!.on('message', (index: number) => {
  const batch = drawBatch(source, { batchSize, seed, index });
  parentPort!.postMessage(batch, [batch.waveforms.buffer as ArrayBuffer]);
});
