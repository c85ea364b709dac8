import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../../src/base/inputError.ts';
import { readJson } from '../../src/base/readJson.ts';

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
}

const classSchema = z.object({ reference: z.string(), metamer: z.string() });

const runSchema = z.object({
  sound: z.string().min(1),
  stage: z.string().min(1),
  model: z.string().min(1),
  criteria: z.object({
    predictedClass: classSchema.nullable(),
    predictedClasses: z.record(z.string(), classSchema).optional(),
    passed: z.boolean(),
  }),
});

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
    const file = join(folder, 'run.json');
    for (const sound of ['metamer.wav', 'reference.wav'])
      if (!existsSync(join(folder, sound)))
        throw new InputError(`${folder} must hold ${sound}, it is missing; synthesize this run again`);
    return {
      folder,
      ...readJson(file, runSchema, { what: 'the record of a run', remedy: 'synthesize this run again' }),
    };
  });
  const sourceIds = uniqueNames(records.map(({ sound }) => sound));
  return records.map(({ folder, sound, stage, model, criteria }) => ({
    folder,
    sourceId: sourceIds.get(sound)!,
    model,
    stage,
    passed: criteria.passed,
    predictedClasses: predictedClassesOf(criteria),
  }));
}

function predictedClassesOf({
  predictedClass,
  predictedClasses,
}: z.infer<typeof runSchema>['criteria']): Run['predictedClasses'] {
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
  if (existsSync(join(folder, 'run.json'))) return [folder];
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
