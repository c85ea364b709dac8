import { type Cell, csvText } from '../../base/writeCsv.ts';
import { stagePlace } from '../../records/stageOrder.ts';
import type { BatchRun, BatchRuns } from './batchRuns.ts';

/** A run as the table of a batch has it. */
export type SheetRecord = Record<string, Cell>;

const columns: Record<string, (run: BatchRun) => Cell | undefined> = {
  sound: ({ record }) => record.sound,
  stage: ({ record }) => record.stage,
  stage_index: ({ record }) => stagePlace(record.stageOrder, record.stage),
  model: ({ record }) => record.model,
  preset: ({ record }) => record.preset,
  seed: ({ record }) => record.seed,
  steps: ({ record }) => record.steps,
  passed: ({ record }) => record.criteria.passed,
  verdict: ({ record }) => record.criteria.verdict,
  heard_reference: ({ record }) => record.criteria.predictedClass?.reference,
  heard_metamer: ({ record }) => record.criteria.predictedClass?.metamer,
  spearman: ({ record }) => record.criteria.spearman,
  pearson: ({ record }) => record.criteria.pearson,
  snr_db: ({ record }) => record.criteria.snrDb,
  waveform_correlation: ({ record }) => record.difference?.waveformCorrelation,
  loss: ({ record }) => record.loss?.at(-1)?.[1],
  seconds: ({ record }) => record.seconds,
  peak_memory_mib: ({ record }) => record.peakMemoryMiB,
};

/**
 * The table of a batch: a line a run, those that were begun and not finished at the end.
 *
 * @param runs - All runs of the batch.
 * @returns Values by column; null where the record has none, SNR and losses that are infinite among them.
 */
export function sheetRecords({ finished, unfinished }: BatchRuns): SheetRecord[] {
  const empty = Object.fromEntries(Object.keys(columns).map((name) => [name, null]));
  return [
    ...finished.map((run) => ({
      run: run.path,
      state: 'finished',
      ...Object.fromEntries(Object.entries(columns).map(([name, of]) => [name, of(run) ?? null])),
    })),
    ...unfinished.map((path) => ({ run: path, state: 'unfinished', ...empty })),
  ];
}

/**
 * The table as CSV.
 *
 * @param records - Of {@link sheetRecords}.
 */
export function sheetCsv(records: readonly SheetRecord[]): string {
  const header = ['run', 'state', ...Object.keys(columns)];
  return csvText(
    header,
    records.map((record) => header.map((name) => record[name] ?? null)),
  );
}
