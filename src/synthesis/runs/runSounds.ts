import { join } from 'node:path';
import { readSound } from '../../../stimuli/readSound.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import { runFiles } from '../../records/runFolder.ts';

/**
 * Reads the two sounds of a finished run, level and mean untouched.
 *
 * @param folder - The run's folder.
 * @param model - Gives rate and length.
 * @returns Reference and metamer, each of shape [model.samples].
 * @throws InputError when one is missing or damaged.
 */
export async function readRunSounds(
  folder: string,
  model: Pick<AuditoryModel, 'sampleRateHz' | 'samples'>,
): Promise<{ reference: Float32Array; metamer: Float32Array }> {
  const { sampleRateHz, samples } = model;
  const read = async (name: string) => {
    const wanted = { sampleRateHz, durationSeconds: samples / sampleRateHz, rms: null, demean: false };
    return (await readSound(join(folder, name), wanted)).samples;
  };
  return { reference: await read(runFiles.reference), metamer: await read(runFiles.metamer) };
}
