import type { AgreementAnswers } from '../../../../src/analysis/byItem/agreement/agreementAnswers.ts';
import type { CurveAnswers } from '../../../../src/analysis/byStage/curveAnswers.ts';
import type { Random } from '../../../../src/base/random.ts';

/** Wrong answers of this share are a source's foil, the same for all observers. */
const foilShare = 0.4;

/**
 * Answers of humans and one model for the measures of agreement. Each source is a target of its own; a wrong answer is its
 * foil or any other target.
 *
 * @param answers - Who was right, each listener once a source.
 * @param random - Draws the wrong answers.
 */
export function agreementOf(answers: CurveAnswers, random: Random): AgreementAnswers {
  const stages = answers.levels.length;
  const items = answers.sources * stages;
  const itemOf = (i: number) => answers.source[i]! * stages + answers.level[i]!;
  const given = Int32Array.from(answers.right, (right, i) => {
    const target = answers.source[i]!;
    if (right === 1) return target;
    const step = random.uniform() < foilShare ? 1 : 2 + random.integer(answers.sources - 2);
    return (target + step) % answers.sources;
  });
  const human = [...answers.right.keys()].filter((i) => answers.observer[i] === 0);
  human.sort((a, b) => itemOf(a) - itemOf(b));
  const score = new Float64Array(items).fill(Number.NaN);
  const ofModel = new Int32Array(items).fill(-1);
  answers.right.forEach((right, i) => {
    if (answers.observer[i] !== 1) return;
    score[itemOf(i)] = right;
    ofModel[itemOf(i)] = given[i]!;
  });
  const kinds = new Map<number, number>();
  const keyOf = (item: number, answer: number) => item * answers.sources + answer;
  for (const i of human) {
    const key = keyOf(itemOf(i), given[i]!);
    if (!kinds.has(key)) kinds.set(key, kinds.size);
  }
  const keys = [...kinds.keys()];
  const ones = new Float64Array(human.length).fill(1);
  return {
    listener: Int32Array.from(human, (i) => answers.listener[i]!),
    item: Int32Array.from(human, itemOf),
    correct: Float64Array.from(human, (i) => answers.right[i]!),
    times: new Int32Array(human.length).fill(1),
    listeners: answers.listeners,
    source: Int32Array.from({ length: items }, (_, item) => Math.floor(item / stages)),
    level: Int32Array.from({ length: items }, (_, item) => item % stages),
    sources: answers.sources,
    levels: answers.levels,
    models: [score],
    responses: {
      row: Int32Array.from(human.keys()),
      share: ones,
      kind: Int32Array.from(human, (i) => kinds.get(keyOf(itemOf(i), given[i]!))!),
      item: Int32Array.from(keys, (key) => Math.floor(key / answers.sources)),
      answer: Int32Array.from(keys, (key) => key % answers.sources),
      answers: answers.sources,
      answered: ones,
      wrong: Float64Array.from(human, (i) => 1 - answers.right[i]!),
      target: Int32Array.from({ length: items }, (_, item) => Math.floor(item / stages)),
      models: [{ answer: ofModel, kind: ofModel.map((code, item) => kinds.get(keyOf(item, code)) ?? -1) }],
    },
  };
}
