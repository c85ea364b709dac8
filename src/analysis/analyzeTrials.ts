import { InputError } from '../base/inputError.ts';
import { inputFiles } from '../base/inputFiles.ts';
import { createRandom } from '../base/random.ts';
import { requireAwaited } from '../base/requireAwaited.ts';
import { participantStatistics } from '../records/participantStatistics.ts';
import { placeOfRow, type TrialTable } from '../records/trialTable.ts';
import type { BootstrapOptions } from '../statistics/estimates/bootstrap.ts';
import { median } from '../statistics/estimates/descriptive.ts';
import { agreementWithPeople } from './byItem/agreement/agreementWithPeople.ts';
import { confusionAgreements } from './byItem/confusions.ts';
import { consistencyOf } from './byItem/consistency.ts';
import { gradedCorrelations } from './byItem/gradedCorrelation.ts';
import { itemCorrelations } from './byItem/itemCorrelation.ts';
import { gatherItems } from './byItem/items.ts';
import { leaveOneOut, splitHalfReliability } from './byItem/reliability.ts';
import { curveClaims } from './byStage/curveClaims.ts';
import { anovaAsPublished, compareMetamerModels, inferCurve } from './byStage/inference.ts';
import { overTrials } from './byStage/overTrials.ts';
import { type CurveKey, curveKeys, recognitionOf } from './byStage/recognition.ts';
import { summarizeLevels } from './byStage/summary.ts';
import { chanceLevel } from './chance.ts';
import { type AnalysisConfig, parseAnalysisConfig } from './config.ts';
import type { Context } from './context.ts';
import { crossModelRecognition } from './crossModel.ts';
import { demographics } from './demographics.ts';
import { designWarnings } from './designWarnings.ts';
import { analyzeDiscrimination, type Discrimination } from './discrimination/analyzeDiscrimination.ts';
import { designsOf } from './discrimination/design.ts';
import { conductSensitivity } from './exclusions/conduct.ts';
import { applyExclusions } from './exclusions/exclude.ts';
import { nothingLeft } from './exclusions/nothingLeft.ts';
import { exclusionSensitivity } from './exclusions/sensitivity.ts';
import { recognitionInNoise } from './inNoise/recognitionInNoise.ts';
import type { Analysis, AnalysisResults, CurveResults } from './results.ts';
import { gatherModelScores, numberStimuli } from './trials/stimuli.ts';
import { curveWarnings, tableWarnings } from './warnings.ts';

/**
 * Holds models against people: recognition by stage and by item, agreement, exclusions, as `results.json` has it.
 *
 * @param table - Trials, from `readTrials`.
 * @param config - Settings; default as `parseAnalysisConfig` gives them.
 * @param onStep - Hears what is being worked on.
 * @throws InputError when no human trial is left to analyze, or the table is still a promise.
 */
export function analyzeTrials(
  table: TrialTable,
  config: AnalysisConfig = parseAnalysisConfig(),
  onStep?: (step: string) => void,
): AnalysisResults {
  requireAwaited(table, 'a table of trials', 'readTrials(…)');
  return analysisOf(table, config, onStep).results;
}

/**
 * The same with what the results rest on, for the report.
 *
 * @param table - Trials.
 * @param config - Settings.
 * @param onStep - Hears what is being worked on.
 * @throws InputError when no human trial is left to analyze.
 */
