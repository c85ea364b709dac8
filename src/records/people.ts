import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMissing } from '../base/csvCells.ts';
import { InputError } from '../base/inputError.ts';
import { readCsvTable } from '../base/readCsv.ts';
import { humanStudies, type People, type TrialTable } from './trialTable.ts';

const prefix = 'demographics_';

/**
 * Reads what people told of themselves.
 *
 * @param path - A table such as the export's `participants.csv`: `participant`, and one column a question whose name
 *   begins with `demographics_`. Of a participant's several visits the first that answered a question counts.
 * @throws InputError when the file cannot be read, names no participants or has no such column.
 */
export function readPeople(path: string): People {
  const { columns, rows } = readCsvTable(path);
  const place = columns.indexOf('participant');
  const asked = columns.filter((column) => column.startsWith(prefix));
  if (place < 0 || asked.length === 0)
    throw new InputError(
      `${path}: the columns must be participant and any that begin with ${prefix}, they are ${columns.join(', ')}; give the export's participants.csv`,
    );
  const answers = new Map<string, Map<string, string>>();
  for (const row of rows) {
    const own = answers.get(row[place]!) ?? new Map<string, string>();
    answers.set(row[place]!, own);
    for (const column of asked) {
      const question = column.slice(prefix.length);
      const answer = row[columns.indexOf(column)]!;
      if (!isMissing(answer) && !own.has(question)) own.set(question, answer);
    }
  }
  return { paths: [path], questions: asked.map((column) => column.slice(prefix.length)), answers };
}

/**
 * A table with what its people told of themselves.
 *
 * @param table - The trials; of several studies, each file's people are those of its own participants table.
 * @param path - Table of the people of all files; unless told, what lies beside each file: `participants.csv`, or a
 *   Psych-DS dataset's table of that description.
 */
export function withPeople(table: TrialTable, path?: string): TrialTable {
  const sources = table.files.map(({ firstRow, path: file }, i) => ({
    rows: [firstRow, table.files[i + 1]?.firstRow ?? table.count] as const,
    people: path ?? besideTable(file),
  }));
  const tables = new Map<string, People>();
  const answers = new Map<string, ReadonlyMap<string, string>>();
  for (const { rows, people } of sources) {
    if (people === undefined) continue;
    const known = tables.get(people) ?? readPeople(people);
    tables.set(people, known);
    for (const [name, bare] of humansIn(table, rows)) {
      const own = known.answers.get(bare);
      if (own) answers.set(name, own);
    }
  }
  const questions = [...new Set([...tables.values()].flatMap((people) => people.questions))];
  return { ...table, people: { paths: [...tables.keys()], questions, answers } };
}

/** Humans of a stretch of rows: the name in the table, and that in their study. */
function humansIn(table: TrialTable, [from, to]: readonly [number, number]): Map<string, string> {
  const isApart = humanStudies(table).length > 1;
  const human = table.observer.names.indexOf('human');
  const humans = new Map<string, string>();
  for (let row = from; row < to; row++) {
    if (table.observer.codes[row] !== human) continue;
    const name = table.participant.names[table.participant.codes[row]!]!;
    if (humans.has(name)) continue;
    const study = table.study.names[table.study.codes[row]!]!;
    humans.set(name, isApart ? name.slice(study.length + 1) : name);
  }
  return humans;
}

function besideTable(file: string): string | undefined {
  const folder = dirname(file);
  if (!existsSync(folder)) return undefined;
  const found = readdirSync(folder).find(
    (name) => name === 'participants.csv' || /_description-participants_data\.csv$/.test(name),
  );
  return found && isAsked(join(folder, found)) ? join(folder, found) : undefined;
}

/** A table of that name may be somebody else's. */
function isAsked(path: string): boolean {
  const { columns } = readCsvTable(path);
  return columns.includes('participant') && columns.some((column) => column.startsWith(prefix));
}
