import { drawRun } from '../../figures/drawRun.ts';
import type { RunRecord } from '../../records/runRecord.ts';
import { type BatchOptions, type BatchSettings, runBatch } from '../../synthesis/runs/batch.ts';
import type { BatchItem } from '../../synthesis/runs/layOutRuns.ts';
import { batchProgress } from './batchProgress.ts';

/**
 * Makes the runs of a batch, draws each when it is finished, and shows how far they are.
 *
 * @param items - The runs.
 * @param settings - What they share.
 * @param options - Overwriting, checkpoints, a signal to stop.
 * @returns The records, in the order of the runs.
 */
export async function watchedBatch(
  items: readonly BatchItem[],
  settings: BatchSettings,
  options: Omit<BatchOptions, 'onProgress' | 'onFinished'>,
): Promise<RunRecord[]> {
  const progress = batchProgress(items.length);
  try {
    return await runBatch(items, settings, {
      ...options,
      onProgress: (item, report) => progress.update(item.folder, report),
      onFinished: async (item, record) => {
        await drawRun(item.folder, record, settings.model);
        progress.finished(item.folder, record);
      },
    });
  } finally {
    progress.stop();
  }
}
