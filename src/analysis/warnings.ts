import { counted } from '../base/inWords.ts';
import { limitedRules } from '../records/analysisRules.ts';
import { orderStages } from '../records/stageOrder.ts';
import { humanStudies, type TrialTable } from '../records/trialTable.ts';
import { naturalLevel } from './byStage/recognition.ts';
import type { AnalysisConfig } from './config.ts';
import type { Context } from './context.ts';
import type { CurveResults } from './results.ts';
import { repeatNotes } from './trials/repeats.ts';

/** Fewest answers per item for which a claim about single items is sound. */
const leastAnswersPerItem = 10;

/**
 * What a reader must know before trusting a curve's results.
 *
 * @param results - One curve's results.
 * @param context - The trials and settings.
 * @returns Sentences.
 */
export function curveWarnings(results: CurveResults, { table, config }: Context): string[] {
  const warnings: string[] = [];
  const { byItem, recognition } = results;
  if (byItem.medianAnswersPerItem < leastAnswersPerItem)
    warnings.push(
      `Half of the items have at most ${counted(byItem.medianAnswersPerItem, 'human answer')} (${leastAnswersPerItem} are wanted): claims about single items are not sound; read the corrected correlations with their intervals.`,
    );
  if (!(byItem.reliability.withinStage.spearmanBrown > 0.3))
    warnings.push(
      'Within a stage, human item means are hardly reliable (Spearman–Brown below 0.3): the corrected correlation within stages is unstable or undefined.',
    );
  const { unknown } = orderStages(
    recognition.levels.filter((level) => level !== naturalLevel),
    { stated: config.stageOrder, recorded: table.stagePlaces.get(results.metamerModel) },
  );
  if (unknown.length > 0)
    warnings.push(
      `The processing order of the stages of ${results.metamerModel} is not known, ${unknown.join(', ')} stand by name: let the trials tell it in a column stage_index, or state stageOrder in the configuration.`,
    );
  for (const { observer, coverage } of recognition.models)
    if (coverage < 1)
      warnings.push(
        `${observer} has answers for ${(100 * coverage).toFixed(1)} % of the humans' trials; it is scored on those alone.`,
      );
  if (
    results.metamerModel !== '' &&
    !recognition.models.some(({ observer }) => observer === results.metamerModel)
  )
    warnings.push(`There are no trials of ${results.metamerModel} itself on its metamers.`);
  if (Number.isNaN(results.chance))
    warnings.push(
      `Chance for task ${results.task} is not known, so that nothing is held against it: state it in the configuration's 'chance', or give the study.`,
    );
  return warnings;
}

/** Studies whose limits are not known, where the configuration does not state all of them either. */
function unknownLimits(table: TrialTable, { exclusions }: AnalysisConfig): string[] {
  const open = limitedRules.filter((rule) => exclusions[rule] === undefined);
  const unknown = humanStudies(table).filter((study) => !table.studies.has(study));
  if (open.length === 0 || unknown.length === 0) return [];
  const named = unknown.map((study) => `'${study}'`).join(', ');
  const studies = unknown.join('') === '' ? 'the study' : `the study ${named}`;
  return [
    `The exclusion limits of ${studies} are not known, because no trials.study.json of it lies beside its trials: the published ones are taken for ${open.join(', ')}. Keep the export’s file beside the table, give the study, or state the limits in the configuration.`,
  ];
}

/**
 * What a reader must know about the whole table.
 *
 * @param context - The trials and models.
 * @returns Sentences.
 */
export function tableWarnings({ table, rows, stimuli, models, config }: Context): string[] {
  const warnings = unknownLimits(table, config);
  if (models.length === 0) warnings.push('The table has no model trials: only human results can be given.');
  const studies = humanStudies(table);
  if (studies.length > 1)
    warnings.push(
      `The table holds ${studies.length} studies (${studies.join(', ')}); they are analyzed together, each with its own participants and sounds. A model's trials belong to the study that they name.`,
    );
  if (table.ungraded > 0)
    warnings.push(
      `${table.ungraded} trials in which nothing is right or wrong, such as ratings, are left out.`,
    );
  const human = table.observer.names.indexOf('human');
  const participants = new Set(
    table.participant.codes.filter((_, row) => table.observer.codes[row] === human),
  );
  if (participants.size === 1)
    warnings.push(
      'There is one participant: intervals over participants and analyses of variance are undefined.',
    );
  return [...warnings, ...repeatNotes(table, stimuli.ofRow, rows)];
}
