import { countsOf } from '../../base/groups.ts';

/** Wrong answers of one observer: what was asked for and what was answered, never the same. */
export interface WrongAnswers {
  target: Iterable<number>;
  answer: Iterable<number>;
}

/** Of each answer, how readily it is given in error; the values of an observer sum to 1. */
export type ErrorTendencies = ReadonlyMap<number, number>;

const rounds = 500;
const tolerance = 1e-10;

/**
 * Tendency to each wrong answer, were errors independent of the target but for one thing: the target cannot be one.
 *
 * P(answer a | target t) = b(a) / (1 − b(t)); b by maximum likelihood.
 *
 * @param wrong - Wrong answers.
 * @returns b by answer; empty without wrong answers.
 * @see Goodman (1968), J. Am. Stat. Assoc. 63, 1091–1131 (quasi-independence); Hunter (2004), Ann. Stat. 32, 384–406 (the iteration).
 */
export function errorTendencies({ target, answer }: WrongAnswers): ErrorTendencies {
  const given = countsOf(answer);
  const asked = countsOf(target);
  let tendencies = normalized(given);
  for (let round = 0; round < rounds; round++) {
    const rest = (value: number) => Math.max(1e-9, 1 - (tendencies.get(value) ?? 0));
    let whole = 0;
    for (const [value, count] of asked) whole += count / rest(value);
    const next = normalized(
      new Map(
        [...given].map(([value, count]) => {
          const open = whole - (asked.get(value) ?? 0) / rest(value);
          return [value, count / Math.max(open, 1e-9)];
        }),
      ),
    );
    let change = 0;
    for (const [value, tendency] of next)
      change = Math.max(change, Math.abs(tendency - tendencies.get(value)!));
    tendencies = next;
    if (change < tolerance) break;
  }
  return tendencies;
}

/**
 * Share of the same wrong answer that two observers would give to these targets if their errors were independent.
 *
 * @param first - Tendencies of one observer.
 * @param second - Of the other.
 * @param targets - How often both were wrong, by target.
 * @returns The share; NaN where they were never both wrong.
 */
export function expectedSameWrong(
  first: ErrorTendencies,
  second: ErrorTendencies,
  targets: ReadonlyMap<number, number>,
): number {
  let both = 0;
  for (const [answer, tendency] of first) both += tendency * (second.get(answer) ?? 0);
  let sum = 0;
  let weight = 0;
  for (const [target, count] of targets) {
    if (count === 0) continue;
    const [a, b] = [first.get(target) ?? 0, second.get(target) ?? 0];
    sum += (count * (both - a * b)) / ((1 - a) * (1 - b));
    weight += count;
  }
  return sum / weight;
}

function normalized(weights: ReadonlyMap<number, number>): Map<number, number> {
  let sum = 0;
  for (const weight of weights.values()) sum += weight;
  return new Map([...weights].map(([value, weight]) => [value, weight / sum]));
}
