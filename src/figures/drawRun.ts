import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/files.ts';
import type { AuditoryModel } from '../model/auditoryModel.ts';
import { runFiles } from '../records/runFolder.ts';
import type { RunRecord } from '../records/runRecord.ts';
import { readRunSounds } from '../synthesis/runs/runSounds.ts';
import { runFigure } from './runFigure.ts';

/**
 * Draws a finished run into its folder, unless its figure is there and no older than its record.
 *
 * @param folder - The run's folder.
 * @param record - As in its `run.json`.
 * @param model - The model it is a metamer of.
 * @throws InputError when a sound of the run is missing or damaged.
 */
export async function drawRun(folder: string, record: RunRecord, model: AuditoryModel): Promise<void> {
  const path = join(folder, runFiles.figure);
  const drawnAt = existsSync(path) ? statSync(path).mtimeMs : Number.NEGATIVE_INFINITY;
  if (drawnAt >= statSync(join(folder, runFiles.record)).mtimeMs) return;
  writeFileAtomic(path, runFigure(record, await readRunSounds(folder, model), model));
}
