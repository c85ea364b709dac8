import { groupMeans, type Scores } from './decompose.ts';

/** Corrections of the degrees of freedom for departures from sphericity; 1 means none. */
export interface Sphericity {
  greenhouseGeisser: number;
  huynhFeldt: number;
  lowerBound: number;
}

/**
 * Sphericity corrections of a within effect, from the covariance of its contrasts pooled within groups.
 *
 * @param input - Orthonormal contrast scores with their groups.
 * @returns Greenhouse–Geisser ε, Huynh–Feldt ε̃ (at most 1) and the lower bound 1 / contrasts; NaN where no unit varies.
 * @see Greenhouse & Geisser (1959), Psychometrika 24, 95–112; Huynh & Feldt (1976), J. Educ. Stat. 1, 69–82, corrected for groups by Lecoutre (1991), J. Educ. Stat. 16, 371–372, as in MATLAB's ranova and in R's car.
 */
export function sphericity(input: Scores): Sphericity {
  const { contrasts, groupOfUnit, groups } = input;
  const lowerBound = 1 / contrasts;
  if (contrasts === 1) return { greenhouseGeisser: 1, huynhFeldt: 1, lowerBound };
  const { trace, squaredNorm } = pooledCovariance(input);
  const greenhouseGeisser = (trace * trace) / (contrasts * squaredNorm);
  const units = groupOfUnit.length;
  const denominator = contrasts * (units - groups - contrasts * greenhouseGeisser);
  // A denominator ≤ 0 means too few units to see any departure: no correction, as the other programs do.
  const raw = ((units - groups + 1) * contrasts * greenhouseGeisser - 2) / denominator;
  const huynhFeldt = Number.isNaN(greenhouseGeisser)
    ? Number.NaN
    : denominator > 0
      ? Math.min(1, Math.max(raw, lowerBound))
      : 1;
  return { greenhouseGeisser, huynhFeldt, lowerBound };
}

/** Trace of the pooled sum of squares and products, and its squared Frobenius norm. */
function pooledCovariance(input: Scores): { trace: number; squaredNorm: number } {
  const { scores, contrasts, groupOfUnit } = input;
  const { means } = groupMeans(input);
  const products = new Float64Array(contrasts * contrasts);
  const residual = new Float64Array(contrasts);
  for (let unit = 0; unit < groupOfUnit.length; unit++) {
    const group = groupOfUnit[unit]!;
    for (let j = 0; j < contrasts; j++)
      residual[j] = scores[unit * contrasts + j]! - means[group * contrasts + j]!;
    for (let i = 0; i < contrasts; i++)
      for (let j = 0; j < contrasts; j++) products[i * contrasts + j]! += residual[i]! * residual[j]!;
  }
  let trace = 0;
  let squaredNorm = 0;
  for (let i = 0; i < contrasts; i++) trace += products[i * contrasts + i]!;
  for (const value of products) squaredNorm += value * value;
  return { trace, squaredNorm };
}
