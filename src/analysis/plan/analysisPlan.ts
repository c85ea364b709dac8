import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readJson } from '../../base/readJson.ts';
import { sha256 } from '../../base/sha256.ts';
import { analysisRules } from '../../records/analysisRules.ts';
import type { AnalysisConfig } from '../config.ts';

const primaryTest = z.strictObject({
  task: z.string().min(1),
  /** Model that made the metamers. */
  metamerModel: z.string().min(1),
  /** Model that people are held against; the one that made the metamers where it is not given. */
  observer: z.string().min(1).optional(),
  /** What is tested: whether recognition by stage differs between humans and the model, or falls over stages. */
  effect: z.enum(['observer × stage', 'observer', 'stage']),
});

const analysisPlan = z.strictObject({
  format: z.literal(1),
  title: z.string().default(''),
  primaryTest,
  alpha: z.number().gt(0).lt(1).default(0.05),
  exclusions: analysisRules.default(analysisRules.parse({})),
  /** Number of participants that were to be analyzed. */
  participants: z.int().min(1).optional(),
});

/** What was fixed before the data were seen. */
export type AnalysisPlan = z.infer<typeof analysisPlan>;

/** A plan with its file. */
export interface FrozenPlan {
  path: string;
  /** Of the file's bytes, to be compared with what was registered. */
  sha256: string;
  plan: AnalysisPlan;
}

/**
 * Reads a plan.
 *
 * @param path - A JSON file.
 * @throws InputError naming the field and its rule.
 */
export function readAnalysisPlan(path: string): FrozenPlan {
  const plan = readJson(path, analysisPlan, { what: 'the plan of an analysis' });
  return { path, sha256: sha256(readFileSync(path)), plan };
}

/**
 * Settings with the plan's exclusions, where the configuration states none of its own.
 *
 * @param config - The settings.
 */
export function underPlan(config: AnalysisConfig, { plan }: FrozenPlan): AnalysisConfig {
  const isStated = JSON.stringify(config.exclusions) !== JSON.stringify(analysisRules.parse({}));
  return isStated ? config : { ...config, exclusions: plan.exclusions };
}

/** How an analysis relates to its plan. */
export interface PlanReport {
  path: string;
  sha256: string;
  alpha: number;
  primaryTest: AnalysisPlan['primaryTest'];
  /** p of the primary test; NaN where it could not be made. */
  p: number;
  /** Which test gave it. */
  test: string;
  isSignificant: boolean;
  isFollowed: boolean;
  /** What is not as planned, sentences. */
  deviations: string[];
}
