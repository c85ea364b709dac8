import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Begins a thread with a module, from sources as from the built package.
 *
 * @param module - The module's address without ending, such as `new URL('./worker', import.meta.url)`.
 * @param workerData - What the thread is told; nothing unless given.
 */
export function startWorker(module: URL, workerData?: unknown): Worker {
  const isSource = import.meta.url.endsWith('.ts');
  const url = new URL(`${module.href}.${isSource ? 'ts' : 'js'}`);
  if (!isSource) return new Worker(url, { workerData });
  // From sources, Node 20 cannot begin a thread with a TypeScript file: a line of JavaScript registers tsx first.
  const tsx = pathToFileURL(
    createRequire(import.meta.url)
      .resolve('tsx/esm/api')
      .replace(/cjs$/, 'mjs'),
  ).href;
  const begin = `import('${tsx}').then((tsx) => { tsx.register(); return import('${url.href}'); })`;
  return new Worker(begin, { eval: true, workerData });
}
