import type { RunRecord } from '../../records/runRecord.ts';
import type { ExitCode } from '../command.ts';
import { table } from './table.ts';

/**
 * Runs and their verdicts as a table.
 *
 * @param runs - Folder of each run.
 * @returns Text with a line a run.
 */
export function verdictTable(
  runs: readonly { folder: string }[],
  records: readonly Pick<RunRecord, 'criteria' | 'difference'>[],
): string {
  const rows = records.map(({ criteria, difference }, i) => [
    runs[i]!.folder,
    criteria.passed ? 'passed' : 'FAILED',
    criteria.predictedClass
      ? `${criteria.predictedClass.reference} → ${criteria.predictedClass.metamer}`
      : 'no classes',
    criteria.spearman.toFixed(3),
    criteria.pearson.toFixed(3),
    criteria.snrDb.toFixed(1),
    difference.waveformCorrelation.toFixed(3),
    criteria.verdict,
  ]);
  const heads = ['run', '', 'heard as', 'Spearman', 'Pearson', 'SNR dB', 'waveform r', 'verdict'];
  return table(heads, rows, [3, 4, 5, 6]);
}

/**
 * Exit code of a command that judged metamers; those that fail are named on standard error.
 *
 * @param runs - Folder of each run.
 * @returns 1 when at least one fails its criteria.
 */
export function verdictExit(
  runs: readonly { folder: string }[],
  records: readonly Pick<RunRecord, 'criteria'>[],
): ExitCode {
  const failed = runs.filter((_, i) => !records[i]!.criteria.passed).map(({ folder }) => folder);
  if (failed.length === 0) return 0;
  process.stderr.write(
    `${failed.length} of ${runs.length} metamers failed ${failed.length === 1 ? 'its' : 'their'} criteria: ${failed.join(', ')}\n`,
  );
  return 1;
}
