import { factsOf } from '../../../listening-test/study/factsOf.ts';
import { loadStudy } from '../../../listening-test/study/loadStudy.ts';
import { type AnalysisConfig, parseAnalysisConfig, readAnalysisConfig } from '../../analysis/config.ts';
import { type FrozenPlan, readAnalysisPlan, underPlan } from '../../analysis/plan/analysisPlan.ts';
import type { Versions } from '../../analysis/report/methods.ts';
import { InputError } from '../../base/inputError.ts';
import { packageVersion } from '../../base/versions.ts';
import { hasTrialsOf, humanStudies, type TrialTable, withStudy } from '../../records/trialTable.ts';
import type { Flags } from '../command.ts';

/** Whether results are to be printed as JSON, and nothing to be written. */
export const isJson = (flags: Flags) => flags['json'] === true || flags['format'] === 'json';

/** The plan that was fixed before the data, if one was given. */
export function frozenPlan({ planFile }: Flags): FrozenPlan | undefined {
  return planFile === undefined ? undefined : readAnalysisPlan(String(planFile));
}

/**
 * Settings of the analysis: those of the configuration and of the plan, overridden by flags.
 *
 * @param plan - What was fixed before the data.
 */
export function configOf(flags: Flags, plan: FrozenPlan | undefined): AnalysisConfig {
  const path = flags['config'];
  const own = path === undefined ? parseAnalysisConfig() : readAnalysisConfig(String(path));
  const config = plan ? underPlan(own, plan) : own;
  return {
    ...config,
    ...(flags['permutations'] === undefined ? {} : { permutations: Number(flags['permutations']) }),
    ...(flags['seed'] === undefined ? {} : { seed: Number(flags['seed']) }),
  };
}

/**
 * The trials with what is known of the study that they come from, if it was named.
 *
 * @throws InputError where none of the trials are of that study.
 */
export function withStudyOf(table: TrialTable, flags: Flags): TrialTable {
  if (flags['study'] === undefined) return table;
  const { study, stimuli } = loadStudy(String(flags['study']));
  const sources = new Set([...stimuli.values()].map(({ sourceId }) => sourceId));
  if (!hasTrialsOf(table, { study: study.id, sources })) {
    const others = humanStudies(table).map((name) => `'${name}'`);
    throw new InputError(
      `must be the study of some of the trials, ${flags['study']} is '${study.id}', they are of ${others.join(', ')}; give the folder of theirs`,
      { option: 'study' },
    );
  }
  return withStudy(table, factsOf(study));
}

/** What made the results. */
export function reportVersions(): Versions {
  return { toolkit: packageVersion(), node: process.versions.node };
}
