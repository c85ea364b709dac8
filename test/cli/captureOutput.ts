import { AsyncLocalStorage } from 'node:async_hooks';

/** What a call printed. */
export interface Output {
  stdout: string;
  stderr: string;
}

const capturing = new AsyncLocalStorage<Output>();
for (const name of ['stdout', 'stderr'] as const) {
  const stream = process[name];
  const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
  stream.write = (...given: unknown[]) => {
    const output = capturing.getStore();
    if (!output) return write(...given);
    const [text, ...rest] = given;
    output[name] += typeof text === 'string' ? text : Buffer.from(text as Uint8Array).toString();
    for (const done of rest) if (typeof done === 'function') done();
    return true;
  };
}

/**
 * Calls a function and keeps what it prints, also what it prints later: a call that a test no longer waits for cannot
 * print into another one's output.
 *
 * @param call - The function.
 * @returns What it returned and printed.
 */
export async function captureOutput<T>(call: () => T | Promise<T>): Promise<Output & { result: T }> {
  const output: Output = { stdout: '', stderr: '' };
  const result = await capturing.run(output, call);
  return { ...output, result };
}
