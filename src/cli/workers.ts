import { spawn } from 'node:child_process';
import { InputError } from '../inputError.ts';

/**
 * Runs the current command line in several processes at once; each takes a shard of this process's shard.
 *
 * @param count - Processes.
 * @param shard - This process's shard.
 * @param threads - Threads of each process's graph.
 * @throws InputError when one of them fails; what the others finished is kept.
 */
export async function runWorkers(
  count: number,
  shard: { index: number; count: number },
  threads: number,
): Promise<void> {
  const codes = await Promise.all(
    Array.from({ length: count }, (_, worker) =>
      runWorker([
        ...withoutFlags(process.argv.slice(2), ['--workers', '--shard', '--threads', '--json']),
        ...['--workers', '1', '--threads', String(threads)],
        ...['--shard', `${shard.index + shard.count * worker}/${shard.count * count}`],
      ]),
    ),
  );
  const failed = codes.filter((code) => code !== 0).length;
  if (failed > 0)
    throw new InputError(
      `${failed} of ${count} workers failed, their messages are above; mend the cause and run the same command again, finished runs are kept`,
    );
}

function runWorker(argv: string[]): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...argv], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = () => child.kill();
  process.once('exit', stop);
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      process.removeListener('exit', stop);
      resolve(code ?? 1);
    });
  });
}

/** Command line without some flags and their values. */
function withoutFlags(argv: readonly string[], flags: readonly string[]): string[] {
  const rest: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const [name] = argv[i]!.split('=') as [string];
    if (!flags.includes(name)) rest.push(argv[i]!);
    else if (name !== '--json' && !argv[i]!.includes('=')) i++;
  }
  return rest;
}
