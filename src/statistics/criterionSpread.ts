import { normalCdf, normalQuantile } from './special/normal.ts';

/** Yes–no answers of listeners, each to trials of several conditions; all may be weighted. */
export interface AnswersByListener {
  conditions: number;
  /** Weight of each listener. */
  weight: Float64Array;
  /** Shape [listeners, conditions]: weights of all trials and of those answered yes, and sums of their squares. */
  trials: Float64Array;
  yes: Float64Array;
  squaredTrials: Float64Array;
  squaredYes: Float64Array;
}

/**
 * How alike two answers of one listener are because listeners differ in criterion: the correlation of the two latent
 * observations, ρ = σ² / (1 + σ²) with σ the criteria's standard deviation.
 *
 * Pooling listeners whose criteria differ shrinks d′ by √(1 − ρ). ρ is such that pairs of answers of one listener are both
 * yes as often as two correlated normal variables are both above their thresholds.
 *
 * @returns ρ in [0, 0.99]; 0 with fewer than two listeners.
 * @see Macmillan & Kaplan (1985), Psychol. Bull. 98, 185–199 (d′ of pooled listeners); Ochi & Prentice (1984), Biometrika 71, 531–543.
 */
export function criterionCorrelation(answers: AnswersByListener): number {
  if (answers.weight.filter((weight) => weight > 0).length < 2) return 0;
  const pairs = pairsOf(answers);
  const excess = (rho: number) =>
    pairs.reduce((sum, { a, b, all, both }) => sum + all * bothAbove(a, b, rho) - both, 0);
  if (excess(0) >= 0) return 0;
  let [low, high] = [0, 0.99];
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2;
    if (excess(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

interface ConditionPair {
  /** z of the shares of yes in the two conditions. */
  a: number;
  b: number;
  /** Pairs of answers of one listener, and those both yes. */
  all: number;
  both: number;
}

function pairsOf({ conditions, weight, ...sums }: AnswersByListener): ConditionPair[] {
  const total = (values: Float64Array, condition: number) =>
    weight.reduce((sum, w, listener) => sum + w * values[listener * conditions + condition]!, 0);
  const z = Array.from({ length: conditions }, (_, condition) =>
    normalQuantile((total(sums.yes, condition) + 0.5) / (total(sums.trials, condition) + 1)),
  );
  const pairs: ConditionPair[] = [];
  for (let i = 0; i < conditions; i++)
    for (let j = i; j < conditions; j++) {
      const product = (values: Float64Array, squares: Float64Array) =>
        weight.reduce((sum, w, listener) => {
          const [x, y] = [values[listener * conditions + i]!, values[listener * conditions + j]!];
          return sum + w * (i === j ? (x * x - squares[listener * conditions + i]!) / 2 : x * y);
        }, 0);
      pairs.push({
        a: z[i]!,
        b: z[j]!,
        all: product(sums.trials, sums.squaredTrials),
        both: product(sums.yes, sums.squaredYes),
      });
    }
  return pairs;
}

/** Gauss–Legendre abscissas and weights on [0, 1]. */
const nodes = [
  [0.04691007703066802, 0.11846344252809454],
  [0.23076534494715845, 0.23931433524968324],
  [0.5, 0.28444444444444444],
  [0.7692346550528415, 0.23931433524968324],
  [0.9530899229693319, 0.11846344252809454],
] as const;

/**
 * P(X < a and Y < b) of standard normal variables of correlation ρ: the same as both being yes.
 *
 * With ρ = sin θ the integral of the density over ρ is smooth up to 1 (Plackett 1954; Drezner & Wesolowsky 1990).
 */
function bothAbove(a: number, b: number, rho: number): number {
  const end = Math.asin(rho);
  let integral = 0;
  for (const [at, weight] of nodes) {
    const theta = end * at;
    const cosine = Math.cos(theta);
    const exponent = (a * a + b * b - 2 * a * b * Math.sin(theta)) / (2 * cosine * cosine);
    integral += weight * end * Math.exp(-exponent);
  }
  return normalCdf(a) * normalCdf(b) + integral / (2 * Math.PI);
}
