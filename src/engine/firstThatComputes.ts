import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { importingCode } from '../base/importingCode.ts';
import { type DeviceName, deviceNames } from './engine.ts';

/**
 * Lets devices double a number, in a process of its own: graphics drivers write to standard error by themselves, past what
 * could hold it back, and some end the process that asks.
 *
 * @param devices - In the order in which they are asked.
 * @returns The first that can; undefined where none does.
 */
export async function firstThatComputes(devices: readonly DeviceName[]): Promise<DeviceName | undefined> {
  const code = importingCode(new URL('./deviceSearch', import.meta.url));
  const argv = ['--input-type=module', '--eval', code, ...devices];
  const found = await promisify(execFile)(process.execPath, argv).catch(({ stdout = '' }) => ({ stdout }));
  return deviceNames.find((name) => name === found.stdout);
}
