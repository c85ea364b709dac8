import { participantRules, trialRules } from '../../src/records/exclusionRules.ts';
import { trialFieldList } from '../../src/records/trialRecord.ts';
import { trialsCsv } from '../../src/records/writeTrials.ts';
import type { Study } from '../study/definition.ts';
import type { HumanTrial, StudyRecords } from './readRecords.ts';

const ruleMeanings = Object.entries({ ...participantRules, ...trialRules })
  .map(([rule, meaning]) => `${rule} (${meaning})`)
  .join(', ');

/**
 * The records as a Psych-DS dataset: metadata, one data file a participant and task.
 *
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
    variableMeasured: trialFieldList.map(([field, { column, meaning }]) => ({
      '@type': 'PropertyValue',
      name: column,
      description: field === 'exclusionRules' ? `${meaning}: ${ruleMeanings}` : meaning,
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
  for (const [path, trials] of dataFiles(study, records.trials)) files.set(path, trialsCsv(trials));
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
