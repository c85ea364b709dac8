/**
 * Sine cardinal of π times its argument: 1 at 0, zero at all other whole numbers.
 *
 * @param x - In zero crossings.
 */
export function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/**
 * Kaiser window: 1 in the middle.
 *
 * @param position - From −1 to 1, its ends.
 * @param beta - Kaiser's parameter: the larger, the wider its main lobe and the lower the others.
 * @see Kaiser & Schafer (1980), IEEE Trans. Acoust. Speech Signal Process. 28, 105–107.
 */
export function kaiserWindow(position: number, beta: number): number {
  return besselI0(beta * Math.sqrt(Math.max(0, 1 - position * position))) / besselI0(beta);
}

/** Modified Bessel function of order 0, by its power series. */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
