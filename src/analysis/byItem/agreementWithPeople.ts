import type { Random } from '../../base/random.ts';
import { type TwoFactorEstimate, twoFactorBootstrap } from '../../statistics/estimates/twoFactorBootstrap.ts';
import { type ModelScores, modelScore, type ScoreKind } from '../trials/stimuli.ts';
import { type AgreementAnswers, agreementStatistics, type Triple } from './agreement.ts';
import type { Items } from './items.ts';

/** One measure of agreement: humans with one another, the model with humans, and the difference. */
export interface AgreementLine {
  observer: string;
  /** `κ` (error consistency), or `r with the other listeners` over all sounds or within stages. */
  measure: string;
  /** A level, or `all`. */
  level: string;
  human: Estimate;
  model: Estimate;
  /** Model minus human: below 0, the model agrees with people less than people do. */
  difference: Estimate;
  /** Why there is no interval; empty where there is one. */
  note: string;
}

/** An estimate with its 95 % interval for new listeners and new sounds. */
export type Estimate = Pick<TwoFactorEstimate, 'estimate' | 'interval'>;

/** A model's agreement with people, beside people's with one another. */
export interface AgreementWithPeople {
  observer: string;
  lines: AgreementLine[];
  /** Correlation over items of the model with the mean of all listeners. */
  itemCorrelation: Estimate;
  itemCorrelationWithinStage: Estimate;
}

/** Right and wrong answers that an interval of κ needs at a level: of a model, and of all listeners. */
const least = { model: 5, human: 10 };

/** Work of a bootstrap: resamples × answers. */
const work = 2e7;

/**
 * Agreement of each model with people and of people with one another, with intervals over listeners and sources.
 *
 * @param items - The curve's items.
 * @param options - Models that answered, generator, resamples of each kind (fewer, at least 100, for many answers).
 * @returns One entry a model; without any, one of people alone, its observer empty.
 */
export function agreementWithPeople(
  items: Items,
  { models, random, resamples }: { models: readonly ModelScores[]; random: Random; resamples: number },
): AgreementWithPeople[] {
  const answering = models.filter((scores) => items.stimulus.some((sound) => scores.trials[sound]! > 0));
  const observers = answering.length > 0 ? answering : [null];
  const afford = Math.floor(work / (items.rows.length * observers.length));
  return observers.map((scores) => {
    const observer = scores?.observer ?? '';
    const answers = agreementAnswers(items, scores, 'answers');
    const { statistics, scales, places } = agreementStatistics(answers);
    const size = { listeners: answers.listeners, sources: answers.sources };
    const drawn = Math.max(100, Math.min(resamples, afford));
    const estimates = twoFactorBootstrap(size, statistics, { random, resamples: drawn, scales });
    const at = (place: number): Estimate => {
      const { estimate, interval } = estimates[place]!;
      return { estimate, interval };
    };
    const line = (measure: string, level: string, triple: Triple, notes = noNotes): AgreementLine => {
      const note = [notes.human, notes.model].filter(Boolean).join('; ');
      return {
        observer,
        measure,
        level,
        human: notes.human ? without(at(triple.human)) : at(triple.human),
        model: notes.model ? without(at(triple.model)) : at(triple.model),
        difference: note ? without(at(triple.difference)) : at(triple.difference),
        note,
      };
    };
    return {
      observer,
      lines: [
        ...items.levels.map((level, k) => line('κ', level, places.kappa[k]!, notesOf(answers, k))),
        line('κ', 'all', places.meanKappa),
        line('r with the other listeners', 'all', places.correlation),
        line('r with the other listeners, within stages', 'all', places.correlationWithinStage),
      ],
      itemCorrelation: at(places.itemCorrelation),
      itemCorrelationWithinStage: at(places.itemCorrelationWithinStage),
    };
  });
}

function without({ estimate }: Estimate): Estimate {
  return { estimate, interval: { low: Number.NaN, high: Number.NaN } };
}

const noNotes = { human: '', model: '' };

/** Counts of right and wrong answers too small for an interval. */
function notesOf(answers: AgreementAnswers, level: number): typeof noNotes {
  let [right, wrong] = [0, 0];
  answers.item.forEach((item, row) => {
    if (answers.level[item] !== level) return;
    right += answers.correct[row]!;
    wrong += 1 - answers.correct[row]!;
  });
  let [rightOfModel, wrongOfModel] = [0, 0];
  answers.score.forEach((score, item) => {
    if (answers.level[item] !== level || Number.isNaN(score)) return;
    rightOfModel += score;
    wrongOfModel += 1 - score;
  });
  return {
    human: rareNote('people were', right, wrong, least.human),
    model: rareNote('the model was', rightOfModel, wrongOfModel, least.model),
  };
}

function rareNote(who: string, right: number, wrong: number, needed: number): string {
  const rare = Math.min(right, wrong);
  if (rare >= needed) return '';
  return `${who} ${right < wrong ? 'right' : 'wrong'} ${rare} time${rare === 1 ? '' : 's'}: too few for an interval`;
}

/**
 * Answers of humans to the sounds of a curve, and one model's scores of them.
 *
 * @param scores - The model's; null for people alone.
 * @param kind - What the model's scores are made of.
 */
export function agreementAnswers(
  items: Items,
  scores: ModelScores | null,
  kind: ScoreKind,
): AgreementAnswers {
  const codes = new Map<number, number>();
  const listener = items.answers.listener.map((code) => {
    if (!codes.has(code)) codes.set(code, codes.size);
    return codes.get(code)!;
  });
  return {
    listener,
    item: items.answers.item,
    correct: items.answers.share,
    listeners: codes.size,
    source: items.source,
    level: items.level,
    sources: items.sources,
    levels: items.levels.length,
    score: Float64Array.from(items.stimulus, (sound) =>
      scores ? modelScore(scores, sound, kind) : Number.NaN,
    ),
  };
}
