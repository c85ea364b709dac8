/**
 * A count with what is counted, in the singular for one: `1 metamer`, `2 metamers`.
 *
 * @param what - In the singular; its plural ends in s.
 */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/**
 * The first of many names: `a, b and 3 more`.
 *
 * @param names - Those to be told.
 * @param most - How many are told by name.
 */
export function listed(names: readonly string[], most: number): string {
  const rest = names.length - most;
  return `${names.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
