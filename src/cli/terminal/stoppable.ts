import { isWorker } from './workers.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does work that can be stopped: by Ctrl-C, a termination signal, the end of its terminal, or for a worker the end of its
 * parent. The work is told and leaves things in order; then a sentence says how to go on, and the process ends by the
 * signal it got. A second signal ends it at once.
 *
 * @param work - Hears the signal, and throws its reason when it has stopped.
 * @param howToGoOn - Sentence for the user.
 * @returns What the work returns.
 */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>, howToGoOn: string): Promise<T> {
  const stopping = new AbortController();
  let cause: NodeJS.Signals | undefined;
  const listen = () => {
    for (const name of signals) process.on(name, onSignal);
  };
  const ignore = () => {
    for (const name of signals) process.off(name, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    ignore();
    cause = signal;
    stopping.abort();
  };
  const onOrphaned = () => onSignal('SIGTERM');
  listen();
  // A terminal that is gone takes no more lines; that must not keep the work from being left in order.
  process.stderr.on('error', () => {});
  if (isWorker()) watchParent(onOrphaned);
  try {
    return await work(stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted || error !== stopping.signal.reason) throw error;
    if (!isWorker()) process.stderr.write(`Stopped; ${howToGoOn}\n`);
    ignore();
    process.kill(process.pid, cause);
    return await new Promise<never>(() => {});
  } finally {
    ignore();
    process.off('disconnect', onOrphaned);
  }
}

function watchParent(onOrphaned: () => void): void {
  if (!process.connected) {
    onOrphaned();
    return;
  }
  process.once('disconnect', onOrphaned);
  // Listening to the parent must not keep a finished worker alive.
  process.channel?.unref();
}
