import { join } from 'node:path';
import { writeWav } from '../../../stimuli/writeWav.ts';
import { makeFolder } from '../../base/files.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { runFiles, writeRunRecord } from '../../records/runFolder.ts';
import { judgeMetamer } from '../../synthesis/judgeMetamer.ts';
import type { ReferenceSound } from '../../synthesis/runs/batch.ts';
import { changedSound } from './eigendistortions.ts';
import type { EigenRecord } from './eigenRecord.ts';
import type { EigenEnd } from './powerIteration.ts';

/**
 * Writes a sound changed by an eigendistortion at each level, in run folders that a study takes: the changed sound is
 * the `metamer.wav`, the sound itself the `reference.wav`.
 *
 * @param change - Record of the search, which end, and its direction of unit length, shape [samples].
 * @param to - The sound, and the folder of the search.
 */
export async function writeChangedSounds(
  model: AuditoryModel,
  { record, end, direction }: { record: EigenRecord; end: EigenEnd; direction: Float32Array },
  { reference, folder }: { reference: ReferenceSound; folder: string },
): Promise<void> {
  const { engine, device, threads } = record;
  const wav = { sampleRateHz: model.sampleRateHz, format: 'float32' } as const;
  for (const level of record.distortions[end].levels) {
    const metamer = changedSound(reference.waveform, direction, level.levelDb);
    const sounds = { reference: reference.waveform, metamer };
    const { criteria } = await judgeMetamer(model, sounds, {
      ...{ engine, device, threads, stages: [record.stage], nullDistribution: 'none' },
    });
    const to = join(folder, end, `${level.levelDb}dB`);
    makeFolder(to);
    writeWav(join(to, runFiles.reference), reference.waveform, wav);
    writeWav(join(to, runFiles.metamer), metamer, wav);
    const { predictedClass, predictedClasses } = criteria;
    writeRunRecord(to, {
      ...{ sound: reference.sound, stage: `${record.stage} ${end} ${level.levelDb} dB` },
      ...{ model: model.name, modelHash: model.hash, modelPath: model.path ?? null },
      stageOrder: model.stages.map(({ name }) => name),
      objective: { name: 'eigendistortion', end, weights: {} },
      ...{ level, versions: record.versions, sampleRateHz: model.sampleRateHz },
      peak: metamer.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0),
      criteria: { ...verdictOf(record, end), predictedClass, predictedClasses },
    });
  }
}

/** Whether a direction does what it is for: noticed more, or less, than noise of the same band and level. */
function verdictOf({ distortions, noise }: EigenRecord, end: EigenEnd): { passed: boolean; verdict: string } {
  const { eigenvalue, iterations, isConverged } = distortions[end];
  const passed = end === 'largest' ? eigenvalue > noise.eigenvalue : eigenvalue < noise.eigenvalue;
  const ratio = (10 * Math.log10(eigenvalue / noise.eigenvalue)).toFixed(1);
  const how = isConverged ? 'converged' : 'not converged';
  return {
    passed,
    verdict: `${passed ? 'passed' : 'failed'}: ${ratio} dB re noise, ${how} after ${iterations} iterations`,
  };
}
