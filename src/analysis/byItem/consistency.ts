import type { Random } from '../../base/random.ts';
import { holmAdjusted } from '../../statistics/estimates/contrasts.ts';
import type { Interval } from '../../statistics/estimates/proportion.ts';
import { type ModelScores, shareCorrect } from '../trials/stimuli.ts';
import type { AgreementWithPeople } from './agreement/agreementWithPeople.ts';
import { answeringModels } from './answeringModels.ts';
import {
  addCountsInto,
  type ErrorConsistency,
  errorConsistency,
  type JointCounts,
  noCounts,
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
    const defined = levels.filter(({ kappa }) => !Number.isNaN(kappa));
    return {
      first: 'human',
      second,
      levels,
      meanKappa: defined.reduce((sum, { kappa }) => sum + kappa, 0) / defined.length,
      undefinedLevels: levels.filter(({ kappa }) => Number.isNaN(kappa)).map(({ level }) => level),
    };
  });
}

/** All pairs of answers of two different people; which of a pair comes first is arbitrary, so both orders share. */
function humanPairCounts({ answers: { firstOfItem, times, share } }: Items, item: number): JointCounts {
  const sums = { all: 0, right: 0, wrong: 0 };
  const own = { all: 0, right: 0, wrong: 0 };
  for (let entry = firstOfItem[item]!; entry < firstOfItem[item + 1]!; entry++) {
    const all = times[entry]!;
    const right = all * share[entry]!;
    addInto(sums, { all, right, wrong: all - right });
    addInto(own, { all: all ** 2, right: right ** 2, wrong: (all - right) ** 2 });
  }
  const pairs = (key: keyof typeof sums) => (sums[key] ** 2 - own[key]) / 2;
  const split = (pairs('all') - pairs('right') - pairs('wrong')) / 2;
  return { bothRight: pairs('right'), onlyFirst: split, onlySecond: split, bothWrong: pairs('wrong') };
}

function addInto<Key extends string>(sums: Record<Key, number>, values: Record<Key, number>): void {
  for (const key of Object.keys(sums) as Key[]) sums[key] += values[key];
}

function humanModelCounts(items: Items, item: number, scores: ModelScores): JointCounts {
  const answers = scores.trials[items.stimulus[item]!]!;
  if (answers === 0) return noCounts();
  const right = scores.correct[items.stimulus[item]!]! / answers;
  const k = items.correct[item]!;
  const n = items.trials[item]!;
  return {
    bothRight: k * right,
    onlyFirst: k * (1 - right),
    onlySecond: (n - k) * right,
    bothWrong: (n - k) * (1 - right),
  };
}

/** Joint counts of one pair that are right with these probabilities, independently. */
function jointCounts(first: number, second: number): JointCounts {
  return {
    bothRight: first * second,
    onlyFirst: first * (1 - second),
    onlySecond: (1 - first) * second,
    bothWrong: (1 - first) * (1 - second),
  };
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
    addCountsInto(own, jointCounts(share[entry]!, other));
  });
  return counts.map((level) => {
    const defined = [...level.values()]
      .map((own) => errorConsistency(own).kappa)
      .filter((kappa) => !Number.isNaN(kappa));
    return {
      participantMeanKappa: defined.reduce((sum, kappa) => sum + kappa, 0) / defined.length,
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
  return { result: errorConsistency(counts.reduce(addCountsInto, noCounts())), counts };
}

/** What people and a model made of the sounds of a level that both heard. */
function soundsOf(items: Items, level: number, { trials, correct }: ModelScores) {
  return [...items.stimulus.keys()].flatMap((item) => {
    const sound = items.stimulus[item]!;
    if (items.level[item] !== level || trials[sound] === 0) return [];
    return [
      { trials: items.trials[item]!, correct: items.correct[item]!, score: correct[sound]! / trials[sound]! },
    ];
  });
}

function intervalOf(agreement: readonly AgreementWithPeople[], second: string, level: string): Interval {
  const own = second === 'human' ? agreement[0] : agreement.find(({ observer }) => observer === second);
  const line = own?.lines.find((entry) => entry.measure === 'κ' && entry.level === level);
  const estimate = second === 'human' ? line?.human : line?.model;
  return estimate?.interval ?? { low: Number.NaN, high: Number.NaN };
}
