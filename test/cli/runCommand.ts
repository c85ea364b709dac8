import { onTestFinished, vi } from 'vitest';
import { type Command, parserOf } from '../../src/cli/command.ts';

/**
 * Runs a command as its parser would.
 *
 * @param command - The command.
 * @param argv - What stands after its name on the command line.
 * @returns Exit code and what it printed on standard output.
 */
export async function runCommand(
  command: Command,
  argv: readonly string[],
): Promise<{ code: number; stdout: string }> {
  let code = 0;
  let stdout = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  onTestFinished(() => spy.mockRestore());
  const parser = parserOf(command, (exitCode) => {
    code = exitCode;
  });
  parser.exitOverride().configureOutput({ outputError: () => {} });
  await parser.parseAsync([...argv], { from: 'user' });
  spy.mockRestore();
  return { code, stdout };
}
