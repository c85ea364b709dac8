import { jsonText } from '../../base/files.ts';
import type { Flags } from '../command.ts';

/**
 * Prints what a command found: as JSON where `--json` asks for it, else as text.
 *
 * @param flags - Parsed flags of the command.
 * @param result - Anything JSON can hold.
 * @param text - The same for people, each line ended; made only where it is printed.
 */
export function printResult({ json }: Flags, result: unknown, text: () => string): void {
  process.stdout.write(json ? jsonText(result) : text());
}
