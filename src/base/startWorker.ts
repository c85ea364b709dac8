import { Worker } from 'node:worker_threads';
import { importingCode } from './importingCode.ts';

/**
 * Begins a thread with a module.
 *
 * @param module - As in {@link importingCode}.
 * @param workerData - What the thread is told; nothing unless given.
 */
export function startWorker(module: URL, workerData?: unknown): Worker {
  return new Worker(importingCode(module), { eval: true, workerData });
}
