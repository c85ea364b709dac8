import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { InputError } from '../../src/base/inputError.ts';
import { readStudiedRun, runFiles, type StudiedRun } from '../../src/records/runFolder.ts';

/** What a study needs to know of one synthesis run. */
export interface Run {
  folder: string;
  /** Name of the reference sound, without folder and ending. */
  sourceId: string;
  model: string;
  stage: string;
  passed: boolean;
  /** What the model hears in reference and metamer, by task; `''` stands for a task that `run.json` does not name. */
  predictedClasses: Record<string, { reference: string; metamer: string }>;
  /** All stages of the model in processing order; undefined where `run.json` does not tell them. */
  stageOrder: readonly string[] | undefined;
  /** Of sounds changed in one way at several levels: which way, and the level, dB re the sound. */
  change?: { kind: string; levelDb: number } | undefined;
}

/**
 * Reads run folders.
 *
 * @param paths - Run folders, or folders that hold run folders at any depth.
 * @returns One entry a run; sounds of equal file names in different folders get different source ids.
 * @throws InputError when a path holds no run or a `run.json` is broken.
 */
export function readRuns(paths: readonly string[]): Run[] {
  const folders = [...new Set(paths.flatMap(runFolders))].sort();
  const records = folders.map((folder) => {
    for (const sound of [runFiles.metamer, runFiles.reference])
      if (!existsSync(join(folder, sound)))
        throw new InputError(`${folder} must hold ${sound}, it is missing; synthesize this run again`);
    return { folder, ...readStudiedRun(folder) };
  });
  const sourceIds = uniqueNames(records.map(({ sound }) => sound));
  return records.map(({ folder, sound, stage, model, criteria, stageOrder, change }) => ({
    folder,
    sourceId: sourceIds.get(sound)!,
    model,
    stage,
    passed: criteria.passed,
    predictedClasses: predictedClassesOf(criteria),
    stageOrder,
    change,
  }));
}

function predictedClassesOf({
  predictedClass,
  predictedClasses,
}: StudiedRun['criteria']): Run['predictedClasses'] {
  return predictedClasses ?? (predictedClass ? { '': predictedClass } : {});
}

function runFolders(path: string): string[] {
  const found = existsSync(path) && statSync(path).isDirectory() ? foldersBelow(path) : [];
  if (found.length === 0)
    throw new InputError(
      `${path} must be a run folder or hold run folders (with run.json), it is not; give folders of synthesis runs`,
    );
  return found;
}

function foldersBelow(folder: string): string[] {
  if (existsSync(join(folder, runFiles.record))) return [folder];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => foldersBelow(join(folder, entry.name)));
}

function uniqueNames(sounds: readonly string[]): Map<string, string> {
  const byStem = new Map<string, Set<string>>();
  for (const sound of sounds) byStem.set(stemOf(sound), (byStem.get(stemOf(sound)) ?? new Set()).add(sound));
  return new Map(
    sounds.map((sound) => {
      const isAlone = byStem.get(stemOf(sound))!.size === 1;
      return [sound, isAlone ? stemOf(sound) : `${basename(dirname(sound))}-${stemOf(sound)}`];
    }),
  );
}

/**
 * File name without folder and ending.
 *
 * @returns The stem, its letters composed: a name typed and one from a file system may be spelled in two ways.
 */
export function stemOf(path: string): string {
  return basename(path, extname(path)).normalize('NFC');
}
