import { deviance, stirlingError } from './gamma.ts';
import { logOneMinusExp } from './logSpace.ts';

/**
 * Both tails of the beta distribution as logarithms, relative error below 1e-12 however small the tail.
 *
 * @param x - Quantile in [0, 1], as the pair x and 1 − x, so that neither loses digits.
 * @param x.complement - 1 − x.
 * @param a - First shape, > 0.
 * @param b - Second shape, > 0.
 * @returns ln I_x(a, b) and ln(1 − I_x(a, b)).
 */
export function logBetaTails(
  x: { value: number; complement: number },
  a: number,
  b: number,
): { lower: number; upper: number } {
  if (Number.isNaN(x.value) || !(a > 0) || !(b > 0)) return { lower: Number.NaN, upper: Number.NaN };
  if (x.value <= 0) return { lower: Number.NEGATIVE_INFINITY, upper: 0 };
  if (x.complement <= 0) return { lower: 0, upper: Number.NEGATIVE_INFINITY };
  const logFront = logBetaKernel(x, a, b);
  if (x.value < (a + 1) / (a + b + 2)) {
    const lower = logFront - Math.log(a) + Math.log(betaFraction(x.value, a, b));
    return { lower, upper: logOneMinusExp(lower) };
  }
  const upper = logFront - Math.log(b) + Math.log(betaFraction(x.complement, b, a));
  return { lower: logOneMinusExp(upper), upper };
}

/** ln(x^a (1 − x)^b / B(a, b)) in saddle-point form, which keeps its digits for shapes of any size. */
function logBetaKernel(x: { value: number; complement: number }, a: number, b: number): number {
  const n = a + b;
  return (
    stirlingError(n) -
    stirlingError(a) -
    stirlingError(b) -
    deviance(a, n * x.value) -
    deviance(b, n * x.complement) +
    0.5 * (Math.log(a) + Math.log(b / n) - Math.log(2 * Math.PI))
  );
}

/** Lentz's evaluation of the continued fraction of I_x. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = guarded(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < 1e6; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = guarded(1 + even * d);
    c = 1 + even / c;
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = guarded(1 + odd * d);
    c = 1 + odd / c;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return h;
}

const guarded = (value: number) => 1 / (Math.abs(value) < 1e-300 ? 1e-300 : value);

/**
 * Quantile of the beta distribution.
 *
 * @param p - Lower-tail probability in [0, 1].
 * @param a - First shape, > 0.
 * @param b - Second shape, > 0.
 * @returns x with I_x(a, b) = p.
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  // Bisection over logit(x), in which the tails are wide: 80 halvings of [−745, 745] reach the last bit.
  let low = -745;
  let high = 745;
  for (let i = 0; i < 80; i++) {
    const middle = 0.5 * (low + high);
    if (logBetaTails(logistic(middle), a, b).lower < Math.log(p)) low = middle;
    else high = middle;
  }
  return logistic(0.5 * (low + high)).value;
}

function logistic(t: number): { value: number; complement: number } {
  return { value: 1 / (1 + Math.exp(-t)), complement: 1 / (1 + Math.exp(t)) };
}
