import type { Random } from '../../../base/random.ts';
import type { TrialTable } from '../../../records/trialTable.ts';
import { holmAdjusted } from '../../../statistics/estimates/contrasts.ts';
import { noInterval } from '../../../statistics/estimates/proportion.ts';
import {
  type TwoFactorEstimate,
  twoFactorBootstrap,
} from '../../../statistics/estimates/twoFactorBootstrap.ts';
import type { ModelScores } from '../../trials/stimuli.ts';
import { answeringModels, fewModels } from '../answeringModels.ts';
import type { Items } from '../items.ts';
import type { AgreementAnswers } from './agreementAnswers.ts';
import {
  type AgreementMeasure,
  type AgreementPlace,
  agreementMeasures,
  agreementStatistics,
} from './agreementStatistics.ts';
import { answersOfItems } from './answersOfItems.ts';
import { type Rareness, rareAnswers } from './rareAnswers.ts';

/** One measure of agreement: humans with one another, the model with humans, and the difference. */
export interface AgreementLine {
  observer: string;
  measure: AgreementMeasure;
  /** A level, or `all`. */
  level: string;
  human: Estimate;
  model: Estimate;
  /** Model minus human. Of κ, r and shares: below 0, the model agrees with people less than people do; of differences, divergences and variation: above 0. */
  difference: TestedEstimate;
  /** Why there is no interval; empty where there is one. */
  note: string;
}

/** An estimate with its 95 % interval for new listeners and new sounds. */
export type Estimate = Pick<TwoFactorEstimate, 'estimate' | 'interval'>;

/** A difference with its two-sided p, and p adjusted by Holm over the models or their pairs, and over levels where there are some. */
export interface TestedEstimate extends Estimate {
  p: number;
  pHolm: number;
}

/** A model's agreement with people, beside people's with one another. */
export interface AgreementWithPeople {
  observer: string;
  lines: AgreementLine[];
  /** Correlation over items of the model with the mean of all listeners. */
  itemCorrelation: Estimate;
  itemCorrelationWithinStage: Estimate;
}

/** Which of two models agrees with people more. */
export interface ModelComparison {
  first: string;
  second: string;
  measure: AgreementMeasure;
  level: string;
  /** First minus second. */
  difference: TestedEstimate;
  note: string;
}

/** Work of a bootstrap: resamples × answers × observers. */
const work = 2e7;

/** Share of resamples in which a statistic must be defined for an interval. */
const leastDefined = 0.95;

/**
 * Agreement of each model with people and of people with one another, with intervals over listeners and sources, and of
 * the models against one another.
 *
 * @param table - The trials.
 * @param items - The curve's items.
 * @param options - All models, generator, resamples of each kind (fewer, at least 100, for many answers).
 * @returns One entry a model; without any that answered, one of people alone, its observer empty.
 */
export function agreementWithPeople(
  table: TrialTable,
  items: Items,
  { models, random, resamples }: { models: readonly ModelScores[]; random: Random; resamples: number },
): { agreement: AgreementWithPeople[]; comparisons: ModelComparison[] } {
  const answering = answeringModels(items, models);
  const observers = answering.map(({ observer }) => observer);
  const answers = answersOfItems(items, answering, { kind: 'answers', table });
  const pairs = pairsOf(observers, items.key.metamerModel);
  const { statistics, scales, places } = agreementStatistics(answers, pairs, random);
  const afford = Math.floor(work / (items.rows.length * Math.max(1, observers.length)));
  const estimates = twoFactorBootstrap(answers, statistics, {
    random,
    resamples: Math.max(100, Math.min(resamples, afford)),
    scales,
  });
  const rare = rareAnswers(answers);
  return {
    agreement: agreementOf(observers, { answers, estimates, places, rare }),
    comparisons: comparisonsOf(
      pairs.map(([a, b]) => ({ first: observers[a]!, second: observers[b]!, indices: [a, b] })),
      { answers, estimates, places, rare },
    ),
  };
}

interface Found {
  answers: AgreementAnswers;
  estimates: readonly TwoFactorEstimate[];
  places: readonly AgreementPlace[];
  rare: Rareness;
}

/** Of many models, each is held against the one that made the metamers alone. */
function pairsOf(observers: readonly string[], made: string): [number, number][] {
  const all = observers.flatMap((_, i) =>
    observers.slice(i + 1).map((_second, k): [number, number] => [i, i + 1 + k]),
  );
  if (observers.length <= fewModels) return all;
  const main = Math.max(0, observers.indexOf(made));
  return observers.flatMap((_, i): [number, number][] => (i === main ? [] : [[main, i]]));
}

