import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../src/base/inputError.ts';
import { packagePath } from '../src/base/packagePath.ts';

/** One clip that ships with the package. */
export interface BundledClip {
  name: string;
  /** Below `stimuli/clips`. */
  file: string;
  kind: 'speech' | 'music' | 'environment';
  /** The spoken word at the clip's middle. */
  word?: string;
  /** All that is spoken. */
  transcript?: string;
  genre?: string;
  /** Nobody and no model heard it before it was chosen; the others were chosen for being named by an earlier model. */
  isDrawnByLot?: true;
  source: string;
  author: string;
  license: string;
  /** What was done to the original. */
  changes: string;
}

/**
 * The clips that ship with the package.
 *
 * @returns Names, labels, sources and licenses, in the order of the manifest.
 */
export function bundledClips(): BundledClip[] {
  return JSON.parse(readFileSync(packagePath('stimuli/clips/clips.json'), 'utf8')) as BundledClip[];
}

/**
 * Path of a bundled clip.
 *
 * @param name - One of {@link bundledClips}' names.
 * @returns The absolute path of its file.
 * @throws InputError listing the names when it is none of them.
 */
export function bundledClipPath(name: string): string {
  const clips = bundledClips();
  const clip = clips.find((candidate) => candidate.name === name);
  if (!clip)
    throw new InputError(
      `bundled clip must be one of ${clips.map((known) => known.name).join(', ')}, got '${name}'; choose one of these`,
    );
  return join(packagePath('stimuli/clips'), clip.file);
}

/**
 * The file that a name or path of a sound means.
 *
 * @param nameOrPath - A file of that name wins over a bundled clip.
 * @returns A path; the one given where it names no clip.
 */
export function soundPath(nameOrPath: string): string {
  const isBundled = !existsSync(nameOrPath) && bundledClips().some(({ name }) => name === nameOrPath);
  return isBundled ? bundledClipPath(nameOrPath) : nameOrPath;
}
