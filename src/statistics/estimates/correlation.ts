/**
 * Pearson's correlation.
 *
 * @param x - Numbers.
 * @param y - As many numbers.
 * @returns r; NaN with fewer than two pairs or without variance.
 */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < n; i++) {
    meanX += x[i]! / n;
    meanY += y[i]! / n;
  }
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const a = x[i]! - meanX;
    const b = y[i]! - meanY;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  // Rounding leaves a variance of about n·ε² where all values are the same.
  return xx > 1e-24 * n && yy > 1e-24 * n ? xy / Math.sqrt(xx * yy) : Number.NaN;
}

/**
 * Spearman's rank correlation, ties at their mean rank.
 *
 * @param x - Numbers.
 * @param y - As many numbers.
 * @returns ρ; NaN as for {@link pearson}.
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return pearson(ranks(x), ranks(y));
}

/**
 * Ranks from 1, ties at their mean.
 *
 * @param values - Numbers.
 * @returns Rank of each.
 */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Int32Array.from({ length: values.length }, (_, i) => i).sort(
    (a, b) => values[a]! - values[b]!,
  );
  const ranked = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) ranked[order[i]!] = (start + end + 1) / 2;
    start = end;
  }
  return ranked;
}

/**
 * Kendall's τ-b.
 *
 * @param x - Numbers; a few thousand at most, the time is quadratic.
 * @param y - As many numbers.
 * @returns τ; NaN without untied pairs.
 */
export function kendall(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let concordance = 0;
  let untiedX = 0;
  let untiedY = 0;
  for (let i = 1; i < x.length; i++)
    for (let j = 0; j < i; j++) {
      const a = Math.sign(x[i]! - x[j]!);
      const b = Math.sign(y[i]! - y[j]!);
      concordance += a * b;
      untiedX += Math.abs(a);
      untiedY += Math.abs(b);
    }
  return concordance / Math.sqrt(untiedX * untiedY);
}

/**
 * Mean of correlations through Fisher's z.
 *
 * @param correlations - Correlations; undefined ones are left out, ±1 are held at ±(1 − 10⁻⁹).
 * @returns Their mean; NaN without any.
 */
export function meanCorrelation(correlations: readonly number[]): number {
  const defined = correlations.filter((r) => !Number.isNaN(r));
  const limit = 1 - 1e-9;
  const sum = defined.reduce((total, r) => total + Math.atanh(Math.max(-limit, Math.min(limit, r))), 0);
  return defined.length === 0 ? Number.NaN : Math.tanh(sum / defined.length);
}

/**
 * Spearman–Brown prediction: reliability of a measurement n times as long.
 *
 * @param r - Reliability of the part.
 * @param times - How many times as long; 2 from halves to the whole.
 * @returns n r / (1 + (n − 1) r).
 */
export function spearmanBrown(r: number, times: number): number {
  return (times * r) / (1 + (times - 1) * r);
}
