import { type Flag, numberFlag } from '../command.ts';

/**
 * Flag of commands that draw at random: the same seed gives the same result.
 *
 * @param help - What is drawn.
 * @param max - Largest seed, where there is one.
 */
export function seedFlag(help: string, max = Number.POSITIVE_INFINITY): Flag {
  return {
    flag: '--seed <n>',
    help,
    default: 1,
    parse: numberFlag('--seed', { min: 0, max, integer: true }),
  };
}
