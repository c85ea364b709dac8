import { createRandom } from '../../base/random.ts';
import { type AnalysisRules, analysisRules } from '../../records/analysisRules.ts';
import type { ParticipantStatistics } from '../../records/participantStatistics.ts';
import type { TrialTable } from '../../records/trialTable.ts';
import { inferCurve } from '../byStage/inference.ts';
import { type CurveKey, recognitionOf } from '../byStage/recognition.ts';
import type { ModelScores, Stimuli } from '../trials/stimuli.ts';
import { applyExclusions, type Exclusion } from './exclude.ts';

/** The main result under another set of rules. */
export interface SensitivityLine {
  task: string;
  metamerModel: string;
  /** Such as `all rules`, `without catch`, `no rules`. */
  rules: string;
  participants: number;
  trials: number;
  /** The effect followed: observer × stage against the generating model, else stage. */
  effect: string;
  f: number;
  pGreenhouseGeisser: number;
  partialEtaSquared: number;
}

const ruleNames = Object.keys(analysisRules.shape) as (keyof AnalysisRules)[];

/**
 * Repeats the main analysis with all rules, with each rule left out that removed anything, and with none.
 *
 * @param table - The trials.
 * @param statistics - Each participant's tallies.
 * @param options - The rules and what they excluded, curves, stimuli and models.
 * @returns One line per curve and set of rules.
 */
export function exclusionSensitivity(
  table: TrialTable,
  statistics: readonly ParticipantStatistics[],
  options: {
    rules: AnalysisRules;
    exclusion: Exclusion;
    keys: readonly CurveKey[];
    stimuli: Stimuli;
    models: readonly ModelScores[];
    stageOrder: readonly string[];
  },
): SensitivityLine[] {
  const { rules, exclusion: full } = options;
  const active = ruleNames.filter((name) =>
    full.steps.some(
      (step) => step.rule === name && (step.removedTrials > 0 || step.removedParticipants.length > 0),
    ),
  );
  const off = (names: readonly string[]): AnalysisRules => ({
    ...rules,
    ...Object.fromEntries(
      names.map((name) => [name, name === 'headphones' || name === 'recorded' ? false : null]),
    ),
  });
  const variants = [
    { name: 'all rules', rows: full.rows },
    ...(active.length > 1
      ? active.map((name) => ({
          name: `without ${name}`,
          rows: applyExclusions(table, statistics, off([name])).rows,
        }))
      : []),
    { name: 'no rules', rows: applyExclusions(table, statistics, off(ruleNames)).rows },
  ];
  return options.keys.flatMap((key) =>
    variants.flatMap(({ name, rows }) => mainResult(table, rows, { ...options, key, name })),
  );
}

function mainResult(
  table: TrialTable,
  rows: Uint8Array,
  options: {
    key: CurveKey;
    name: string;
    stimuli: Stimuli;
    models: readonly ModelScores[];
    stageOrder: readonly string[];
  },
): SensitivityLine[] {
  const { key, name, models } = options;
  const generating = models.filter(({ observer }) => observer === key.metamerModel);
  const recognition = recognitionOf(table, rows, { ...options, models: generating });
  const { anovas } = inferCurve(recognition, { count: 0, random: createRandom(0) });
  const mixed = anovas.find(({ design }) => design === 'mixed');
  const anova = mixed ?? anovas[0];
  const effect = anova?.table[mixed ? 'between:within' : 'within'];
  if (!anova || !effect) return [];
  return [
    {
      task: key.task,
      metamerModel: key.metamerModel,
      rules: name,
      participants: recognition.participants.length,
      trials: recognition.trials.reduce((sum, value) => sum + value, 0),
      effect: effect.effect,
      f: effect.f,
      pGreenhouseGeisser: effect.pGreenhouseGeisser,
      partialEtaSquared: effect.partialEtaSquared,
    },
  ];
}
