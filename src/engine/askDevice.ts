import { type ExecFileException, execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { importingCode } from '../base/importingCode.ts';
import { answerMark, missingDevice } from './devices.ts';
import type { DeviceName } from './engine.ts';

/**
 * Lets a device double a number, in a process of its own: graphics drivers write to standard error by themselves, past what
 * could hold it back, and some end the process that asks.
 *
 * @returns Why it cannot, an InputError; undefined when it can.
 */
export async function askDevice(device: DeviceName): Promise<Error | undefined> {
  try {
    await import('./onnxRuntime.ts');
  } catch (error) {
    return error as Error;
  }
  const code = importingCode(new URL('./deviceQuestion', import.meta.url));
  const argv = ['--input-type=module', '--eval', code, device];
  const { stdout, stderr, ended } = await promisify(execFile)(process.execPath, argv).then(
    (said) => ({ ...said, ended: 'exit code 0' }),
    ({ signal, code, stdout, stderr }: ExecFileException) => ({
      ...{ stdout: stdout ?? '', stderr: stderr ?? '', ended: signal ?? code },
    }),
  );
  const answer = stdout.split('\n').findLast((line) => line.startsWith(answerMark));
  const reason =
    answer?.slice(answerMark.length) ?? `nothing, and ended the process that asked it (${ended})`;
  return reason === '' ? undefined : missingDevice(device, new Error(reason), { said: stderr });
}