export function analysisOf(
  table: TrialTable,
  config: AnalysisConfig,
  onStep: (step: string) => void = () => {},
): Analysis {
  refuseUnknownObservers(table, config);
  const statistics = participantStatistics(table);
  requireHumans(table, statistics.length);
  const exclusion = applyExclusions(table, statistics, config.exclusions);
  if (!exclusion.rows.includes(1)) throw nothingLeft(table, exclusion);
  const stimuli = numberStimuli(table);
  const models = gatherModelScores(table, stimuli);
  const designs = designsOf(table, config.designs);
  const allKeys = curveKeys(table, exclusion.rows);
  const keys = allKeys.filter(({ task }) => designs.get(task) === 'recognition');
  const context: Context = { table, rows: exclusion.rows, config, stimuli, models };
  const again = { keys, stimuli, models, stageOrder: config.stageOrder };
  const curves = keys.map((key) => {
    onStep(`stages and items: ${key.task}${key.metamerModel && `, metamers of ${key.metamerModel}`}`);
    return analyzeCurve(key, context);
  });
  const discrimination = allKeys.flatMap((key) => {
    const design = designs.get(key.task)!;
    return design === 'recognition' ? [] : [discriminationOf(key, design, context)];
  });
  onStep('noise, models, exclusions');
  const results: AnalysisResults = {
    title: config.title || defaultTitle(curves, discrimination),
    seed: config.seed,
    permutations: config.permutations,
    bootstrapResamples: config.bootstrap,
    configuration: config,
    inputs: inputFiles([...table.files.map(({ path }) => path), ...table.people.paths]),
    plan: null,
    trials: exclusion.rows.reduce((sum, used) => sum + used, 0),
    participants: exclusion.steps.at(-1)?.remainingParticipants ?? exclusion.startParticipants,
    models: models.map(({ observer }) => observer),
    exclusions: {
      startParticipants: exclusion.startParticipants,
      startTrials: exclusion.startTrials,
      steps: exclusion.steps,
      sensitivity: exclusionSensitivity(table, statistics, { ...again, exclusion, rules: config.exclusions }),
    },
    demographics: demographics(table, exclusion.rows),
    conduct: conductSensitivity(table, exclusion.rows, again),
    curves,
    discrimination,
    ...comparisons(curves, config),
    inNoise: inNoiseOf(context),
    humans: [],
    crossModel: crossModelRecognition(table, { stimuli, models, curves, bootstrap: bootstrapOf(config) }),
    warnings: [...designWarnings(curves), ...tableWarnings(context)],
  };
  return { results, rows: exclusion.rows, stimuli, models };
}

function requireHumans(table: TrialTable, participants: number): void {
  if (table.count === 0 && table.ungraded > 0)
    throw new InputError(
      `${table.path}: column 'correct' must be filled in for some trials, nothing is right or wrong in any of them; give the trials of a task with right answers`,
    );
  if (participants === 0)
    throw new InputError(
      `${table.path}: column 'observer' must have rows of 'human', it has only ${table.observer.names.join(', ')}; add the humans' trials`,
    );
}

function defaultTitle(curves: readonly CurveResults[], discrimination: readonly Discrimination[]): string {
  return curves.length > 0 || discrimination.length === 0
    ? 'Human and model recognition of model metamers'
    : 'Telling model metamers from other sounds';
}

function discriminationOf(key: CurveKey, design: Discrimination['design'], context: Context): Discrimination {
  const { table, rows, config, stimuli } = context;
  const { levels } = recognitionOf(table, rows, { key, stimuli, models: [], stageOrder: config.stageOrder });
  const chance = chanceOf(key.task, context);
  return analyzeDiscrimination(table, rows, {
    ...{ key, design, levels },
    alternatives: design === 'forced-choice' && chance > 0 ? Math.round(1 / chance) : null,
    ...bootstrapOf(config),
    resamples: Math.min(config.bootstrap, mostDiscriminationResamples),
  });
}

function refuseUnknownObservers(table: TrialTable, { models }: AnalysisConfig): void {
  const { names, codes } = table.observer;
  const unknown = names.find((name) => name !== 'human' && models && !models.includes(name));
  if (unknown === undefined) return;
  const place = placeOfRow(table, codes.indexOf(names.indexOf(unknown)));
  throw new InputError(
    `${place}: column 'observer' must be one of human, ${models!.join(', ')}, got '${unknown}'; correct it or add it to the configuration's 'models'`,
  );
}

function inNoiseOf(context: Context) {
  const { table, rows, config } = context;
  return recognitionInNoise(table, rows, {
    chanceOf: (task) => chanceOf(task, context),
    random: createRandom(config.seed),
    resamples: Math.min(config.bootstrap, mostItemResamples),
  });
}

