/**
 * Items by what they have in common; groups and items in the order in which they come.
 *
 * @param items - Read once.
 * @param keyOf - What tells the groups apart.
 */
export function groupedBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/**
 * The first item of every group, then the second of every group, …; a group that has ended is passed over.
 *
 * @param groups - In their order.
 */
export function byTurns<Item>(groups: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(0, ...groups.map((group) => group.length));
  return Array.from({ length: longest }, (_, round) =>
    groups.flatMap((group) => group.slice(round, round + 1)),
  ).flat();
}

/**
 * How often each value stands among others.
 *
 * @param values - Read once.
 * @returns Counts in the order in which the values come.
 */
export function countsOf<Value>(values: Iterable<Value>): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/**
 * The number of a key: from 0, in the order in which keys come.
 *
 * @param known - Keys with their numbers so far; a new one joins.
 */
export function numberOf<Key>(known: Map<Key, number>, key: Key): number {
  const number = known.get(key) ?? known.size;
  known.set(key, number);
  return number;
}
