import { orderStages } from '../../records/stageOrder.ts';
import { nameAt, type TrialTable } from '../../records/trialTable.ts';
import { type CurveKey, naturalLevel, rowsOfCurve } from '../byStage/recognition.ts';
import type { Stimuli } from '../trials/stimuli.ts';
import { type ListenerAnswers, listenerAnswers } from './listenerAnswers.ts';

/** The sounds of one curve with how many listeners answered and were right. */
export interface Items {
  key: CurveKey;
  levels: readonly string[];
  /** Stimulus number of each item. */
  stimulus: Int32Array;
  /** A row of each item, to look its target up. */
  targetRow: Int32Array;
  /** Level of each item, an index into `levels`. */
  level: Int32Array;
  /** Source of each item, numbered from 0. */
  source: Int32Array;
  sources: number;
  /** Different listeners of each item. */
  trials: Float64Array;
  /** Sum over them of their shares of right answers: 0 or 1 for each who heard it once. */
  correct: Float64Array;
  answers: ListenerAnswers;
  /** Human rows of the curve and the item of each. */
  rows: Int32Array;
  itemOfRow: Int32Array;
}

/**
 * Gathers human answers by item (source × condition) of a curve.
 *
 * @param table - The trials.
 * @param rows - Rows of humans to use (1) or not (0).
 * @param options - The curve, the stimuli and the stages' order.
 * @returns The items in order of first appearance.
 */
export function gatherItems(
  table: TrialTable,
  rows: Uint8Array,
  { key, stimuli, stageOrder }: { key: CurveKey; stimuli: Stimuli; stageOrder?: readonly string[] },
): Items {
  const used = rowsOfCurve(table, rows, key);
  const itemOf = new Int32Array(stimuli.count).fill(-1);
  const sourceOf = new Int32Array(table.source.names.length).fill(-1);
  const stimulus: number[] = [];
  const targetRow: number[] = [];
  const source: number[] = [];
  const stage: string[] = [];
  const itemOfRow = new Int32Array(used.length);
  let sources = 0;
  used.forEach((row, position) => {
    const sound = stimuli.ofRow[row]!;
    let item = itemOf[sound]!;
    if (item < 0) {
      item = stimulus.length;
      itemOf[sound] = item;
      const code = table.source.codes[row]!;
      if (sourceOf[code]! < 0) sourceOf[code] = sources++;
      stimulus.push(sound);
      targetRow.push(row);
      source.push(sourceOf[code]!);
      stage.push(nameAt(table.stage, row) || naturalLevel);
    }
    itemOfRow[position] = item;
  });
  const { stages } = orderStages(
    [...new Set(stage)].filter((name) => name !== naturalLevel),
    { stated: stageOrder, recorded: table.stagePlaces.get(key.metamerModel) },
  );
  const levels = stage.includes(naturalLevel) ? [naturalLevel, ...stages] : stages;
  const answers = listenerAnswers(
    {
      item: itemOfRow,
      listener: used.map((row) => table.participant.codes[row]!),
      correct: Uint8Array.from(used, (row) => table.correct[row]!),
    },
    stimulus.length,
    table.participant.names.length,
  );
  return {
    key,
    levels,
    stimulus: Int32Array.from(stimulus),
    targetRow: Int32Array.from(targetRow),
    level: Int32Array.from(stage, (name) => levels.indexOf(name)),
    source: Int32Array.from(source),
    sources,
    ...countsOf(answers),
    answers,
    rows: used,
    itemOfRow,
  };
}

function countsOf({ firstOfItem, share }: ListenerAnswers): { trials: Float64Array; correct: Float64Array } {
  const items = firstOfItem.length - 1;
  const trials = new Float64Array(items);
  const correct = new Float64Array(items);
  for (let item = 0; item < items; item++) {
    trials[item] = firstOfItem[item + 1]! - firstOfItem[item]!;
    for (let entry = firstOfItem[item]!; entry < firstOfItem[item + 1]!; entry++)
      correct[item]! += share[entry]!;
  }
  return { trials, correct };
}
