import { CommanderError } from 'commander';
import { InputError } from '../base/inputError.ts';
import { orMemoryError } from '../base/memoryError.ts';
import { packageVersion } from '../base/versions.ts';
import { inFlags, parserOf } from './command.ts';
import { commands } from './commands.ts';
import { chooseDevice } from './terminal/chooseDevice.ts';

/**
 * Runs a command line; what fails is told on standard error.
 *
 * @param argv - Command and flags.
 * @returns The process's exit code: 0 done; 1 it ran and the answer is no; 2 bad input or usage; 70 a mistake of ours.
 */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  try {
    return await dispatch(argv);
  } catch (error) {
    return exitCodeOf(orMemoryError(error));
  }
}

/**
 * Tells a failure on standard error: one sentence for what the caller can mend, else the stack.
 *
 * @param error - What was thrown.
 * @returns 2, or 70 (EX_SOFTWARE) for a mistake of ours.
 */
export function exitCodeOf(error: unknown): number {
  if (error instanceof InputError) {
    process.stderr.write(`metamer: ${error.message}\n`);
    return 2;
  }
  const { code, path } = error as NodeJS.ErrnoException;
  if (code !== undefined && path !== undefined) {
    process.stderr.write(
      `metamer: ${path} cannot be used (${code}); check the place, its rights and its room\n`,
    );
    return 2;
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return 70;
}

async function dispatch([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return print(overview());
  if (name === '--version' || name === '-V') return print(packageVersion());
  const entry = commands.find((candidate) => candidate.name === name);
  if (!entry)
    throw new InputError(
      `'${name}' is not a command; it must be one of ${commands.map((known) => known.name).join(', ')}; see metamer --help`,
    );
  let exitCode = 0;
  const parser = parserOf(entry, await entry.load(), (code) => {
    exitCode = code;
  });
  parser.hook('preAction', async (_, action) => {
    const device = await inFlags(() => chooseDevice(action.opts()));
    if (device !== undefined) action.setOptionValue('device', device);
  });
  parser.exitOverride().configureOutput({ outputError: () => {} });
  try {
    await parser.parseAsync(rest, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw new InputError(usageSentence(error, name), { cause: error });
  }
  return exitCode;
}

/** What the parser says, as one sentence that ends in where the command's flags are told. */
function usageSentence({ message }: CommanderError, command: string): string {
  const sentence = message
    .replace(/^error: /, '')
    .replace('. Allowed choices', '; allowed choices')
    .replace(/\.$/, '')
    .replaceAll('\n', ' ');
  return `${sentence}; see metamer ${command} --help`;
}

function overview(): string {
  const width = Math.max(0, ...commands.map(({ name }) => name.length)) + 2;
  return [
    'metamer: auditory model metamers, from the ear to the listening test and its analysis',
    '',
    'Usage: metamer <command> [options]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`),
    '',
    'metamer <command> --help shows its flags and examples.',
    'Exit codes: 0 done; 1 it ran and the answer is no; 2 bad input or usage; 70 a mistake of ours, with its stack.',
  ].join('\n');
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}