function chanceOf(task: string, { table, config }: Context): number {
  return chanceLevel(task, { stated: config.chance, studies: table.studies.values() });
}

/** Resamples of listeners, of sources and of both, for agreement and thresholds: standard errors within 5 %. */
const mostItemResamples = 400;

/** Resamples of listeners, of sources and of both, for sensitivities. */
const mostDiscriminationResamples = 1000;

/** Pairs of metamer models up to which each comparison takes all permutations that were asked for. */
const fewComparisons = 6;

/** Each part draws from a generator of its own, so that one part's draws do not change another's. */
function bootstrapOf(config: AnalysisConfig): BootstrapOptions {
  return { random: createRandom(config.seed), resamples: config.bootstrap };
}

function permutationsOf(config: AnalysisConfig) {
  return { count: config.permutations, random: createRandom(config.seed) };
}

function analyzeCurve(key: CurveKey, context: Context): CurveResults {
  const { table, rows, config, stimuli, models } = context;
  const options = { key, stimuli, models, stageOrder: config.stageOrder };
  const recognition = recognitionOf(table, rows, options);
  const items = gatherItems(table, rows, options);
  const random = createRandom(config.seed);
  const reliability = {
    raw: splitHalfReliability(items, { random, withinLevel: false }),
    withinStage: splitHalfReliability(items, { random, withinLevel: true }),
  };
  const chance = chanceOf(key.task, context);
  const claims = curveClaims(table, items, { models, config, chance });
  const { agreement, comparisons: modelComparisons } = agreementWithPeople(table, items, {
    models,
    random: createRandom(config.seed),
    resamples: Math.min(config.bootstrap, mostItemResamples),
  });
  const graded = gradedCorrelations(items, models, {
    random: createRandom(config.seed),
    resamples: Math.min(config.bootstrap, mostItemResamples),
  });
  const inference = inferCurve(recognition, permutationsOf(config));
  const results: CurveResults = {
    ...key,
    headline: claims.headline,
    anovaAsPublished: anovaAsPublished(inference.anovas, key.metamerModel),
    claims,
    chance,
    recognition,
    overTrials: overTrials(table, rows, {
      ...{ key, levels: recognition.levels, stimulusOfRow: stimuli.ofRow },
    }),
    summaries: summarizeLevels(recognition, claims.proportions),
    inference,
    byItem: {
      items: items.trials.length,
      medianAnswersPerItem: median(items.trials),
      consistency: consistencyOf(items, models, { agreement, random: createRandom(config.seed) }),
      reliability: {
        ...reliability,
        leaveOneOut: leaveOneOut(items),
      },
      correlations: itemCorrelations(items, models, {
        reliability,
        intervals: { answers: agreement, probability: graded },
      }),
      confusions: confusionAgreements(table, items, { stimuli, models }),
      agreement,
      modelComparisons,
    },
    warnings: [],
  };
  results.warnings.push(...curveWarnings(results, context));
  return results;
}

function comparisons(
  curves: readonly CurveResults[],
  config: AnalysisConfig,
): Pick<AnalysisResults, 'metamerModelComparisons' | 'comparisonNotes'> {
  const pairs = curves.flatMap((first, i) =>
    curves
      .slice(i + 1)
      .filter((second) => second.task === first.task && first.metamerModel && second.metamerModel)
      .map((second) => [first, second] as const),
  );
  const share = Math.min(1, fewComparisons / Math.max(1, pairs.length));
  const count = Math.min(config.permutations, Math.max(1000, Math.floor(share * config.permutations)));
  const compared = pairs.map(([first, second]) => ({
    task: first.task,
    anova: compareMetamerModels([first.recognition, second.recognition], {
      ...permutationsOf(config),
      count,
    }),
  }));
  return {
    metamerModelComparisons: compared.flatMap(({ task, anova }) =>
      typeof anova === 'string' ? [] : [{ task, ...anova }],
    ),
    comparisonNotes: compared.flatMap(({ anova }) => (typeof anova === 'string' ? [anova] : [])),
  };
}
