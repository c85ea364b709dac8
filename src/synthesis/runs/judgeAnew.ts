import { lockFolder } from '../../base/lock.ts';
import type { CompileOptions } from '../../engine/engine.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import type { RunRecord } from '../../records/runRecord.ts';
import { judge } from '../criteria.ts';
import { maximaAt, type NullDistribution } from '../null/nullDistribution.ts';
import { finishRun } from './checkpoint.ts';
import { readRunSounds } from './runSounds.ts';

/**
 * Brings the verdict of a finished run up to a null distribution: judged from its two WAV files, nothing is
 * synthesized. A run that was tested against the same maxima, or none when none is given, is left as it is.
 *
 * @param record - As in the folder's `run.json`.
 * @param folder - The run's folder; `run.json` is rewritten.
 * @param judging - Model, null distribution, engine.
 * @returns The record as it now is.
 * @throws InputError when a WAV file is missing or damaged, or the folder is in use.
 */
export async function judgeAnew(
  record: RunRecord,
  folder: string,
  judging: {
    model: AuditoryModel;
    nullDistribution?: NullDistribution | undefined;
    compiling: CompileOptions;
  },
): Promise<RunRecord> {
  const { model, nullDistribution, compiling } = judging;
  if (!nullDistribution || wasTested(record, nullDistribution)) return record;
  const lock = await lockFolder(folder);
  try {
    const sounds = await readRunSounds(folder, model);
    const stages = Object.keys(record.objective.weights);
    const judged = await judge(model, sounds, stages, { ...compiling, nullDistribution });
    const anew = { ...record, nullPath: nullDistribution.path ?? null, ...judged };
    lock.requireHeld();
    finishRun(folder, anew);
    return anew;
  } finally {
    lock.release();
  }
}

/** Whether a run's verdict rests on the maxima of this null distribution. */
function wasTested({ objective, criteria }: RunRecord, nullDistribution: NullDistribution): boolean {
  return Object.keys(objective.weights).every((stage) => {
    const [before, now] = [criteria.nullMaxima?.[stage], maximaAt(nullDistribution, stage)];
    return before?.spearman === now.spearman && before.pearson === now.pearson && before.snrDb === now.snrDb;
  });
}
