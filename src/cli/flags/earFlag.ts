import { type HearingImpairment, readHearingImpairment } from '../../../cochlea/impairment.ts';
import type { Flag, Flags } from '../command.ts';

/** Flag of the commands that hear through an ear. */
export const earFlag: Flag = {
  flag: '--ear <file>',
  help: 'hear through an impaired ear: JSON with audiogram, filterBroadening, outerHairCellShare or compressionExponent (default: the published ear)',
};

/**
 * The ear that {@link earFlag} asks for.
 *
 * @param flags - Parsed flags of the command.
 * @throws InputError when the file cannot be read or is not right.
 */
export function earOption(flags: Flags): { ear?: HearingImpairment } {
  const path = flags['ear'] as string | undefined;
  return path === undefined ? {} : { ear: readHearingImpairment(path) };
}
