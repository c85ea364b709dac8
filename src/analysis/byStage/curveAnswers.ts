import { numberOf } from '../../base/groups.ts';
import type { TrialTable } from '../../records/trialTable.ts';
import type { Items } from '../byItem/items.ts';
import type { ModelScores } from '../trials/stimuli.ts';

/** Single answers to the sounds of one curve: humans' trials, then one answer of a model to each sound. */
export interface CurveAnswers {
  levels: readonly string[];
  /** Listener of each answer, numbered from 0; −1 for the model's. */
  listener: Int32Array;
  source: Int32Array;
  level: Int32Array;
  /** 0 human, 1 model. */
  observer: Int32Array;
  /** Right (1) or wrong (0); a share where a model's records of one sound differ. */
  right: Float64Array;
  listeners: number;
  sources: number;
}

/**
 * Gathers the answers of humans and of one model to the sounds that the humans heard.
 *
 * @param table - The trials.
 * @param items - The curve's items.
 * @param scores - The model's answers; null for humans alone.
 * @returns The answers at the levels that all of the observers have.
 */
export function curveAnswers(table: TrialTable, items: Items, scores: ModelScores | null): CurveAnswers {
  const answered = (item: number) => scores !== null && scores.trials[items.stimulus[item]!]! > 0;
  const itemsOfModel = [...items.stimulus.keys()].filter(answered);
  const kept = items.levels.filter(
    (_, level) => scores === null || itemsOfModel.some((item) => items.level[item] === level),
  );
  const place = items.levels.map((name) => kept.indexOf(name));
  const levelOf = (item: number) => place[items.level[item]!]!;
  const positions = Int32Array.from(items.rows.keys()).filter((i) => levelOf(items.itemOfRow[i]!) >= 0);
  const codes = new Map<number, number>();
  const listenerOf = (row: number) => numberOf(codes, table.participant.codes[row]!);
  const humans = positions.length;
  const itemOfAnswer = new Int32Array(humans + itemsOfModel.length);
  itemOfAnswer.set(positions.map((i) => items.itemOfRow[i]!));
  itemOfAnswer.set(itemsOfModel, humans);
  return {
    levels: kept,
    listener: itemOfAnswer.map((_, k) => (k < humans ? listenerOf(items.rows[positions[k]!]!) : -1)),
    source: itemOfAnswer.map((item) => items.source[item]!),
    level: itemOfAnswer.map(levelOf),
    observer: itemOfAnswer.map((_, k) => Number(k >= humans)),
    right: Float64Array.from(itemOfAnswer, (item, k) => {
      if (k < humans) return table.correct[items.rows[positions[k]!]!]!;
      const sound = items.stimulus[item]!;
      return scores!.correct[sound]! / scores!.trials[sound]!;
    }),
    listeners: codes.size,
    sources: new Set(itemOfAnswer.map((item) => items.source[item]!)).size,
  };
}
