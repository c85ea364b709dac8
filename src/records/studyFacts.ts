import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { readJson } from '../base/readJson.ts';
import { exclusionLimits } from './exclusionRules.ts';

/** What a table of trials cannot say of the study that it comes from. */
export const studyFactsSchema = z.strictObject({
  format: z.literal(1),
  /** Name of the study, as in the table. */
  study: z.string().min(1),
  /** Limits by which the study's participants are excluded. */
  exclusion: exclusionLimits,
  /** How many answers each task offers; one by chance among them is right. */
  choices: z.record(z.string(), z.int().min(2)),
  /** All stages of each metamer model in processing order, as far as the runs tell them. */
  stageOrder: z.record(z.string(), z.array(z.string())),
});

/** What is known of a study. */
export type StudyFacts = z.output<typeof studyFactsSchema>;

/**
 * Where the facts of a table's study lie: beside it.
 *
 * @param tablePath - A table such as `data/trials.csv`, or `data/trials.csv.gz`.
 * @returns A path such as `data/trials.study.json`.
 */
export function studyFactsPath(tablePath: string): string {
  return `${tablePath.replace(/\.gz$/i, '').replace(/\.[^./\\]*$/, '')}.study.json`;
}

/** Where a Psych-DS dataset keeps them, from its root. */
export const studyFactsOfDataset = 'documentation/trials.study.json';

/**
 * Reads the facts beside a table, or in the documentation of the Psych-DS dataset whose `data` folder holds it.
 *
 * @returns The facts; undefined when none lie there.
 * @throws InputError when the file there is wrong.
 */
export function readStudyFacts(tablePath: string): StudyFacts | undefined {
  const path = [studyFactsPath(tablePath), join(dirname(tablePath), '..', studyFactsOfDataset)].find(
    existsSync,
  );
  return path ? readJson(path, studyFactsSchema, { what: "a study's facts" }) : undefined;
}
