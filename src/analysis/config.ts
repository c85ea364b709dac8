import { z } from 'zod';
import { readJson } from '../base/readJson.ts';
import { validated } from '../base/validate.ts';

const share = z.number().min(0).max(1);

const exclusionRules = z.strictObject({
  /** Participants whose recorded rule ids name the headphone check. */
  headphones: z.boolean().default(true),
  /** Least share of the last twelve practice trials correct; 5 of 12 as published. */
  practice: z
    .strictObject({ leastCorrect: share })
    .nullable()
    .default({ leastCorrect: 5 / 12 }),
  /** Least share of correct catch trials. */
  catch: z
    .strictObject({ leastCorrect: share })
    .nullable()
    .default({ leastCorrect: 15 / 16 }),
  /** Most invalid plays a participant may have; single invalid plays are left out in any case. */
  plays: z.strictObject({ mostInvalid: share }).nullable().default({ mostInvalid: 0.1 }),
  /** Least median response time of a participant, and bounds of single trials, ms after the sound's end. */
  responseTime: z
    .strictObject({
      leastMedianMs: z.number().min(0).default(0),
      leastMs: z.number().min(0).default(0),
      mostMs: z.number().positive().nullable().default(null),
    })
    .nullable()
    .default({ leastMedianMs: 300, leastMs: 0, mostMs: null }),
  /** Most often a participant may give the same answer, as a share; three times chance is always allowed. */
  repeatedAnswers: z.strictObject({ mostSame: share }).nullable().default({ mostSame: 0.3 }),
  /** Participants and trials marked `excluded` by the study under ids that no other rule covers. */
  recorded: z.boolean().default(true),
});

const analysisConfig = z.strictObject({
  title: z.string().default('Human and model recognition of model metamers'),
  /** Models that may stand under `observer`; any name where not given. */
  models: z.array(z.string().min(1)).optional(),
  /** Chance level by task; 1 / (number of targets) where not given. */
  chance: z.record(z.string(), share).default({}),
  /** Stages in processing order, where the built-in order is not meant. */
  stageOrder: z.array(z.string()).default([]),
  permutations: z.int().min(0).max(1_000_000).default(10_000),
  bootstrap: z.int().min(1000).max(1_000_000).default(10_000),
  seed: z.int().min(0).default(1),
  exclusions: exclusionRules.default(exclusionRules.parse({})),
});

/** Settings of an analysis, every default filled in. */
export type AnalysisConfig = z.infer<typeof analysisConfig>;
/** Exclusion rules; null or false turns one off. */
export type ExclusionRules = z.infer<typeof exclusionRules>;

/**
 * Checks settings and fills in the defaults.
 *
 * @param value - Parsed JSON, or nothing.
 * @param path - Where it came from, for the message.
 * @returns The settings.
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
