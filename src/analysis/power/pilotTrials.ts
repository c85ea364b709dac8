import { InputError } from '../../base/inputError.ts';
import { participantStatistics } from '../../records/participantStatistics.ts';
import type { TrialTable } from '../../records/trialTable.ts';
import { gatherItems } from '../byItem/items.ts';
import { curveAnswers } from '../byStage/curveAnswers.ts';
import { curveKeys, recognitionOf } from '../byStage/recognition.ts';
import { levelProportions } from '../byStage/stageClaims.ts';
import { summarizeLevels } from '../byStage/summary.ts';
import type { AnalysisConfig } from '../config.ts';
import { applyExclusions } from '../exclusions/exclude.ts';
import { gatherModelScores, numberStimuli } from '../trials/stimuli.ts';
import type { Pilot } from './pilot.ts';

/**
 * What a pilot study tells a plan: its first curve, summaries and items, after the exclusions.
 *
 * @param table - The pilot's trials.
 * @param config - Settings.
 * @throws InputError when no human trial is left.
 */
export function pilotOf(table: TrialTable, config: AnalysisConfig): Pilot {
  const { rows } = applyExclusions(table, participantStatistics(table), config.exclusions);
  const [key] = curveKeys(table, rows);
  if (!key)
    throw new InputError(
      `${table.path}: a pilot must have human main trials of natural sounds or metamers, none is left after the exclusions; add trials`,
    );
  const stimuli = numberStimuli(table);
  const models = gatherModelScores(table, stimuli);
  const options = { key, stimuli, models, stageOrder: config.stageOrder };
  const recognition = recognitionOf(table, rows, options);
  const items = gatherItems(table, rows, options);
  const proportions = [
    ...levelProportions(curveAnswers(table, items, null), { code: 0, name: 'human' }, 0),
    ...recognition.models.flatMap(({ observer: name }) =>
      levelProportions(
        curveAnswers(table, items, models.find(({ observer }) => observer === name)!),
        { code: 1, name },
        0,
      ),
    ),
  ];
  return {
    curve: {
      metamerModel: key.metamerModel,
      recognition,
      summaries: summarizeLevels(recognition, proportions),
    },
    items,
  };
}
