import { groupedBy } from '../../src/base/groups.ts';
import type { Random } from '../../src/base/random.ts';

/**
 * A random order of trials with no condition more than `maxRun` times in a row, where the counts allow it.
 *
 * @param options - Seeded generator and the longest allowed run.
 * @returns A shuffled copy.
 */
export function orderTrials<Trial extends { condition: string }>(
  trials: readonly Trial[],
  options: { random: Random; maxRun: number },
): Trial[] {
  const { random, maxRun } = options;
  const pools = groupedBy(random.shuffled(trials), ({ condition }) => condition);
  const ordered: Trial[] = [];
  for (let left = trials.length; left > 0; left--) {
    const condition = nextCondition(pools, { left, tail: ordered, random, maxRun });
    ordered.push(pools.get(condition)!.pop()!);
  }
  return ordered;
}

function nextCondition(
  pools: ReadonlyMap<string, readonly unknown[]>,
  state: { left: number; tail: readonly { condition: string }[]; random: Random; maxRun: number },
): string {
  const { left, tail, random, maxRun } = state;
  const last = tail.slice(-maxRun);
  const barred =
    last.length === maxRun && last.every(({ condition }) => condition === last[0]!.condition)
      ? last[0]!.condition
      : null;
  const open = [...pools].filter(([condition, pool]) => pool.length > 0 && condition !== barred);
  if (open.length === 0) return barred!;
  // A condition with more trials than its rivals can keep apart must come now, or a long run is left for the end.
  const urgent = open.find(([, pool]) => pool.length > maxRun * (left - pool.length));
  if (urgent) return urgent[0];
  let ticket = random.integer(open.reduce((sum, [, pool]) => sum + pool.length, 0));
  for (const [condition, pool] of open) {
    ticket -= pool.length;
    if (ticket < 0) return condition;
  }
  return open[0]![0];
}

/**
 * Spreads catch trials over a session: one at a random place of each equal part.
 *
 * @param trials - Main trials in their order.
 * @param catches - Catch trials in their order.
 * @param random - Seeded generator.
 * @returns Both together, the order of each kept.
 */
export function spreadCatchTrials<Trial>(
  trials: readonly Trial[],
  catches: readonly Trial[],
  random: Random,
): Trial[] {
  const mixed: Trial[] = [];
  const edge = (part: number) => Math.round((part * trials.length) / Math.max(1, catches.length));
  catches.forEach((caught, part) => {
    const place = edge(part) + random.integer(edge(part + 1) - edge(part) + 1);
    mixed.push(...trials.slice(edge(part), place), caught, ...trials.slice(place, edge(part + 1)));
  });
  return catches.length === 0 ? [...trials] : mixed;
}
