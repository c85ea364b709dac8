/**
 * ln(1 − eˣ) without cancellation.
 *
 * @param x - A logarithm, ≤ 0.
 * @returns ln(1 − eˣ); −∞ at 0.
 */
export function logOneMinusExp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}

/**
 * A probability given by its natural logarithm, as text with five significant digits, however small.
 *
 * @param logP - ln p.
 * @returns Such as `0.0123`, `1.8561e-123` or `4.2e-4001`; `NaN` where it is undefined.
 */
export function formatLogProbability(logP: number, digits = 5): string {
  if (Number.isNaN(logP)) return 'NaN';
  if (logP === Number.NEGATIVE_INFINITY) return '0';
  const p = Math.exp(logP);
  if (p >= 1e-4) return String(Number(p.toPrecision(digits)));
  const log10 = logP / Math.LN10;
  let exponent = Math.floor(log10);
  let mantissa = p > 1e-290 ? p / 10 ** exponent : 10 ** (log10 - exponent);
  mantissa = Number(mantissa.toPrecision(digits));
  if (mantissa >= 10) {
    mantissa /= 10;
    exponent += 1;
  }
  return `${mantissa}e${exponent}`;
}
