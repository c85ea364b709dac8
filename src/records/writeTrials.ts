import { type Cell, csvText } from '../base/writeCsv.ts';
import { type TrialRecord, trialColumns, trialFieldList } from './trialRecord.ts';

/**
 * Records as the text of `trials.csv`.
 *
 * @param records - The records, in the order of the rows.
 * @returns The file's text.
 */
export function trialsCsv(records: Iterable<TrialRecord>): string {
  return csvText(trialColumns, Array.from(records, trialCells));
}

/**
 * A record as the cells of its row.
 *
 * @param trial - The record.
 * @returns One cell a column, in the order of `trialColumns`.
 */
export function trialCells(trial: TrialRecord): Cell[] {
  return trialFieldList.map(([field, { kind }]) => {
    const value = trial[field];
    if (kind === 'milliseconds') return value === null ? null : Math.round(10 * (value as number)) / 10;
    if (kind === 'probability') return value === null ? null : Number((value as number).toPrecision(6));
    return typeof value === 'object' && value !== null ? value.join(';') : value;
  });
}
