/**
 * Minimizes a function of a few variables by the simplex of Nelder and Mead.
 *
 * @param objective - What is minimized; may be +∞ outside its domain.
 * @param start - Starting point, one value an axis, inside the domain.
 * @param steps - Size of the first simplex along each axis.
 * @param tolerance - Spread of the simplex's values at which to stop, relative to the least.
 * @returns The best point found.
 * @see Nelder & Mead (1965), Computer Journal 7, 308–313.
 */
export function minimize(
  objective: (point: readonly number[]) => number,
  start: readonly number[],
  steps: readonly number[],
  tolerance = 1e-12,
): number[] {
  let simplex = [start, ...steps.map((step, i) => start.map((x, j) => (i === j ? x + step : x)))].map(
    (point) => ({ point: [...point], value: objective(point) }),
  );
  for (let iteration = 0; iteration < 400 * start.length; iteration++) {
    simplex.sort((a, b) => a.value - b.value);
    const worst = simplex.at(-1)!;
    const best = simplex[0]!;
    if (Math.abs(worst.value - best.value) < tolerance * (1 + Math.abs(best.value))) break;
    const center = start.map(
      (_, j) => simplex.slice(0, -1).reduce((sum, { point }) => sum + point[j]!, 0) / start.length,
    );
    const along = (factor: number) => {
      const point = center.map((x, j) => x + factor * (worst.point[j]! - x));
      return { point, value: objective(point) };
    };
    const reflected = along(-1);
    if (reflected.value < best.value) {
      const expanded = along(-2);
      simplex[simplex.length - 1] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < simplex.at(-2)!.value) {
      simplex[simplex.length - 1] = reflected;
    } else {
      const contracted = along(reflected.value < worst.value ? -0.5 : 0.5);
      if (contracted.value < Math.min(worst.value, reflected.value)) {
        simplex[simplex.length - 1] = contracted;
      } else {
        simplex = simplex.map(({ point }, i) => {
          const shrunk = i === 0 ? point : point.map((x, j) => (x + best.point[j]!) / 2);
          return { point: shrunk, value: objective(shrunk) };
        });
      }
    }
  }
  return simplex.sort((a, b) => a.value - b.value)[0]!.point;
}
