import { betaQuantile, logBetaTails } from './beta.ts';

/**
 * Logarithm of the upper tail of the F distribution; never underflows.
 *
 * @param f - Quantile, ≥ 0.
 * @param numerator - Degrees of freedom of the numerator, > 0, whole or not.
 * @param denominator - Degrees of freedom of the denominator, > 0.
 * @returns ln P(F > f).
 */
export function logUpperTailF(f: number, numerator: number, denominator: number): number {
  if (f === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  if (f <= 0) return 0;
  const sum = denominator + numerator * f;
  const x = { value: denominator / sum, complement: (numerator * f) / sum };
  return logBetaTails(x, denominator / 2, numerator / 2).lower;
}

/**
 * Logarithm of the two-sided p value of a t statistic.
 *
 * @param t - Statistic.
 * @param degreesOfFreedom - > 0, whole or not.
 * @returns ln P(|T| > |t|).
 */
export function logTwoSidedT(t: number, degreesOfFreedom: number): number {
  return logUpperTailF(t * t, 1, degreesOfFreedom);
}

/**
 * Quantile of Student's t distribution.
 *
 * @param p - Lower-tail probability in (0, 1).
 * @param degreesOfFreedom - > 0.
 * @returns t with P(T ≤ t) = p.
 */
export function tQuantile(p: number, degreesOfFreedom: number): number {
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  // P(|T| > t) = I_x(ν/2, ½) with x = ν / (ν + t²)
  const x = betaQuantile(2 * tail, degreesOfFreedom / 2, 0.5);
  const t =
    x > 0.5
      ? Math.sqrt((degreesOfFreedom * betaQuantile(1 - 2 * tail, 0.5, degreesOfFreedom / 2)) / x)
      : Math.sqrt((degreesOfFreedom * (1 - x)) / x);
  return p < 0.5 ? -t : t;
}
