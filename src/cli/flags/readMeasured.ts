import { basename, extname } from 'node:path';
import { readSound } from '../../../stimuli/readSound.ts';
import { InputError } from '../../base/inputError.ts';
import { type MeasuredSounds, type Responses, readResponses } from '../../experiments/brain/responses.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { soundsBelow } from './soundFlags.ts';

/** Which responses, to which sounds. */
export interface MeasuredFiles {
  responses: string;
  /** Which array of a MAT-file. */
  variable?: string | undefined;
  /** Folder of the sounds. */
  sounds: string;
}

/**
 * Measured responses, and the sounds that they are to as a model hears them.
 *
 * @param files - As `--responses`, `--variable` and `--sounds` name them.
 * @param model - Its rate and length.
 * @throws InputError when one of them cannot be read, or rows name other sounds than the folder holds in their places.
 */
export async function readMeasured(files: MeasuredFiles, model: AuditoryModel): Promise<MeasuredSounds> {
  const { variable } = files;
  const responses = readResponses(files.responses, variable === undefined ? {} : { variable });
  const sounds = soundsBelow(files.sounds);
  requireNamedSounds(responses, sounds);
  const waveforms: Float32Array[] = [];
  for (const sound of sounds) waveforms.push((await readSound(sound, { model })).samples);
  return { responses, waveforms };
}

/** Rows that name their sounds must name those of the sorted files, endings and folders aside. */
function requireNamedSounds({ sounds: count, soundNames }: Responses, files: readonly string[]): void {
  const stem = (path: string) => basename(path, extname(path));
  const wrong = soundNames?.findIndex((name, i) => files[i] !== undefined && stem(name) !== stem(files[i]!));
  if (count !== files.length || wrong === undefined || wrong < 0) return;
  throw new InputError(
    `rows of responses must be in the order of the sorted file names, row ${wrong + 1} is '${soundNames![wrong]}' where ${files[wrong]} stands; sort the rows, or leave the column 'sound' out`,
  );
}
