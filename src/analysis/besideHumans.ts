import {
  compareWithHumans,
  type HumanComparison,
  type ModelCell,
} from '../records/humans/compareWithHumans.ts';
import type { HumansInNoise } from '../records/humans/readHumans.ts';
import { nameAt, type TrialTable } from '../records/trialTable.ts';

/** One observer's recognition in noise beside that of people of another study. */
export interface BesideHumans extends HumanComparison {
  task: string;
  observer: string;
}

/**
 * Holds every observer's recognition of sounds in noise against people of another study.
 *
 * @param table - The trials.
 * @param humanRows - Rows of humans to use (1) or not (0); all rows of models are used.
 * @param humans - The other study's people.
 * @returns One entry a task and observer with at least three cells in common.
 */
export function besideHumans(
  table: TrialTable,
  humanRows: Uint8Array,
  humans: HumansInNoise,
): BesideHumans[] {
  const observers = new Map<string, { task: string; observer: string; cells: Map<string, ModelCell> }>();
  const human = table.observer.names.indexOf('human');
  for (let row = 0; row < table.count; row++) {
    if (table.observer.codes[row] === human && !humanRows[row]) continue;
    const task = nameAt(table.task, row);
    const observer = nameAt(table.observer, row);
    const own = observers.get(`${task}\n${observer}`) ?? { task, observer, cells: new Map() };
    observers.set(`${task}\n${observer}`, own);
    addTrialInto(own.cells, table, row);
  }
  return [...observers.values()]
    .map(({ task, observer, cells }) => ({
      task,
      observer,
      ...compareWithHumans(humans, [...cells.values()]),
    }))
    .filter(({ cells }) => cells >= 3);
}

/** Metamers are left out; what has no noise counts as clean. */
function addTrialInto(cells: Map<string, ModelCell>, table: TrialTable, row: number): void {
  if (nameAt(table.stage, row) !== '') return;
  const snrDb = Number.isNaN(table.snrDb[row]!) ? Number.POSITIVE_INFINITY : table.snrDb[row]!;
  const background = nameAt(table.background, row);
  const key = `${background}\n${snrDb}`;
  const cell = cells.get(key) ?? { background, snrDb, correct: 0, trials: 0 };
  cells.set(key, cell);
  cell.trials += 1;
  cell.correct += table.correct[row]!;
}
