import { sha256 } from '../../base/sha256.ts';
import type { SplitName } from './corpusFormat.ts';

/** Shares that are set aside. */
export interface SplitShares {
  test: number;
  validation: number;
}

/** What is set aside unless a caller says otherwise. */
const defaultShares: SplitShares = { test: 0.12, validation: 0.06 };

/**
 * Deals whole groups (talkers, grooves, recordings) to the splits, in an order given by a hash, so that a group stays
 * where it is when others join or leave nearby.
 *
 * @param groups - Names of the groups; repeats count once.
 * @param seed - Another seed gives another deal.
 * @param shares - Shares of the groups; each split gets at least one group when there are three or more.
 * @returns The split of each group.
 */
export function dealSplits(
  groups: Iterable<string>,
  seed: number,
  shares: SplitShares = defaultShares,
): Map<string, SplitName> {
  const hashOf = (group: string) => sha256(`${seed}/${group}`);
  const ordered = [...new Set(groups)].sort((a, b) => compare(hashOf(a), hashOf(b)));
  const least = ordered.length >= 3 ? 1 : 0;
  const tests = Math.max(least, Math.round(ordered.length * shares.test));
  const validations = Math.max(least, Math.round(ordered.length * shares.validation));
  return new Map(
    ordered.map((group, rank) => [
      group,
      rank < tests ? 'test' : rank < tests + validations ? 'validation' : 'train',
    ]),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
