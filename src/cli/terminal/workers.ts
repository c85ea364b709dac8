import { spawn } from 'node:child_process';
import { InputError } from '../../base/inputError.ts';

const workerVariable = 'METAMER_WORKER';

/** Whether this process is a worker of {@link runWorkers}: its parent prints, and it stops when the parent is gone. */
export function isWorker(): boolean {
  return process.env[workerVariable] === '1';
}

/**
 * Runs the current command line in several processes at once; each takes a shard of this process's shard.
 *
 * @param count - Processes.
 * @param shard - This process's shard.
 * @param options - `threads` of each process's graph; `signal` stops the workers, who are waited for.
 * @throws InputError when one of them fails; what the others finished is kept. The signal's reason when stopped.
 */
export async function runWorkers(
  count: number,
  shard: { index: number; count: number },
  { threads, signal }: { threads: number; signal: AbortSignal },
): Promise<void> {
  const codes = await Promise.all(
    Array.from({ length: count }, (_, worker) =>
      runWorker(
        [
          ...withoutFlags(process.argv.slice(2), ['--workers', '--shard', '--threads', '--json']),
          ...['--workers', '1', '--threads', String(threads)],
          ...['--shard', `${shard.index + shard.count * worker}/${shard.count * count}`],
        ],
        signal,
      ),
    ),
  );
  signal.throwIfAborted();
  const failed = codes.filter((code) => code !== 0).length;
  if (failed > 0)
    throw new InputError(
      `${failed} of ${count} workers failed, their messages are above; mend the cause and run the same command again, finished runs are kept`,
    );
}

function runWorker(argv: string[], signal: AbortSignal): Promise<number> {
  // The channel is there for what it says when it closes: this process is gone.
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...argv], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, [workerVariable]: '1' },
  });
  const stop = () => child.kill();
  signal.addEventListener('abort', stop, { once: true });
  process.once('exit', stop);
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      signal.removeEventListener('abort', stop);
      process.removeListener('exit', stop);
      resolve(code ?? 1);
    });
  });
}

/**
 * Command line without some flags and their values.
 *
 * @param argv - Arguments; `--json` is a flag without a value.
 * @param flags - Names, as `--threads`.
 */
export function withoutFlags(argv: readonly string[], flags: readonly string[]): string[] {
  const rest: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const [name] = argv[i]!.split('=') as [string];
    if (!flags.includes(name)) rest.push(argv[i]!);
    else if (name !== '--json' && !argv[i]!.includes('=')) i++;
  }
  return rest;
}
