/**
 * The same values under names with a prefix, so that several records fit into one.
 *
 * @param prefix - Put before each name with a slash.
 * @param values - Values by name.
 */
export function prefixed<T>(prefix: string, values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}/${name}`, value]));
}

/**
 * The values that {@link prefixed} put under a prefix, by their own names.
 *
 * @param prefix - As given there.
 */
export function unprefixed<T>(prefix: string, values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => name.startsWith(`${prefix}/`))
      .map(([name, value]) => [name.slice(prefix.length + 1), value]),
  );
}

/**
 * Values of named things, by their names.
 *
 * @param things - Anything with names, each once.
 * @param value - Gives the value of each.
 */
export function byName<T extends { name: string }, V>(
  things: readonly T[],
  value: (thing: T) => V,
): Record<string, V> {
  return Object.fromEntries(things.map((thing) => [thing.name, value(thing)]));
}
