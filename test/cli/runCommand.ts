import { type Command, parserOf } from '../../src/cli/command.ts';
import { captureOutput } from './captureOutput.ts';

/**
 * Runs a command as its parser would.
 *
 * @param argv - What stands after its name on the command line.
 * @returns Exit code and what it printed.
 */
export async function runCommand(
  command: Command,
  argv: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  let code = 0;
  const parser = parserOf({ name: '…', summary: '' }, command, (exitCode) => {
    code = exitCode;
  });
  parser.exitOverride().configureOutput({ outputError: () => {} });
  const { stdout, stderr } = await captureOutput(() => parser.parseAsync([...argv], { from: 'user' }));
  return { code, stdout, stderr };
}
