import { z } from 'zod';
import { readJson } from '../base/readJson.ts';
import { validated } from '../base/validate.ts';
import { analysisRules } from '../records/analysisRules.ts';
import { taskDesigns } from './discrimination/design.ts';

const share = z.number().min(0).max(1);

const analysisConfig = z.strictObject({
  /** What the report is called; it says what was asked where not given. */
  title: z.string().default(''),
  /** Models that may stand under `observer`; any name where not given. */
  models: z.array(z.string().min(1)).optional(),
  /** Design of a task where its answers do not tell: `recognition`, `same-different`, `detection`, `forced-choice`. */
  designs: z.record(z.string(), z.enum(taskDesigns)).default({}),
  /** Chance level by task; that of the study where not given. */
  chance: z.record(z.string(), share).default({}),
  /** Stages in processing order, where the built-in order is not meant. */
  stageOrder: z.array(z.string()).default([]),
  /** Difference of proportions correct within which humans and a model count as alike. */
  equivalenceMargin: z.number().gt(0).lt(1).default(0.1),
  permutations: z.int().min(0).max(1_000_000).default(10_000),
  bootstrap: z.int().min(1000).max(1_000_000).default(10_000),
  seed: z.int().min(0).default(1),
  exclusions: analysisRules.default(analysisRules.parse({})),
});

/** Settings of an analysis, every default filled in. */
export type AnalysisConfig = z.infer<typeof analysisConfig>;

/**
 * Checks settings and fills in the defaults.
 *
 * @param value - Parsed JSON, or nothing.
 * @param path - Where it came from, for the message.
 * @throws InputError naming the field and its rule.
 */
export function parseAnalysisConfig(value: unknown = {}, path = 'configuration'): AnalysisConfig {
  return validated(analysisConfig, value, path);
}

/**
 * Reads an analysis's settings.
 *
 * @param path - A JSON file with any of them.
 * @returns The settings, defaults filled in.
 * @throws InputError naming the field and its rule.
 */
export function readAnalysisConfig(path: string): AnalysisConfig {
  return readJson(path, analysisConfig);
}
