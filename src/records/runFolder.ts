import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeJsonAtomic } from '../base/files.ts';
import { readJson } from '../base/readJson.ts';
import { validated } from '../base/validate.ts';
import type { RunRecord } from './runRecord.ts';

/** Names of the files in a run's folder. */
export const runFiles = {
  record: 'run.json',
  metamer: 'metamer.wav',
  reference: 'reference.wav',
  figure: 'figure.svg',
  checkpoint: 'checkpoint.bin',
} as const;

const predictedClass = z.object({ reference: z.string(), metamer: z.string() });

/**
 * What a study needs of `run.json`. The record is open: versions add to it, and numbers that are not finite are null in
 * JSON.
 */
const runSchema = z.looseObject({
  sound: z.string().min(1),
  stage: z.string().min(1),
  model: z.string().min(1),
  /** Absent in runs of the first versions. */
  stageOrder: z.array(z.string()).exactOptional(),
  /** Of sounds changed in one way at several levels: which way, and the level, dB re the sound. */
  change: z.object({ kind: z.string().min(1), levelDb: z.number() }).exactOptional(),
  criteria: z.looseObject({
    passed: z.boolean(),
    predictedClass: predictedClass.nullable(),
    /** Absent in runs of the first versions. */
    predictedClasses: z.record(z.string(), predictedClass).exactOptional(),
  }),
});

/** What judging a run anew needs besides. */
const recordSchema = runSchema.extend({
  modelHash: z.string(),
  ear: z.record(z.string(), z.unknown()).exactOptional(),
  objective: z.looseObject({ weights: z.record(z.string(), z.number()) }),
  criteria: runSchema.shape.criteria.extend({ verdict: z.string() }),
});

/** A run as a study takes it: its record, or as much of one as another program wrote. */
export type StudiedRun = z.output<typeof runSchema>;

const isOfRun = { what: 'the record of a run', remedy: 'use another folder', settings: { overwrite: true } };

/**
 * Reads a finished run.
 *
 * @param folder - The run's folder.
 * @param mended - What mends a record that cannot be understood, where it is not this run that is being made.
 * @returns Its record; undefined when the run is not finished.
 * @throws InputError when `run.json` cannot be understood.
 */
export function readRunRecord(
  folder: string,
  mended?: { remedy: string; settings: Readonly<Record<string, boolean>> },
): RunRecord | undefined {
  const path = join(folder, runFiles.record);
  if (!existsSync(path)) return undefined;
  const expected = { ...isOfRun, ...mended };
  const record = readJson(path, z.unknown(), expected);
  validated(recordSchema, record, path, expected);
  // As it was written, the order of its fields included: settings are compared as texts.
  return record as RunRecord;
}

/**
 * Reads what a study needs of a finished run.
 *
 * @param folder - The run's folder.
 * @returns Sound, stage, model and verdict.
 * @throws InputError when there is no `run.json` or it cannot be understood.
 */
export function readStudiedRun(folder: string): StudiedRun {
  return readJson(join(folder, runFiles.record), runSchema, {
    ...isOfRun,
    remedy: 'synthesize this run again',
    settings: {},
  });
}

/**
 * Writes `run.json`, which marks a run as finished.
 *
 * @param folder - The run's folder.
 * @param record - All there is to know of it.
 */
export function writeRunRecord(folder: string, record: object): void {
  writeJsonAtomic(join(folder, runFiles.record), record);
}
