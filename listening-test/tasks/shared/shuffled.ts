/**
 * A new random order (Fisher–Yates); it is stored with the answer, so that it need not be repeatable.
 *
 * @returns A copy in that order.
 */
export function shuffled<Item>(items: readonly Item[]): Item[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last--) {
    const place = Math.floor(Math.random() * (last + 1));
    [mixed[last], mixed[place]] = [mixed[place]!, mixed[last]!];
  }
  return mixed;
}
