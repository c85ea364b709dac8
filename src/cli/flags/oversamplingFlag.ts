import { defaultOversampling } from '../../../cochlea/parameters.ts';
import { type Flag, numberFlag } from '../command.ts';

/** Flag of every command that uses the cochleagram's fast form. */
export const oversamplingFlag: Flag = {
  flag: '--oversampling <x>',
  help: "envelope rate of the fast cochleagram over the width of each filter; more is nearer to the exact form, 'full' reads every sample",
  default: defaultOversampling,
  parse: (text) =>
    text === 'full' ? Number.POSITIVE_INFINITY : numberFlag('--oversampling', { min: 1 })(text),
};
