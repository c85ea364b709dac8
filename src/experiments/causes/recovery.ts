import { pearson } from '../../statistics/estimates/correlation.ts';
import { median } from '../../statistics/estimates/descriptive.ts';
import { wilsonInterval } from '../../statistics/estimates/proportion.ts';
import { type CauseName, causeNames, causeRanges } from './causes.ts';
import type { CausesBatch } from './causesBatch.ts';
import type { InferredCauses } from './causesProgram.ts';

/** How well one cause was inferred. */
export interface RecoveredCause {
  name: CauseName;
  /** Sounds in which the cause has an effect. */
  sounds: number;
  /** Correlation of inferred and true places on the logarithmic scale. */
  r: number;
  /** Share of the variance of the places that the inferred ones explain: 1 − squared error over variance. */
  explained: number;
  /** Median of the factor between inferred and true value, ≥ 1; saying the middle of the range errs by its fourth root. */
  medianFactor: number;
}

/** How well causes were inferred. */
export interface Recovery {
  /** Share of the sources told apart, with 95 % interval; chance 0.5. */
  source: { accuracy: number; low: number; high: number };
  causes: RecoveredCause[];
}

/**
 * Holds inferred causes against true ones.
 *
 * @param drawn - True causes.
 * @param inferred - Of the same sounds, in their order.
 */
export function recoveryOf(drawn: readonly CausesBatch[], inferred: readonly InferredCauses[]): Recovery {
  const right = drawn.flatMap(({ sources }, b) =>
    Array.from(sources, (source, i) => inferred[b]!.sources[i] === source),
  );
  const correct = right.filter(Boolean).length;
  const { low, high } = wilsonInterval(correct, right.length);
  return {
    source: { accuracy: correct / right.length, low, high },
    causes: causeNames.map((name) => recovered(name, placePairs(name, drawn, inferred))),
  };
}

/** A true and an inferred place. */
export interface PlacePair {
  truth: number;
  inferred: number;
}

/**
 * True and inferred places of a cause, in the sounds where it has an effect.
 *
 * @param name - Of the cause.
 * @param drawn - True causes.
 * @param inferred - Of the same sounds.
 */
export function placePairs(
  name: CauseName,
  drawn: readonly CausesBatch[],
  inferred: readonly InferredCauses[],
): PlacePair[] {
  const [column, width] = [causeNames.indexOf(name), causeNames.length];
  return drawn.flatMap(({ causes, places, effective }, b) =>
    causes.flatMap((_, i) => {
      const at = i * width + column;
      return effective[at] === 0 ? [] : [{ truth: places[at]!, inferred: inferred[b]!.places[at]! }];
    }),
  );
}

function recovered(name: CauseName, pairs: readonly PlacePair[]): RecoveredCause {
  const truths = pairs.map(({ truth }) => truth);
  const center = truths.reduce((sum, truth) => sum + truth, 0) / truths.length;
  const spread = truths.reduce((sum, truth) => sum + (truth - center) ** 2, 0);
  const squared = pairs.reduce((sum, { truth, inferred }) => sum + (inferred - truth) ** 2, 0);
  const [low, high] = causeRanges[name];
  const halfRange = Math.log(high / low) / 2;
  return {
    ...{ name, sounds: pairs.length },
    r: pearson(
      truths,
      pairs.map(({ inferred }) => inferred),
    ),
    explained: 1 - squared / spread,
    medianFactor: Math.exp(
      halfRange * median(pairs.map(({ truth, inferred }) => Math.abs(inferred - truth))),
    ),
  };
}
