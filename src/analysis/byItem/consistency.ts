import type { Random } from '../../base/random.ts';
import { holmAdjusted } from '../../statistics/estimates/contrasts.ts';
import { mean } from '../../statistics/estimates/descriptive.ts';
import { type Interval, noInterval } from '../../statistics/estimates/proportion.ts';
import { type ModelScores, modelScore, shareCorrect } from '../trials/stimuli.ts';
import type { AgreementWithPeople } from './agreement/agreementWithPeople.ts';
import { answeringModels } from './answeringModels.ts';
import {
  addAnswersInto,
  addCountsInto,
  countsWithScore,
  type ErrorConsistency,
  errorConsistency,
  type JointCounts,
  noAnswers,
  noCounts,
  pairCounts,
} from './errorConsistency.ts';
import type { Items } from './items.ts';
import {
  type KappaUncertainty,
  kappaOverSounds,
  pOfIndependentModel,
  pOfIndependentPeople,
} from './kappaUncertainty.ts';

/** Error consistency at one level, with its uncertainty. */
export interface LevelConsistency extends ErrorConsistency, KappaUncertainty {
  first: string;
  second: string;
  level: string;
  /** Items that both heard. */
  items: number;
  /** 95 %, for new listeners and new sounds; NaN where right or wrong answers are too few. */
  interval: Interval;
  /** `pIndependent` adjusted by Holm over the levels of this pair. */
  pIndependentHolm: number;
  /** κ of each participant with the model, or with the mean of the other listeners, averaged over those for whom it is defined. */
  participantMeanKappa: number;
  participantsDefined: number;
}

/** Error consistency of a pair of observers: each level, and its mean over levels where it is defined. */
export interface PairConsistency {
  first: string;
  second: string;
  levels: LevelConsistency[];
  meanKappa: number;
  /** Levels at which κ is undefined, so that the mean leaves them out. */
  undefinedLevels: string[];
}

/**
 * Error consistency of humans with each model on the same trials, and of humans with other humans as the ceiling.
 *
 * Human–human counts are those of all pairs of participants who heard the same sound.
 *
 * @param items - The curve's items.
 * @param models - The models' answers.
 * @param options - The intervals of κ, and a generator.
 * @returns `human`–`human` first, then `human`–model.
 */
export function consistencyOf(
  items: Items,
  models: readonly ModelScores[],
  { agreement, random }: { agreement: readonly AgreementWithPeople[]; random: Random },
): PairConsistency[] {
  const pairs = [
    {
      second: 'human',
      scores: null,
      countsOf: (item: number) => humanPairCounts(items, item),
    },
    ...answeringModels(items, models).map((scores) => ({
      second: scores.observer,
      scores,
      countsOf: (item: number) => humanModelCounts(items, item, scores),
    })),
  ];
  return pairs.map(({ second, scores, countsOf }) => {
    const own = participantKappas(items, scores);
    const lines = items.levels.map((name, level) => {
      const { result, counts } = levelConsistency(items, level, countsOf);
      return {
        ...{ first: 'human', second, level: name, items: counts.length, ...result, ...own[level]! },
        interval: intervalOf(agreement, second, name),
        soundsInterval: kappaOverSounds(counts, random),
        pIndependent: scores
          ? pOfIndependentModel(soundsOf(items, level, scores), random)
          : pOfIndependentPeople(items, level, random),
      };
    });
    const adjusted = holmAdjusted(lines.map(({ pIndependent }) => pIndependent));
    const levels = lines.map((line, k) => ({ ...line, pIndependentHolm: adjusted[k]! }));
    const kappas = levels.map(({ kappa }) => kappa).filter((kappa) => !Number.isNaN(kappa));
    return {
      first: 'human',
      second,
      levels,
      meanKappa: mean(kappas),
      undefinedLevels: levels.filter(({ kappa }) => Number.isNaN(kappa)).map(({ level }) => level),
    };
  });
}

function humanPairCounts({ answers: { firstOfItem, times, share } }: Items, item: number): JointCounts {
  const sums = noAnswers();
  for (let entry = firstOfItem[item]!; entry < firstOfItem[item + 1]!; entry++)
    addAnswersInto(sums, times[entry]!, times[entry]! * share[entry]!);
  return pairCounts(sums);
}

function humanModelCounts(
  { stimulus, trials, correct }: Items,
  item: number,
  scores: ModelScores,
): JointCounts {
  const score = modelScore(scores, stimulus[item]!, 'answers');
  if (Number.isNaN(score)) return noCounts();
  return countsWithScore(correct[item]!, trials[item]! - correct[item]!, score);
}

/** Mean over participants of κ with the model, by level. */
function participantKappas(
  items: Items,
  scores: ModelScores | null,
): { participantMeanKappa: number; participantsDefined: number }[] {
  const counts = items.levels.map(() => new Map<number, JointCounts>());
  const { listener, item: itemOf, share } = items.answers;
  listener.forEach((code, entry) => {
    const item = itemOf[entry]!;
    const sound = items.stimulus[item]!;
    const other = scores ? modelShare(scores, code, sound) : othersShare(items, entry);
    if (Number.isNaN(other)) return;
    const level = counts[items.level[item]!]!;
    const own = level.get(code) ?? noCounts();
    level.set(code, own);
    addCountsInto(own, countsWithScore(share[entry]!, 1 - share[entry]!, other));
  });
  return counts.map((level) => {
    const defined = [...level.values()]
      .map((own) => errorConsistency(own).kappa)
      .filter((kappa) => !Number.isNaN(kappa));
    return {
      participantMeanKappa: mean(defined),
      participantsDefined: defined.length,
    };
  });
}

const modelShare = (scores: ModelScores, participant: number, stimulus: number) =>
  scores.trials[stimulus]! > 0 ? shareCorrect(scores, participant, stimulus) : Number.NaN;

/** Share of the other listeners of the item who are right; NaN without any. */
function othersShare({ trials, correct, answers }: Items, entry: number): number {
  const item = answers.item[entry]!;
  return (correct[item]! - answers.share[entry]!) / (trials[item]! - 1);
}

function levelConsistency(
  items: Items,
  level: number,
  countsOf: (item: number) => JointCounts,
): { result: ErrorConsistency; counts: JointCounts[] } {
  const counts = [...items.stimulus.keys()]
    .filter((item) => items.level[item] === level)
    .map(countsOf)
    .filter((own) => own.bothRight + own.onlyFirst + own.onlySecond + own.bothWrong > 0);
  return {
    result: errorConsistency(counts.reduce((sum, own) => addCountsInto(sum, own), noCounts())),
    counts,
  };
}

/** What people and a model made of the sounds of a level that both heard. */
function soundsOf(items: Items, level: number, scores: ModelScores) {
  return [...items.stimulus.keys()].flatMap((item) => {
    const score = modelScore(scores, items.stimulus[item]!, 'answers');
    if (items.level[item] !== level || Number.isNaN(score)) return [];
    return [{ trials: items.trials[item]!, correct: items.correct[item]!, score }];
  });
}

function intervalOf(agreement: readonly AgreementWithPeople[], second: string, level: string): Interval {
  const own = second === 'human' ? agreement[0] : agreement.find(({ observer }) => observer === second);
  const line = own?.lines.find((entry) => entry.measure === 'κ' && entry.level === level);
  const estimate = second === 'human' ? line?.human : line?.model;
  return estimate?.interval ?? noInterval;
}
