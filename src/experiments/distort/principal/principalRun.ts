import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { soundHash } from '../../../../stimuli/sound.ts';
import { writeFileAtomic } from '../../../base/files.ts';
import { writeNpy } from '../../../formats/npy.ts';
import type { ReferenceSound } from '../../../synthesis/runs/layOutRuns.ts';
import { writeChangedSounds } from '../changedSounds.ts';
import { type Observer, observedBy, observerNames } from '../observers.ts';
import { type SearchRunOptions, searchRun } from '../searchRun.ts';
import type { PrincipalEstimate } from './principalAscent.ts';
import {
  type PrincipalDistortions,
  type PrincipalOptions,
  principalDistortions,
  settledPrincipal,
} from './principalDistortions.ts';
import { principalFigure } from './principalFigure.ts';
import { type PrincipalRecord, type PrincipalSettings, principalNames } from './principalRecord.ts';

/**
 * Finds the principal distortions of a sound and writes it changed by them, in a folder of its own. What is finished is
 * kept; what was interrupted goes on to the same bits.
 *
 * @param options - As for `principalDistortions`; overwriting, progress, a signal to stop.
 * @param to - The sound, and the folder of the results.
 * @returns The record, as in `principal.json`.
 * @throws InputError when the folder holds another search or is in use.
 */
export function principalRun(
  observers: readonly Observer[],
  options: PrincipalOptions & SearchRunOptions<PrincipalEstimate>,
  to: { reference: ReferenceSound; folder: string },
): Promise<PrincipalRecord> {
  const { reference, folder } = to;
  const settings = settingsOf(observers, reference, options);
  const { sampleRateHz } = observers[0]!.model;
  return searchRun<PrincipalSettings, PrincipalEstimate, PrincipalDistortions, PrincipalRecord>(
    {
      ...{ folder, file: 'principal.json', schema: recordSchema, settings },
      find: (from, onStep) =>
        principalDistortions(observers, reference.waveform, {
          ...options,
          ...(from ? { from } : {}),
          onStep,
        }),
      async write({ directions, ...numbers }, versions) {
        const record = { ...settings, ...numbers, versions, sampleRateHz, seconds: 0 };
        await writeDirections(observers, { record, directions }, to);
        const figure = principalFigure(
          record,
          { waveform: reference.waveform, directions },
          observers[0]!.model,
        );
        writeFileAtomic(join(folder, 'principal.svg'), figure);
        return { ...numbers, sampleRateHz };
      },
    },
    options,
  );
}

function settingsOf(
  observers: readonly Observer[],
  { sound, waveform }: ReferenceSound,
  options: PrincipalOptions,
): PrincipalSettings {
  const settled = settledPrincipal(observers, options);
  const { band, tolerance, iterations, levelsDb, floorDb, seed, computing } = settled;
  const { model, modelHash } = observedBy(observers);
  return {
    ...{ method: 'principal', sound, soundHash: soundHash(waveform), model, modelHash },
    ...{ observers: observerNames(observers), ...band, tolerance, iterationLimit: iterations },
    ...{ levelsDb, floorDb, seed, ...computing },
  };
}

const recordSchema = z.looseObject({
  sensitivities: z.array(z.looseObject({})),
  distortions: z.looseObject({}),
});

async function writeDirections(
  observers: readonly Observer[],
  { record, directions }: { record: PrincipalRecord; directions: PrincipalDistortions['directions'] },
  { reference, folder }: { reference: ReferenceSound; folder: string },
): Promise<void> {
  const { engine, device, threads, versions, distortions, iterations, isConverged, spreadDb } = record;
  const how = `${isConverged ? 'converged' : 'not converged'} after ${iterations} iterations`;
  for (const name of principalNames) {
    rmSync(join(folder, name), { recursive: true, force: true });
    writeNpy(join(folder, `${name}.npy`), directions[name]);
    await writeChangedSounds(
      {
        ...{ reference, direction: directions[name], versions, computing: { engine, device, threads } },
        ...{ ...observedBy(observers), kind: `principal ${name}`, objective: 'principal' },
        levels: distortions[name].levels,
        // There is no pair that fails: the search only tells observers further and further apart.
        verdict: { passed: true, verdict: `passed: observers ${spreadDb.toFixed(1)} dB apart, ${how}` },
      },
      join(folder, name),
    );
  }
}
