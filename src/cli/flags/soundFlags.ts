import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { soundEndings } from '../../../stimuli/files/openSound.ts';
import { type ReadSoundOptions, readSound } from '../../../stimuli/readSound.ts';
import type { Sound } from '../../../stimuli/sound.ts';
import { defined } from '../../base/definedValues.ts';
import { InputError } from '../../base/inputError.ts';
import { type Flag, type Flags, numberFlag } from '../command.ts';

const longestSeconds = 120;

/** Flags of every command that reads sounds: excerpt and level. */
export const soundFlags: readonly Flag[] = [
  {
    flag: '--start-seconds <s>',
    help: 'where the excerpt begins (default: it is taken around the middle)',
    parse: numberFlag('--start-seconds', { min: 0 }),
  },
  {
    flag: '--rms <value>',
    help: "root mean square the sound is set to after removing its mean; 'none' leaves the sound alone",
    default: 0.1,
    parse: (text) => (text === 'none' ? text : numberFlag('--rms', { min: 1e-6, max: 1 })(text)),
  },
];

/**
 * Excerpt and level as {@link soundFlags} ask.
 *
 * @param flags - Parsed flags of the command.
 */
export function excerptOptions(flags: Flags): Pick<ReadSoundOptions, 'startSeconds' | 'rms'> {
  return {
    rms: flags['rms'] === 'none' ? null : Number(flags['rms']),
    ...defined({ startSeconds: flags['startSeconds'] as number | undefined }),
  };
}

/**
 * Reads a sound as {@link soundFlags} ask.
 *
 * @param sound - A sound file, or the name of a bundled clip.
 * @param flags - Parsed flags of the command.
 * @param wanted - The model that hears it, or rate and length.
 */
export function readFlaggedSound(
  sound: string,
  flags: Flags,
  wanted: Pick<ReadSoundOptions, 'model' | 'sampleRateHz' | 'durationSeconds'>,
): Promise<Sound> {
  const excerpt = excerptOptions(flags);
  if (excerpt.startSeconds !== undefined && wanted.durationSeconds === null)
    throw new InputError(
      '--start-seconds must be given together with --duration-seconds, the whole file is taken otherwise; add --duration-seconds 2',
    );
  return readSound(sound, {
    ...{ ...wanted, ...excerpt },
    maxSeconds: longestSeconds,
    demean: excerpt.rms !== null,
    onNote: (note) => process.stderr.write(`metamer: ${note}\n`),
  });
}

/**
 * Sound files of a folder at any depth, sorted by path.
 *
 * @param folder - As `--sounds` names it.
 * @throws InputError when it cannot be read or holds fewer than two.
 */
export function soundsBelow(folder: string): string[] {
  let names: string[];
  try {
    if (!statSync(folder).isDirectory()) throw new Error('not a folder');
    names = readdirSync(folder, { recursive: true }).map(String);
  } catch (cause) {
    throw new InputError(
      `--sounds must be a folder that can be read, got '${folder}'; give one with sounds`,
      { cause },
    );
  }
  const sounds = names.filter((name) => soundEndings.includes(extname(name).toLowerCase())).sort();
  if (sounds.length < 2)
    throw new InputError(
      `${folder} must hold ≥ 2 sounds (${soundEndings.join(', ')}), it holds ${sounds.length}; give a folder with more`,
    );
  return sounds.map((name) => join(folder, name));
}
