import type { Worker } from 'node:worker_threads';
import { startWorker } from '../../base/startWorker.ts';
import type { CompletePlan } from './plan.ts';
import type { PowerCounts, PowerTask } from './significantTests.ts';

/**
 * Works off stretches of simulations in several threads; each takes the next one when it has finished one.
 *
 * @param tasks - The stretches.
 * @param options - Number of threads; `finished` hears each stretch's counts, in any order.
 * @throws What a thread throws.
 */
export async function powerThreads(
  plan: CompletePlan,
  tasks: readonly PowerTask[],
  { threads, finished }: { threads: number; finished: (task: PowerTask, counts: PowerCounts) => void },
): Promise<void> {
  const left = [...tasks];
  const workers = Array.from({ length: threads }, () =>
    startWorker(new URL('./powerWorker', import.meta.url), plan),
  );
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let task = left.shift(); task; task = left.shift()) finished(task, await answerOf(worker, task));
      }),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function answerOf(worker: Worker, task: PowerTask): Promise<PowerCounts> {
  return new Promise((resolve, reject) => {
    const end = () => {
      worker.off('message', answered);
      worker.off('error', failed);
    };
    const answered = (counts: PowerCounts) => {
      end();
      resolve(counts);
    };
    const failed = (error: Error) => {
      end();
      reject(error);
    };
    worker.once('message', answered);
    worker.once('error', failed);
    worker.postMessage(task);
  });
}
