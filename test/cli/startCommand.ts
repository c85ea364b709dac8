import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { packagePath } from '../../src/base/packagePath.ts';

/**
 * Starts a command as a process of its own, which the test's end ends.
 *
 * @param words - The command and its arguments.
 * @returns The process, and how it ended: exit code, signal, standard error.
 */
export function startCommand(...words: string[]) {
  const argv = ['--import', 'tsx', packagePath('src/cli/main.ts'), ...words];
  const child = spawn(process.execPath, argv, { cwd: packagePath('.') });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const ended = new Promise<{ code: number | null; signal: string | null; stderr: string }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stderr }));
  });
  return { child, ended };
}

/**
 * Waits for a condition of files or processes.
 *
 * @param holds - Whether it holds now.
 */
export function until(holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const watch = setInterval(() => {
      if (!holds()) return;
      clearInterval(watch);
      resolve();
    }, 20);
  });
}
