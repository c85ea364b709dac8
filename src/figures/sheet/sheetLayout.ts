import { basename, extname } from 'node:path';
import { groupedBy } from '../../base/groups.ts';
import { orderStages, stagePlace } from '../../records/stageOrder.ts';
import type { BatchRun } from './batchRuns.ts';

/** One reference sound, a row of the contact sheet. */
export interface SheetRow {
  /** The sound's name, or its path where several have that name. */
  title: string;
  runs: readonly BatchRun[];
}

/** What a contact sheet shows where. */
export interface SheetLayout {
  rows: readonly SheetRow[];
  /** Titles of the columns, in the models' order of stages. */
  columns: readonly string[];
  columnOf: ReadonlyMap<BatchRun, string>;
}

/** Orders of a contact sheet's rows: by name, or the worst run of a sound first. */
export const sheetOrders = ['name', 'failed', 'spearman', 'pearson', 'snr'] as const;

/** One of {@link sheetOrders}. */
export type SheetOrder = (typeof sheetOrders)[number];

/**
 * Lays out a contact sheet: a row a sound, a column a stage, the runs' models, methods and seeds apart where they differ.
 *
 * @param runs - All finished runs.
 * @param order - Of the rows.
 */
export function layOutSheet(runs: readonly BatchRun[], order: SheetOrder = 'name'): SheetLayout {
  const columnOf = columnTitles(runs);
  const stages = stagesInOrder(runs);
  const placeOf = new Map(runs.map((run) => [columnOf.get(run)!, stages.indexOf(run.record.stage)]));
  const columns = [...placeOf.keys()].sort(
    (a, b) => placeOf.get(a)! - placeOf.get(b)! || a.localeCompare(b, 'en', { numeric: true }),
  );
  return { rows: sorted(rowsOf(runs), order), columns, columnOf };
}

/** What tells runs of one stage apart; named only where it differs. */
const distinctions: ((run: BatchRun) => string)[] = [
  ({ record }) => record.model,
  ({ record }) => record.preset,
  ({ record }) => `${record.stepLimit} steps`,
  ({ record }) => `seed ${record.seed}`,
];

function columnTitles(runs: readonly BatchRun[]): Map<BatchRun, string> {
  const telling = distinctions.filter((distinction) => new Set(runs.map(distinction)).size > 1);
  return new Map(
    runs.map((run) => [
      run,
      [run.record.stage, ...telling.map((distinction) => distinction(run))].join(', '),
    ]),
  );
}

function stagesInOrder(runs: readonly BatchRun[]): string[] {
  const recorded = new Map<string, number>();
  for (const { record } of runs) {
    const place = stagePlace(record.stageOrder, record.stage);
    if (place !== null) recorded.set(record.stage, place);
  }
  return orderStages([...new Set(runs.map(({ record }) => record.stage))], { recorded }).stages;
}

/** Sounds are told apart by their samples, whatever their files are called. */
function rowsOf(runs: readonly BatchRun[]): SheetRow[] {
  const sounds = [...groupedBy(runs, ({ record }) => record.soundHash).values()].map((own) => {
    const { sound } = own[0]!.record;
    return { name: basename(sound, extname(sound)), sound, runs: own };
  });
  return sounds.map(({ name, sound, runs: own }) => {
    const isAlone = sounds.filter((other) => other.name === name).length === 1;
    return { title: isAlone ? name : sound, runs: own };
  });
}

/** What each order sorts by; the smallest come first. Numbers that are not finite are null in JSON: the worst. */
export const sheetRanks: Readonly<Record<Exclude<SheetOrder, 'name'>, (row: SheetRow) => number>> = {
  failed: ({ runs }) => -runs.filter(({ record }) => !record.criteria.passed).length,
  spearman: ({ runs }) => Math.min(...runs.map(({ record }) => record.criteria.spearman ?? -1)),
  pearson: ({ runs }) => Math.min(...runs.map(({ record }) => record.criteria.pearson ?? -1)),
  snr: ({ runs }) => Math.min(...runs.map(({ record }) => record.criteria.snrDb ?? -1e9)),
};

function sorted(rows: readonly SheetRow[], order: SheetOrder): SheetRow[] {
  const byName = (a: SheetRow, b: SheetRow) => a.title.localeCompare(b.title, 'en', { numeric: true });
  const rank = order === 'name' ? () => 0 : sheetRanks[order];
  return [...rows].sort((a, b) => rank(a) - rank(b) || byName(a, b));
}
