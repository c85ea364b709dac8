import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { soundHash } from '../../../../stimuli/sound.ts';
import { writeFileAtomic } from '../../../base/files.ts';
import type { SynthesisProgress } from '../../../synthesis/descend.ts';
import { descend } from '../../../synthesis/descend.ts';
import type { ReferenceSound } from '../../../synthesis/runs/layOutRuns.ts';
import { writeChangedRun } from '../changedSounds.ts';
import type { SearchOptions } from '../eigen/eigendistortions.ts';
import { type Observer, observedBy, observerNames } from '../observers.ts';
import { type SearchRunOptions, searchRun } from '../searchRun.ts';
import { originalInBand, prepareDifferentiation, settledDifferentiation } from './differentiate.ts';
import { differentiationFigure } from './differentiationFigure.ts';
import {
  type DifferentiatedSound,
  type DifferentiationAim,
  type DifferentiationRecord,
  type DifferentiationSettings,
  pushes,
} from './differentiationRecord.ts';
import { differentiationVerdict, isDifferentiated } from './differentiationVerdict.ts';

/** Sounds that are finished, and the one on the way. */
export interface DifferentiationProgress {
  done: { sound: DifferentiatedSound; waveform: Float32Array }[];
  current?: { aim: DifferentiationAim; progress: SynthesisProgress };
}

type Found = DifferentiationProgress['done'];

/**
 * Makes the sounds by which two observers differ most, in a folder of their own: each held in turn, the other pushed both
 * ways, at each level. What is finished is kept; what was interrupted goes on to the same bits.
 *
 * @param options - Band, levels, steps, seed; overwriting, progress, a signal to stop.
 * @param to - The original, and the folder of the results.
 * @returns The record, as in `differentiate.json`.
 * @throws InputError when the folder holds another search or is in use.
 */
export function differentiationRun(
  observers: readonly Observer[],
  options: SearchOptions & SearchRunOptions<DifferentiationProgress>,
  { reference, folder }: { reference: ReferenceSound; folder: string },
): Promise<DifferentiationRecord> {
  const settings = settingsOf(observers, reference, options);
  const { sampleRateHz } = observers[0]!.model;
  return searchRun<DifferentiationSettings, DifferentiationProgress, Found, DifferentiationRecord>(
    {
      ...{ folder, file: 'differentiate.json', settings },
      schema: z.looseObject({ sounds: z.array(z.looseObject({ held: z.string() })) }),
      find: (from, onStep) => allSounds(observers, reference.waveform, { ...options, from, onStep }),
      async write(found, versions) {
        const settled = settledDifferentiation(observers, options);
        const original = originalInBand(observers as [Observer, Observer], reference.waveform, settled);
        for (const { held } of found.map(({ sound }) => sound))
          rmSync(join(folder, folderOf(`hold ${held}`)), { recursive: true, force: true });
        for (const { sound, waveform } of found) {
          const kind = `hold ${sound.held}, ${sound.push} ${sound.pushed}`;
          const path = join(
            folder,
            folderOf(`hold ${sound.held}`),
            folderOf(`${sound.push} ${sound.pushed}`),
          );
          const { passed, ...level } = sound;
          await writeChangedRun(
            {
              ...{ reference: { ...reference, waveform: original }, versions, computing: settled.computing },
              ...{ ...observedBy(observers), kind, objective: 'differentiation' },
              verdict: { passed, verdict: differentiationVerdict(sound) },
            },
            { waveform, level },
            join(path, `${sound.levelDb}dB`),
          );
        }
        const sounds = found.map(({ sound }) => sound);
        const record = { ...settings, sounds };
        const figure = differentiationFigure(record, { original, found }, observers[0]!.model);
        writeFileAtomic(join(folder, 'differentiate.svg'), figure);
        return { sounds, sampleRateHz };
      },
    },
    options,
  );
}

const folderOf = (label: string) => label.replaceAll(' ', '-');

function settingsOf(
  observers: readonly Observer[],
  { sound, waveform }: ReferenceSound,
  options: SearchOptions,
): DifferentiationSettings {
  const { band, iterations, levelsDb, seed, computing } = settledDifferentiation(observers, options);
  const { model, modelHash } = observedBy(observers);
  return {
    ...{ method: 'differentiate', sound, soundHash: soundHash(waveform), model, modelHash },
    ...{ observers: observerNames(observers), ...band, stepLimit: iterations, levelsDb, seed, ...computing },
  };
}

async function allSounds(
  observers: readonly Observer[],
  waveform: Float32Array,
  options: SearchOptions &
    Pick<SearchRunOptions<DifferentiationProgress>, 'signal'> & {
      from: DifferentiationProgress | undefined;
      onStep: (progress: DifferentiationProgress) => void;
    },
): Promise<Found> {
  const { from, onStep } = options;
  const done = [...(from?.done ?? [])];
  const names = observerNames(observers) as [string, string];
  for (const aim of aimsOf(settledDifferentiation(observers, options).levelsDb).slice(done.length)) {
    const prepared = await prepareDifferentiation(observers, waveform, { ...options, aim });
    try {
      const start = from?.done.length === done.length ? from.current?.progress : undefined;
      const { state } = await descend(prepared.descent, start ?? prepared.start, {
        onStep: async ({ progress }) => onStep({ done, current: { aim, progress: await progress() } }),
      });
      const { waveform: made, ...told } = await prepared.finish(state.waveform);
      const [held, pushed] = aim.held === 0 ? names : names.toReversed();
      const sound = { ...told, held: held!, pushed: pushed!, push: aim.push, levelDb: aim.levelDb };
      done.push({ sound: { ...sound, passed: isDifferentiated(sound) }, waveform: made });
    } finally {
      await prepared.release();
    }
  }
  return done;
}

/** Every observer held, the other pushed both ways, at every level. */
function aimsOf(levelsDb: readonly number[]): DifferentiationAim[] {
  return ([0, 1] as const).flatMap((held) =>
    pushes.flatMap((push) => levelsDb.map((levelDb) => ({ held, push, levelDb }))),
  );
}
