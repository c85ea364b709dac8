import type { Flag } from '../command.ts';

/** Flag of every command that judges metamers. */
export const nullFlag: Flag = {
  flag: '--null <file>',
  help: "null distribution that the match must exceed, see metamer null; 'none' for no such test (default: null.json beside the model's weights, where there is one)",
};
