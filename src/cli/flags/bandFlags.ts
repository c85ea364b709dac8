import { defined } from '../../base/definedValues.ts';
import { type Flag, type Flags, numberFlag } from '../command.ts';

/**
 * Flags of commands that keep within a band.
 *
 * @param band - Words that name it, as in: lower end of the band of the changes.
 */
export function bandFlags(band: string): readonly Flag[] {
  const end = (name: string, which: string): Flag => ({
    flag: `${name} <hz>`,
    help: `${which} end of ${band} (default: that of the ear)`,
    parse: numberFlag(name, { min: 0 }),
  });
  return [end('--low-hz', 'lower'), end('--high-hz', 'upper')];
}

/**
 * Ends of the band that {@link bandFlags} ask for; those that they leave open are left out.
 *
 * @param flags - Parsed flags of the command.
 * @returns Hz.
 */
export function bandOption(flags: Flags): { lowHz?: number; highHz?: number } {
  return defined({
    lowHz: flags['lowHz'] as number | undefined,
    highHz: flags['highHz'] as number | undefined,
  });
}
