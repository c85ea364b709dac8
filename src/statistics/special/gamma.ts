import { logOneMinusExp } from './logSpace.ts';

/** ζ(k) − 1 for k = 2 … 31, the coefficients of the series of ln Γ(2 + z). */
const zetaMinusOne = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853,
  0.0004941886041194645, 0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-5,
  3.058823630702049e-5, 1.528225940865187e-5, 7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6,
  9.539620338727962e-7, 4.769329867878064e-7, 2.38450502727733e-7, 1.1921992596531106e-7,
  5.960818905125948e-8, 2.980350351465228e-8, 1.490155482836504e-8, 7.45071178983543e-9, 3.725334024788457e-9,
  1.862659723513049e-9, 9.313274324196682e-10, 4.656629065033784e-10,
];
const eulerGamma = 0.577_215_664_901_532_9;
const halfLogTwoPi = 0.918_938_533_204_672_8;

/**
 * Natural logarithm of the gamma function; relative error below 1e-13, its zeros at 1 and 2 included.
 *
 * @param x - Argument, > 0.
 * @returns ln Γ(x).
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  if (x < 0.5) return logGamma(x + 1) - Math.log(x);
  if (x < 1.5) return logGammaOfTwoPlus(x - 1) - Math.log1p(x - 1);
  if (x < 2.5) return logGammaOfTwoPlus(x - 2);
  if (x < 15) {
    let product = 1;
    let shifted = x;
    while (shifted >= 2.5) product *= --shifted;
    return Math.log(product) + logGammaOfTwoPlus(shifted - 2);
  }
  return (x - 0.5) * Math.log(x) - x + halfLogTwoPi + stirlingError(x);
}

/** ln Γ(2 + z) for |z| ≤ ½: z(1 − γ) + Σ (−1)^k (ζ(k) − 1) z^k / k. */
function logGammaOfTwoPlus(z: number): number {
  let sum = 0;
  for (let k = zetaMinusOne.length + 1; k >= 2; k--) sum = zetaMinusOne[k - 2]! / k - z * sum;
  return z * (1 - eulerGamma + z * sum);
}

/**
 * What Stirling's formula lacks: ln Γ(x) − ((x − ½) ln x − x + ½ ln 2π).
 *
 * @param x - Argument, > 0.
 * @returns The remainder, about 1 / (12 x).
 * @see Loader (2000), "Fast and accurate computation of binomial probabilities".
 */
export function stirlingError(x: number): number {
  if (x < 15) return logGamma(x) - ((x - 0.5) * Math.log(x) - x + halfLogTwoPi);
  const s = 1 / (x * x);
  return (
    (1 / 12 -
      s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s / 156)))))) /
    x
  );
}

/**
 * Deviance of a count from its mean, m ln… without cancellation: x ln(x / mean) + mean − x.
 *
 * @param x - Observed value, > 0.
 * @param mean - Expected value, > 0.
 * @returns The deviance, ≥ 0.
 * @see Loader (2000), function bd0.
 */
export function deviance(x: number, mean: number): number {
  const difference = x - mean;
  if (Math.abs(difference) >= 0.1 * (x + mean)) return x * Math.log(x / mean) + mean - x;
  const v = difference / (x + mean);
  let sum = difference * v;
  let term = 2 * x * v;
  for (let j = 1; j < 1000; j++) {
    term *= v * v;
    const next = sum + term / (2 * j + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/**
 * Both tails of the gamma distribution with unit scale, as logarithms.
 *
 * @param x - Quantile, ≥ 0.
 * @param shape - Shape, > 0.
 * @returns ln P(shape, x) and ln Q(shape, x), the regularized incomplete gamma functions.
 */
export function logGammaTails(x: number, shape: number): { lower: number; upper: number } {
  if (!(x > 0)) return { lower: Number.NEGATIVE_INFINITY, upper: 0 };
  if (x === Number.POSITIVE_INFINITY) return { lower: 0, upper: Number.NEGATIVE_INFINITY };
  // ln(x^a e^−x / Γ(a)) in saddle-point form
  const logFront = -deviance(shape, x) - stirlingError(shape) + 0.5 * Math.log(shape) - halfLogTwoPi;
  if (x < shape + 1) {
    const lower = logFront + Math.log(lowerSeries(x, shape));
    return { lower, upper: logOneMinusExp(lower) };
  }
  const upper = logFront + Math.log(upperFraction(x, shape));
  return { lower: logOneMinusExp(upper), upper };
}

function lowerSeries(x: number, shape: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; n < 1e6; n++) {
    term *= x / (shape + n);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return sum;
}

/** Lentz's evaluation of the continued fraction of Q. */
function upperFraction(x: number, shape: number): number {
  let b = x + 1 - shape;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 1e6; n++) {
    const a = -n * (n - shape);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    const delta = d * c;
    h *= delta;
    if (Math.abs(delta - 1) < 1e-16) break;
  }
  return h;
}
