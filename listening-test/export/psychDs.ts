import { jsonText } from '../../src/base/files.ts';
import { studyFactsOfDataset } from '../../src/records/studyFacts.ts';
import { factsOf } from '../study/factsOf.ts';
import type { Study } from '../study/studySchema.ts';
import { codebookFiles } from './codebook.ts';
import type { HumanTrial, StudyRecords } from './readRecords.ts';
import { type Table, tableText } from './table.ts';

/**
 * The records as a Psych-DS dataset: metadata, one data file a participant and task, one for every other table.
 *
 * @param content - Its records, and all of its tables.
 * @returns Texts by path.
 * @see https://psych-ds.github.io: root `dataset_description.json` with name, description and variableMeasured; data
 *   files below `data/`, named by keyword-value pairs of letters and digits, ending in `_data.csv`.
 */
export function psychDsFiles(
  study: Study,
  { records, tables }: { records: StudyRecords; tables: readonly Table[] },
): Map<string, string> {
  const filled = tables.filter(({ rows }) => rows.length > 0);
  const [trials, ...others] = filled;
  const files = new Map([
    ['dataset_description.json', jsonText(descriptionOf(study, filled))],
    ['README.md', readme(study, filled)],
    ['CHANGES.md', '# Changes\n\nFirst export.\n'],
  ]);
  const codebook = codebookFiles(study, filled);
  files.set('documentation/codebook.json', codebook.get('codebook.json')!);
  files.set('documentation/codebook.md', codebook.get('codebook.md')!);
  files.set(studyFactsOfDataset, jsonText(factsOf(study)));
  if (trials) {
    for (const [path, table] of trialFiles(study, records.trials, trials)) files.set(path, tableText(table));
    // What the trials' columns mean stands once for all their files.
    files.set('data/file_metadata.json', ownMetadata(trials));
  }
  for (const table of others) {
    const path = dataPath([
      ['study', study.id],
      ['description', table.name],
    ]);
    files.set(path, tableText(table));
    files.set(path.replace(/csv$/, 'json'), ownMetadata(table));
  }
  for (const [path, text] of materials(study)) files.set(path, text);
  return files;
}

/** What a table's own columns mean, where other tables mean something else by the same name. */
function ownMetadata(table: Table): string {
  const metadata = { '@context': 'https://schema.org/', '@type': 'Dataset', ...variablesOf([table]) };
  return jsonText(metadata);
}

function descriptionOf(study: Study, tables: readonly Table[]): object {
  return {
    '@context': 'https://schema.org/',
    '@type': 'Dataset',
    name: study.title,
    description: `Answers of participants to natural sounds and model metamers (study ${study.id}).`,
    keywords: ['hearing', 'psychoacoustics', 'model metamers', 'auditory perception'],
    inLanguage: study.language,
    ...(study.license ? { license: study.license } : {}),
    ...(study.contact ? { author: [{ '@type': 'Person', name: study.contact }] } : {}),
    ...variablesOf(tables),
  };
}

/** One entry a column name; where tables mean different things by it, all of them are told. */
function variablesOf(tables: readonly Table[]): object {
  const byName = new Map<string, { column: Table['columns'][number]; meanings: Map<string, string[]> }>();
  for (const { name: table, columns } of tables)
    for (const column of columns) {
      const known = byName.get(column.name) ?? { column, meanings: new Map() };
      known.meanings.set(column.meaning, [...(known.meanings.get(column.meaning) ?? []), table]);
      byName.set(column.name, known);
    }
  const variableMeasured = [...byName].map(([name, { column, meanings }]) => ({
    '@type': 'PropertyValue',
    name,
    description:
      meanings.size === 1
        ? column.meaning
        : [...meanings].map(([meaning, where]) => `${meaning} (${where.join(', ')})`).join('; '),
    ...(column.unit ? { unitText: column.unit } : {}),
  }));
  return { variableMeasured };
}

/** What participants read and were asked, and how to go on from here. */
function materials({ texts, tasks, surveys }: Study): [path: string, text: string][] {
  const asked = { tasks, surveys };
  return [
    ...Object.entries(texts).map(([name, text = '']): [string, string] => [
      `materials/${name}.md`,
      `${text.trim()}\n`,
    ]),
    ['materials/questions.json', jsonText(asked)],
    ['analysis/README.md', '# Analysis\n\n    metamer analyze data/*_task-*_data.csv --out results\n'],
    [
      'results/README.md',
      '# Results\n\nWritten by the command in analysis/README.md; the export itself has none.\n',
    ],
  ];
}

function readme(study: Study, tables: readonly Table[]): string {
  const list = tables.map(({ name, meaning }) => `- ${name}: ${meaning}`).join('\n');
  return `# ${study.title}\n\nTables of the study ${study.id}, made with auditory-metamer:\n\n${list}\n\nTrials are one file a participant and task. Columns, units and values are explained in documentation/codebook.md and dataset_description.json.\n`;
}

function trialFiles(study: Study, trials: readonly HumanTrial[], table: Table): Map<string, Table> {
  const files = new Map<string, Table>();
  for (const [place, { participant, task }] of trials.entries()) {
    const path = dataPath([
      ['study', study.id],
      ['subject', participant],
      ['task', task],
    ]);
    const file = files.get(path) ?? { ...table, rows: [] };
    file.rows.push(table.rows[place]!);
    files.set(path, file);
  }
  return files;
}

function dataPath(pairs: readonly (readonly [keyword: string, value: string])[]): string {
  const named = pairs.map(([keyword, value]) => `${keyword}-${value.replace(/[^A-Za-z0-9]/g, '')}`);
  return `data/${named.join('_')}_data.csv`;
}
