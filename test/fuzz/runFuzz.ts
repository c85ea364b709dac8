import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../src/base/packagePath.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import type { FuzzReport } from './fuzzProcess.ts';

/** A file that takes so long hangs, wall-clock milliseconds; the slowest takes a third of a second alone. */
const hangs = 120_000;

/**
 * Lets every reader read changed files in a process of its own.
 *
 * @param seed - Of the changes.
 * @param count - Changed files of each reader.
 * @returns What came of each reader's files; a hang or the end of the process is a violation of the one it was at.
 */
export async function runFuzz(seed: number, count: number): Promise<FuzzReport[]> {
  const folder = temporaryFolder();
  const current = join(folder, 'current');
  const argv = [
    ...['--import', 'tsx', '--max-old-space-size=1024', join(import.meta.dirname, 'fuzzProcess.ts')],
    ...[folder, String(seed), String(count)],
  ];
  const child = spawn(process.execPath, argv, { cwd: packagePath('.'), stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr, isHanging] = ['', '', false];
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    stderr = (stderr + String(chunk)).slice(-3000);
  });
  const at = () => (existsSync(current) ? readFileSync(current, 'utf8') : 'the beginning');
  let before = '';
  const watch = setInterval(() => {
    const now = at();
    isHanging ||= now === before;
    if (isHanging) child.kill('SIGKILL');
    before = now;
  }, hangs);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watch);
  const reports = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as FuzzReport);
  if (code === 0) return reports;
  const error = `${isHanging ? 'hangs' : `ended with ${code}`}: ${stderr}`;
  const ended = { inputs: 0, read: 0, slowestSeconds: 0, peakMiB: 0 };
  return [...reports, { ...ended, reader: at(), violations: [{ index: -1, error }] }];
}
