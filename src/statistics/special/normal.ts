import { logGammaTails } from './gamma.ts';

/**
 * Logarithm of the upper tail of the standard normal distribution.
 *
 * @param z - Quantile.
 * @returns ln P(Z > z), accurate for every finite z.
 */
export function logNormalUpperTail(z: number): number {
  const tails = logGammaTails((z * z) / 2, 0.5);
  return z >= 0 ? tails.upper - Math.LN2 : Math.log1p(Math.exp(tails.lower)) - Math.LN2;
}

/**
 * Standard normal distribution function.
 *
 * @param z - Quantile.
 * @returns P(Z ≤ z); relative accuracy in the lower tail too.
 */
export function normalCdf(z: number): number {
  return Math.exp(logNormalUpperTail(-z));
}

/**
 * Quantile of the standard normal distribution.
 *
 * @param p - Lower-tail probability in [0, 1].
 * @returns z with P(Z ≤ z) = p; ±∞ at the ends.
 */
export function normalQuantile(p: number): number {
  if (p === 0.5) return 0;
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p > 0.5) return -lowerQuantile(1 - p);
  return lowerQuantile(p);
}

/** Hastings' start (Abramowitz & Stegun 26.2.23), then Halley steps on ln Φ. */
function lowerQuantile(p: number): number {
  if (p === 0) return Number.NEGATIVE_INFINITY;
  const logP = Math.log(p);
  const t = Math.sqrt(-2 * logP);
  let z = -(
    t -
    (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
  );
  for (let i = 0; i < 4; i++) {
    const logCdf = logNormalUpperTail(-z);
    const logDensity = -0.5 * z * z - 0.5 * Math.log(2 * Math.PI);
    // Newton step of ln Φ(z) − ln p with the second derivative's correction
    const slope = Math.exp(logDensity - logCdf);
    const step = (logCdf - logP) / slope;
    const curvature = -slope * (z + slope);
    z -= step / (1 - (0.5 * step * curvature) / slope);
  }
  return z;
}
