import { csvText } from '../../src/base/writeCsv.ts';
import { participantRules, trialRules } from '../../src/records/exclusionRules.ts';
import { type TrialColumn, trialColumns } from '../../src/records/trialRecord.ts';
import type { Study } from '../study/definition.ts';
import type { HumanTrial, StudyRecords } from './readRecords.ts';
import { trialCells } from './trialsCsv.ts';

const meanings: Record<TrialColumn, string> = {
  study: 'Name of the study',
  participant: 'Code of the participant; says nothing about the person',
  observer: 'human, or the name of a model',
  task: 'What was asked: word, genre or another task of the study',
  block: 'practice, main or catch',
  trial_index: 'Position of the trial in the session, from 0',
  source_id: 'Recording the sound was made from',
  condition: 'natural, or model/stage of the metamer',
  stage: 'Stage the metamer was matched at; empty for a natural sound',
  metamer_model: 'Model whose metamer it is; empty for a natural sound',
  target: 'Right answer',
  response: 'Given answer; several are joined by semicolons, empty means that no idea was reported',
  correct: 'Whether the target is among the answers',
  rt_ms: 'Time from the end of the sound to the answer, milliseconds',
  play_valid: 'Whether the sound was heard whole and undisturbed',
  excluded: 'Whether a rule excludes the trial',
  exclusion_rules: `Ids of the rules, joined by semicolons: ${Object.entries({
    ...participantRules,
    ...trialRules,
  })
    .map(([rule, meaning]) => `${rule} (${meaning})`)
    .join(', ')}`,
  started_at: 'Start of the trial by the browser clock, ISO 8601, UTC',
  responded_at: 'Time of the answer by the browser clock, ISO 8601, UTC',
};

/**
 * The records as a Psych-DS dataset: metadata, one data file a participant and task.
 *
 * @param study - The study.
 * @param records - Its records.
 * @returns Texts by path.
 * @see https://psych-ds.github.io: root `dataset_description.json` with name, description and variableMeasured; data
 *   files below `data/`, named by keyword-value pairs of letters and digits, ending in `_data.csv`.
 */
export function psychDsFiles(study: Study, records: StudyRecords): Map<string, string> {
  const description = {
    '@context': 'https://schema.org/',
    '@type': 'Dataset',
    name: study.title,
    description: `Answers of participants to natural sounds and model metamers (study ${study.id}).`,
    variableMeasured: trialColumns.map((name) => ({
      '@type': 'PropertyValue',
      name,
      description: meanings[name],
    })),
    ...(study.contact ? { author: [{ '@type': 'Person', name: study.contact }] } : {}),
  };
  const files = new Map([
    ['dataset_description.json', `${JSON.stringify(description, null, 2)}\n`],
    [
      'README.md',
      `# ${study.title}\n\nTrial records, one row a trial; the columns are described in dataset_description.json.\n`,
    ],
    ['CHANGES.md', '# Changes\n\nFirst export.\n'],
  ]);
  for (const [path, trials] of dataFiles(study, records.trials))
    files.set(path, csvText(trialColumns, trials.map(trialCells)));
  return files;
}

function dataFiles(study: Study, trials: readonly HumanTrial[]): Map<string, HumanTrial[]> {
  const files = new Map<string, HumanTrial[]>();
  for (const trial of trials) {
    const keywords = [
      ['study', study.id],
      ['subject', trial.participant],
      ['task', trial.task],
    ].map(([keyword, value]) => `${keyword}-${value!.replace(/[^A-Za-z0-9]/g, '')}`);
    const path = `data/${keywords.join('_')}_data.csv`;
    files.set(path, [...(files.get(path) ?? []), trial]);
  }
  return files;
}
