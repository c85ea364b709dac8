import { counted } from '../../../base/inWords.ts';
import type { AgreementAnswers } from './agreementAnswers.ts';

/**
 * Right and wrong answers that an interval of κ needs at a level, of a model and of all listeners: so many and this share, or
 * enough of them. In simulated studies of 30 listeners and 60 sources with fewer, 95 % intervals covered 58 to 92 %.
 */
const needed = { model: { least: 5, enough: 20 }, human: { least: 10, enough: 100 } };
const leastShare = 0.12;

/** Of each level: why κ of humans, and of each model, has no interval; empty where it has one. */
export type Rareness = { human: string; models: string[] }[];

/**
 * Counts right and wrong answers that are too few for an interval of κ.
 *
 * @param answers - One row a listener and item, in order of items.
 * @returns Notes by level.
 */
export function rareAnswers(answers: AgreementAnswers): Rareness {
  const { item, correct, level, models } = answers;
  return answers.levels.map((_, wanted) => {
    const human = countOf(item, (row) => (level[item[row]!] === wanted ? correct[row]! : Number.NaN));
    return {
      human: rareNote('people were', human, needed.human),
      models: models.map((score) => {
        const own = countOf(score, (at) => (level[at] === wanted ? score[at]! : Number.NaN));
        return rareNote('the model was', own, needed.model);
      }),
    };
  });
}

function countOf(values: ArrayLike<number>, shareAt: (index: number) => number) {
  let [right, wrong] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const share = shareAt(i);
    if (Number.isNaN(share)) continue;
    right += share;
    wrong += 1 - share;
  }
  return { right, wrong };
}

function rareNote(
  who: string,
  { right, wrong }: { right: number; wrong: number },
  { least, enough }: { least: number; enough: number },
): string {
  const rare = Math.min(right, wrong);
  if (rare >= enough || (rare >= least && rare >= leastShare * (right + wrong))) return '';
  return `${who} ${right < wrong ? 'right' : 'wrong'} ${counted(rare, 'time')}: too few for an interval`;
}
