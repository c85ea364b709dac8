/**
 * A count with what is counted, in the singular for one: `1 metamer`, `2 metamers`.
 *
 * @param what - In the singular; its plural ends in s.
 */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
