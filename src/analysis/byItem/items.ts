import type { TrialTable } from '../../records/trialTable.ts';
import type { CurveKey } from '../byStage/recognition.ts';
import { naturalLevel, rowsOfCurve } from '../byStage/recognition.ts';
import { orderStages } from '../trials/stageOrder.ts';
import type { Stimuli } from '../trials/stimuli.ts';

/** The sounds of one curve with how many humans answered and were right. */
export interface Items {
  key: CurveKey;
  levels: readonly string[];
  /** Stimulus number of each item. */
  stimulus: Int32Array;
  /** Level of each item, an index into `levels`. */
  level: Int32Array;
  /** Source of each item, numbered from 0. */
  source: Int32Array;
  sources: number;
  trials: Float64Array;
  correct: Float64Array;
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
  const source: number[] = [];
  const stage: string[] = [];
  const trials: number[] = [];
  const correct: number[] = [];
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
      source.push(sourceOf[code]!);
      stage.push(table.stage.names[table.stage.codes[row]!]! || naturalLevel);
      trials.push(0);
      correct.push(0);
    }
    trials[item]! += 1;
    correct[item]! += table.correct[row]!;
    itemOfRow[position] = item;
  });
  const stages = orderStages(
    [...new Set(stage)].filter((name) => name !== naturalLevel),
    stageOrder,
  );
  const levels = stage.includes(naturalLevel) ? [naturalLevel, ...stages] : stages;
  return {
    key,
    levels,
    stimulus: Int32Array.from(stimulus),
    level: Int32Array.from(stage, (name) => levels.indexOf(name)),
    source: Int32Array.from(source),
    sources,
    trials: Float64Array.from(trials),
    correct: Float64Array.from(correct),
    rows: used,
    itemOfRow,
  };
}
