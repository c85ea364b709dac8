import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { soundHash } from '../../../../stimuli/sound.ts';
import { writeFileAtomic } from '../../../base/files.ts';
import { writeNpy } from '../../../formats/npy.ts';
import type { AuditoryModel } from '../../../model/auditoryModel.ts';
import type { ReferenceSound } from '../../../synthesis/runs/layOutRuns.ts';
import { writeChangedSounds } from '../changedSounds.ts';
import { observedBy } from '../observers.ts';
import { type SearchRunOptions, searchRun } from '../searchRun.ts';
import {
  type Eigendistortions,
  type EigenOptions,
  type EigenProgress,
  eigendistortions,
  settledEigen,
} from './eigendistortions.ts';
import { eigenFigure } from './eigenFigure.ts';
import type { EigenRecord, EigenSettings } from './eigenRecord.ts';
import { type EigenEnd, eigenEnds } from './extremeEigenvector.ts';

/**
 * Finds the eigendistortions of a sound and writes it changed by them, in a folder of its own. What is finished is kept;
 * what was interrupted goes on to the same bits.
 *
 * @param options - As for `eigendistortions`; overwriting, progress, a signal to stop.
 * @param to - The sound, and the folder of the results.
 * @returns The record, as in `eigen.json`.
 * @throws InputError when the folder holds another search or is in use.
 */
export function eigenRun(
  model: AuditoryModel,
  options: EigenOptions & SearchRunOptions<EigenProgress>,
  to: { reference: ReferenceSound; folder: string },
): Promise<EigenRecord> {
  const { reference, folder } = to;
  const settings = settingsOf(model, reference, options);
  return searchRun<EigenSettings, EigenProgress, Eigendistortions, EigenRecord>(
    {
      ...{ folder, file: 'eigen.json', schema: recordSchema, settings },
      find: (from, onStep) =>
        eigendistortions(model, reference.waveform, { ...options, ...(from ? { from } : {}), onStep }),
      async write({ directions, ...numbers }, versions) {
        const record = { ...settings, ...numbers, versions, sampleRateHz: model.sampleRateHz, seconds: 0 };
        for (const end of eigenEnds) await writeEnd(model, { record, end, direction: directions[end] }, to);
        const figure = eigenFigure(record, { waveform: reference.waveform, directions }, model);
        writeFileAtomic(join(folder, 'eigen.svg'), figure);
        return { ...numbers, sampleRateHz: model.sampleRateHz };
      },
    },
    options,
  );
}

function settingsOf(
  model: AuditoryModel,
  { sound, waveform }: ReferenceSound,
  options: EigenOptions,
): EigenSettings {
  const { stage, band, tolerance, iterations, levelsDb, seed, computing } = settledEigen(model, options);
  return {
    ...{ method: 'eigen', sound, soundHash: soundHash(waveform), stage },
    ...{ model: model.name, modelHash: model.hash, ...band },
    ...{ tolerance, iterationLimit: iterations, levelsDb, seed, ...computing },
    oversampling: model.oversampling,
  };
}

const recordSchema = z.looseObject({
  distortions: z.looseObject({ largest: z.looseObject({}), smallest: z.looseObject({}) }),
  noise: z.looseObject({}),
});

async function writeEnd(
  model: AuditoryModel,
  { record, end, direction }: { record: EigenRecord; end: EigenEnd; direction: Float32Array },
  { reference, folder }: { reference: ReferenceSound; folder: string },
): Promise<void> {
  const { distortions, noise, stage, versions, engine, device, threads } = record;
  rmSync(join(folder, end), { recursive: true, force: true });
  writeNpy(join(folder, `${end}.npy`), direction);
  await writeChangedSounds(
    {
      ...{ reference, direction, versions, computing: { engine, device, threads } },
      ...observedBy([{ model, stage }]),
      ...{ kind: `${stage} ${end}`, objective: 'eigendistortion', levels: distortions[end].levels },
      verdict: verdictOf({ distortions, noise }, end),
    },
    join(folder, end),
  );
}

/** Whether a direction does what it is for: noticed more, or less, than noise of the same band and level. */
function verdictOf({ distortions, noise }: Pick<EigenRecord, 'distortions' | 'noise'>, end: EigenEnd) {
  const { eigenvalue, iterations, isConverged } = distortions[end];
  const passed = end === 'largest' ? eigenvalue > noise.eigenvalue : eigenvalue < noise.eigenvalue;
  const ratio = (10 * Math.log10(eigenvalue / noise.eigenvalue)).toFixed(1);
  const how = isConverged ? 'converged' : 'not converged';
  return {
    passed,
    verdict: `${passed ? 'passed' : 'failed'}: ${ratio} dB re noise, ${how} after ${iterations} iterations`,
  };
}