function agreementOf(
  observers: readonly string[],
  { answers, estimates, places, rare }: Found,
): AgreementWithPeople[] {
  const withPeople = places.filter(({ measure }) => !isOfModelsAlone(measure));
  const lines = (observers.length > 0 ? observers : ['']).map((observer, m) =>
    withPeople.map((place): AgreementLine => {
      const notes = notesOf(place, rare, answers);
      const [human, model, difference] = [place.human, place.models[m], place.differences[m]].map((at) =>
        at === undefined ? undefined : estimates[at]!,
      );
      const note = [notes.human, ...(observer ? [notes.models[m]!] : [])].filter(Boolean).join('; ');
      return {
        observer,
        measure: place.measure,
        level: place.level,
        human: estimateOf(human, notes.human),
        model: estimateOf(model, notes.models[m] ?? ''),
        difference: testedOf(difference, note),
        note: note || undefinedNote(difference ?? human),
      };
    }),
  );
  adjustInPlace(lines.flat());
  const alone = (measure: AgreementMeasure, m: number) => {
    const place = places.find((own) => own.measure === measure)!.models[m];
    return estimateOf(place === undefined ? undefined : estimates[place], '');
  };
  return lines.map((own, m) => ({
    observer: observers[m] ?? '',
    lines: own,
    itemCorrelation: alone(agreementMeasures.itemCorrelation, m),
    itemCorrelationWithinStage: alone(agreementMeasures.itemCorrelationWithinStage, m),
  }));
}

function comparisonsOf(
  pairs: readonly { first: string; second: string; indices: readonly number[] }[],
  { answers, estimates, places, rare }: Found,
): ModelComparison[] {
  const comparisons = places.flatMap((place) =>
    pairs.map(({ first, second, indices }, p): ModelComparison => {
      const notes = notesOf(place, rare, answers);
      const human = isOfModelsAlone(place.measure) ? '' : notes.human;
      const note = [human, ...indices.map((m) => notes.models[m]!)].filter(Boolean).join('; ');
      const estimate = estimates[place.pairs[p]!]!;
      return {
        first,
        second,
        measure: place.measure,
        level: place.level,
        difference: testedOf(estimate, note),
        note: note || undefinedNote(estimate),
      };
    }),
  );
  adjustInPlace(comparisons);
  return comparisons;
}

const isOfModelsAlone = (measure: AgreementMeasure) =>
  measure === agreementMeasures.itemCorrelation || measure === agreementMeasures.itemCorrelationWithinStage;

function estimateOf(found: TwoFactorEstimate | undefined, note: string): Estimate {
  if (!found) return { estimate: Number.NaN, interval: noInterval };
  return { estimate: found.estimate, interval: isKept(found, note) ? found.interval : noInterval };
}

function isKept({ defined }: TwoFactorEstimate, note: string): boolean {
  return note === '' && defined >= leastDefined;
}

function testedOf(found: TwoFactorEstimate | undefined, note: string): TestedEstimate {
  const p = found && isKept(found, note) ? found.pOfZero : Number.NaN;
  return { ...estimateOf(found, note), p, pHolm: Number.NaN };
}

function undefinedNote(found: TwoFactorEstimate | undefined): string {
  if (!found || Number.isNaN(found.estimate) || found.defined >= leastDefined) return '';
  return `undefined in ${(100 * (1 - found.defined)).toFixed(0)} % of resamples: no interval`;
}

/** Adjusts p over all lines of a measure: those of its levels, or those of all levels together. */
function adjustInPlace(
  lines: readonly { measure: string; level: string; difference: TestedEstimate }[],
): void {
  const family = (line: (typeof lines)[number]) => `${line.measure} ${line.level === 'all'}`;
  for (const name of new Set(lines.map(family))) {
    const own = lines.filter((line) => family(line) === name);
    const adjusted = holmAdjusted(own.map(({ difference }) => difference.p));
    own.forEach(({ difference }, k) => {
      difference.pHolm = adjusted[k]!;
    });
  }
}

/** κ of a level needs right and wrong answers; of all levels, a mean over those where it is defined, it does without. */
function notesOf({ measure, level }: AgreementPlace, rare: Rareness, { levels, models }: AgreementAnswers) {
  const k = levels.indexOf(level);
  return measure === agreementMeasures.kappa && k >= 0
    ? rare[k]!
    : { human: '', models: models.map(() => '') };
}
