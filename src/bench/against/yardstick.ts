import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { InputError } from '../../base/inputError.ts';
import { packagePath } from '../../base/packagePath.ts';

/** Times of repeated runs, ms. */
export interface Times {
  /** By the clock. */
  clock: number[];
  /** Of the processor, all threads together. */
  processor: number[];
}

/** PyTorch in a process of its own, idle while nothing is asked of it. */
export interface Yardstick {
  /** Version of PyTorch. */
  torch: string;
  /**
   * Times a row.
   *
   * @param row - As `test/bench/yardstick.py` names it.
   * @param repeats - Timed runs, after one that warms up.
   */
  measure(row: string, repeats: number): Promise<Times>;
  close(): void;
}

/**
 * Starts the yardstick.
 *
 * @param python - Command that has numpy and torch.
 * @param threads - Of PyTorch.
 * @throws InputError when it does not start, or one of the two is missing.
 */
export async function openYardstick(python: string, threads: number): Promise<Yardstick> {
  const script = packagePath('test/bench/yardstick.py');
  const child = spawn(python, [script, '--threads', String(threads)], { stdio: 'pipe' });
  let said = '';
  child.stderr.on('data', (part) => {
    said = `${said}${part}`.slice(-2000);
  });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', (cause) => reject(unusable(python, cause.message)));
    child.once('close', (code) => reject(unusable(python, lastLine(said) ?? `it ended with ${code}`)));
  });
  ended.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await Promise.race([lines.next(), ended]);
    return done ? ended : JSON.parse(value);
  };
  const { torch } = (await answer()) as { torch: string };
  return {
    torch,
    async measure(row, repeats) {
      child.stdin.write(`${JSON.stringify({ row, repeats })}\n`);
      return (await answer()) as Times;
    },
    close: () => child.kill(),
  };
}

function unusable(python: string, why: string): InputError {
  return new InputError(
    `must be a Python with numpy and torch, ${python} is not (${why}); install them with: ${python} -m pip install numpy torch`,
    { option: 'against' },
  );
}

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1) || undefined;
}
