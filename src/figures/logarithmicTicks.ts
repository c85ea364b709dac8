/** Ticks that fit beside each other with their numbers. */
const mostTicks = 7;

/** Leading digits of the ticks in each decade, from coarse to fine. */
const digitsByFineness: readonly (readonly number[])[] = [
  [1],
  [1, 3],
  [1, 2, 5],
  [1, 2, 3, 4, 5, 6, 7, 8, 9],
  Array.from({ length: 90 }, (_, tenth) => (10 + tenth) / 10),
];

/**
 * Ticks of a logarithmic axis, few enough that each has its number; the scale's own come with numbers at some of them.
 *
 * @param least - Smallest value; > 0.
 * @param most - Largest value.
 * @returns Round values within, ascending.
 */
export function logarithmicTicks(least: number, most: number): number[] {
  const first = Math.floor(Math.log10(least));
  const decades = Array.from({ length: Math.floor(Math.log10(most)) - first + 1 }, (_, i) => first + i);
  const sets = digitsByFineness.map((digits) =>
    decades
      .flatMap((decade) => digits.map((digit) => Number(`${digit}e${decade}`)))
      .filter((tick) => tick >= least && tick <= most),
  );
  const fitting = sets.findLast((ticks) => ticks.length <= mostTicks);
  const [powers] = sets as [number[]];
  return fitting ?? powers.filter((_, i) => i % Math.ceil(powers.length / mostTicks) === 0);
}
