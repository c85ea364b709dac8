import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMissing } from '../base/csvCells.ts';
import { InputError } from '../base/inputError.ts';
import { type CsvTable, readCsvTable } from '../base/readCsv.ts';
import { humanStudies, nameAt, type People, type TrialTable } from './trialTable.ts';

const prefix = 'demographics_';

/**
 * Reads what people told of themselves.
 *
 * @param path - A table such as the export's `participants.csv`: `participant`, and one column a question whose name
 *   begins with `demographics_`. Of a participant's several visits the first that answered a question counts.
 * @throws InputError when the file cannot be read, names no participants or has no such column.
 */
export function readPeople(path: string): People {
  const table = readCsvTable(path);
  const people = peopleOf(path, table);
  if (!people)
    throw new InputError(
      `${path}: the columns must be participant and any that begin with ${prefix}, they are ${table.columns.join(', ')}; give the export's participants.csv`,
    );
  return people;
}

/** Undefined where the table is somebody else's. */
function peopleOf(path: string, { columns, rows }: CsvTable): People | undefined {
  const participant = columns.indexOf('participant');
  const asked = columns.flatMap((column, place) =>
    column.startsWith(prefix) ? [{ question: column.slice(prefix.length), place }] : [],
  );
  if (participant < 0 || asked.length === 0) return undefined;
  const answers = new Map<string, Map<string, string>>();
  for (const row of rows) {
    const own = answers.get(row[participant]!) ?? new Map<string, string>();
    answers.set(row[participant]!, own);
    for (const { question, place } of asked)
      if (!isMissing(row[place]!) && !own.has(question)) own.set(question, row[place]!);
  }
  return { paths: [path], questions: asked.map(({ question }) => question), answers };
}

/**
 * A table with what its people told of themselves.
 *
 * @param table - The trials; of several studies, each file's people are those of its own participants table.
 * @param path - Table of the people of all files; unless told, what lies beside each file: `participants.csv`, or a
 *   Psych-DS dataset's table of that description.
 */
export function withPeople(table: TrialTable, path?: string): TrialTable {
  const isApart = humanStudies(table).length > 1;
  const tables = new Map<string, People | undefined>();
  const answers = new Map<string, ReadonlyMap<string, string>>();
  table.files.forEach(({ firstRow, path: file }, i) => {
    const at = path ?? besideTable(file);
    if (at === undefined) return;
    if (!tables.has(at)) tables.set(at, path === undefined ? peopleOf(at, readCsvTable(at)) : readPeople(at));
    const rows = [firstRow, table.files[i + 1]?.firstRow ?? table.count] as const;
    const known = tables.get(at);
    if (!known) return;
    for (const [name, bare] of humansIn(table, rows, isApart)) {
      const own = known.answers.get(bare);
      if (own) answers.set(name, own);
    }
  });
  const read = [...tables.values()].filter((people) => people !== undefined);
  const questions = [...new Set(read.flatMap((people) => people.questions))];
  return { ...table, people: { paths: read.flatMap((people) => people.paths), questions, answers } };
}

/** Humans of a stretch of rows: the name in the table, and that in their study. */
function humansIn(
  table: TrialTable,
  [from, to]: readonly [number, number],
  isApart: boolean,
): Map<string, string> {
  const human = table.observer.names.indexOf('human');
  const humans = new Map<string, string>();
  for (let row = from; row < to; row++) {
    if (table.observer.codes[row] !== human) continue;
    const name = nameAt(table.participant, row);
    if (humans.has(name)) continue;
    const study = nameAt(table.study, row);
    humans.set(name, isApart ? name.slice(study.length + 1) : name);
  }
  return humans;
}

/** A table of that name may be somebody else's. */
function besideTable(file: string): string | undefined {
  const folder = dirname(file);
  if (!existsSync(folder)) return undefined;
  const found = readdirSync(folder).find(
    (name) => /^participants\.csv(\.gz)?$/.test(name) || /_description-participants_data\.csv$/.test(name),
  );
  return found && join(folder, found);
}
