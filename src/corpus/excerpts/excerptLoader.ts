import { createRandom } from '../../base/random.ts';
import { startWorker } from '../../base/startWorker.ts';
import type { LoadedCorpus } from '../format/loadCorpus.ts';
import {
  createExcerptSource,
  type DrawOptions,
  type ExcerptLabels,
  type ExcerptSource,
} from './excerptSource.ts';

/** A batch of excerpts. */
export interface ExcerptBatch {
  /** Its place in the sequence, from 0. */
  index: number;
  /** Shape [batch, samples], RMS 0.1 each. */
  waveforms: Float32Array;
  /** Word label of each, 0 for null. */
  words: Int32Array;
  /** Genre label of each, 0 for null. */
  genres: Int32Array;
  /** Everything known of each. */
  excerpts: ExcerptLabels[];
}

/** What a loader makes. */
export interface ExcerptLoaderOptions {
  corpus: LoadedCorpus;
  draw?: DrawOptions;
  batchSize: number;
  seed: number;
  /** Threads; 0 draws in the calling thread. Default 1. The sequence is the same for any number. */
  workers?: number;
  /** Index of the first batch, for resuming. Default 0. */
  startBatch?: number;
}

/** An endless sequence of batches, drawn ahead in worker threads. */
export interface ExcerptLoader extends AsyncIterable<ExcerptBatch> {
  /** The next batch. */
  next(): Promise<ExcerptBatch>;
  /** Ends the threads. */
  close(): Promise<void>;
}

// Batches that each thread may be ahead of the reader.
const ahead = 3;

/**
 * Starts drawing batches. Batch `i` depends on the seed and `i` alone, not on timing or the number of workers.
 *
 * @param options - Corpus, batch size, seed, threads and start.
 * @returns The loader; close it when done.
 */
export function createExcerptLoader(options: ExcerptLoaderOptions): ExcerptLoader {
  const { workers = 1, startBatch = 0 } = options;
  const { next, close } =
    workers === 0 ? inThisThread(options, startBatch) : inWorkers(options, workers, startBatch);
  return {
    next,
    close,
    async *[Symbol.asyncIterator]() {
      while (true) yield await next();
    },
  };
}

/**
 * Draws one batch of the sequence.
 *
 * @param source - Where from.
 * @param options - Batch size, seed and the batch's index.
 */
export function drawBatch(
  source: ExcerptSource,
  { batchSize, seed, index }: { batchSize: number; seed: number; index: number },
): ExcerptBatch {
  const waveforms = new Float32Array(batchSize * source.samples);
  const excerpts = Array.from({ length: batchSize }, (_, i) => {
    const random = createRandom([0x9e3779b9, seed >>> 0, index >>> 0, (i + 1) >>> 0]);
    // A seed of small numbers needs some rounds until its bits are mixed.
    for (let round = 0; round < 12; round++) random.uniform();
    const target = waveforms.subarray(i * source.samples, (i + 1) * source.samples);
    return source.renderInto(target, source.choose(random), random);
  });
  return {
    index,
    waveforms,
    words: Int32Array.from(excerpts, ({ word }) => word),
    genres: Int32Array.from(excerpts, ({ genre }) => genre),
    excerpts,
  };
}

function inThisThread({ corpus, draw, batchSize, seed }: ExcerptLoaderOptions, startBatch: number) {
  const source = createExcerptSource(corpus, draw);
  let index = startBatch;
  return {
    next: async () => drawBatch(source, { batchSize, seed, index: index++ }),
    close: async () => {},
  };
}

function inWorkers(
  { corpus, draw, batchSize, seed }: ExcerptLoaderOptions,
  count: number,
  startBatch: number,
) {
  const waiting = new Map<number, PromiseWithResolvers>();
  const expect = (index: number) => {
    const known = waiting.get(index) ?? withResolvers();
    waiting.set(index, known);
    return known;
  };
  let failure: Error | undefined;
  const threads = Array.from({ length: count }, () => {
    const thread = startWorker(new URL('./excerptWorker', import.meta.url), {
      corpus,
      draw,
      batchSize,
      seed,
    });
    thread.on('message', (batch: ExcerptBatch) => expect(batch.index).resolve(batch));
    thread.on('error', (error: Error) => {
      failure = error;
      for (const { reject } of waiting.values()) reject(error);
    });
    return thread;
  });
  let read = startBatch;
  let ordered = startBatch;
  return {
    next: async () => {
      if (failure) throw failure;
      for (; ordered < read + ahead * count; ordered++) threads[ordered % count]!.postMessage(ordered);
      const index = read++;
      const batch = await expect(index).promise;
      waiting.delete(index);
      return batch;
    },
    close: async () => {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

interface PromiseWithResolvers {
  promise: Promise<ExcerptBatch>;
  resolve: (batch: ExcerptBatch) => void;
  reject: (error: Error) => void;
}

function withResolvers(): PromiseWithResolvers {
  let resolve: (batch: ExcerptBatch) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<ExcerptBatch>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
