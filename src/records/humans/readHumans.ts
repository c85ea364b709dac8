import { cellNumber } from '../../base/csvCells.ts';
import { InputError } from '../../base/inputError.ts';
import { packagePath } from '../../base/packagePath.ts';
import { type CsvTable, readCsvTable } from '../../base/readCsv.ts';

/** Recognition by several people in one background at one signal-to-noise ratio. */
export interface HumanCell {
  /** As the table names it. */
  background: string;
  /** dB; +∞ without background. */
  snrDb: number;
  /** Proportion correct of each participant, in the order of {@link HumansInNoise.participants}; NaN where there is none. */
  proportions: Float64Array;
}

/** People's recognition in noise. */
export interface HumansInNoise {
  /** The table it was read from. */
  path: string;
  participants: readonly string[];
  cells: readonly HumanCell[];
}

/** The table that comes with the package: 44 people, words in five backgrounds. */
export function shippedHumans(): string {
  return packagePath('src/records/humans/saddler2024.csv');
}

const columns = ['participant', 'background', 'snr_db', 'proportion_correct'] as const;

/**
 * Reads people's recognition in noise.
 *
 * @param path - A table with the columns `participant`, `background`, `snr_db` (dB, or `clean`) and
 *   `proportion_correct`.
 * @throws InputError naming line and column.
 */
export function readHumans(path: string = shippedHumans()): HumansInNoise {
  const table = readCsvTable(path);
  const missing = columns.filter((column) => !table.columns.includes(column));
  if (missing.length > 0)
    throw new InputError(
      `${path}: columns ${columns.join(', ')} are needed, ${missing.join(', ')} missing; add what is missing`,
    );
  const participants = new Map<string, number>();
  const cells = new Map<string, { background: string; snrDb: number; values: Map<number, number> }>();
  table.rows.forEach((row, i) => {
    const { participant, background, snrDb, proportion } = personCell(table, row, i);
    const person = participants.get(participant) ?? participants.size;
    participants.set(participant, person);
    const cell = cells.get(`${background}\n${snrDb}`) ?? { background, snrDb, values: new Map() };
    cells.set(`${background}\n${snrDb}`, cell);
    if (cell.values.has(person))
      throw new InputError(
        `${path} line ${table.lines[i]}: participant '${participant}' has '${background}' at this signal-to-noise ratio twice; keep one of the rows`,
      );
    cell.values.set(person, proportion);
  });
  return {
    path,
    participants: [...participants.keys()],
    cells: [...cells.values()].map(({ background, snrDb, values }) => ({
      background,
      snrDb,
      proportions: Float64Array.from({ length: participants.size }, (_, k) => values.get(k) ?? Number.NaN),
    })),
  };
}

function personCell({ path, separator, columns: names, lines }: CsvTable, row: readonly string[], i: number) {
  const cell = (column: (typeof columns)[number]) => row[names.indexOf(column)]!;
  const fail = (column: (typeof columns)[number], rule: string): never => {
    throw new InputError(
      `${path} line ${lines[i]}: column '${column}' must be ${rule}, got '${cell(column)}'; correct or remove the row`,
    );
  };
  const filled = (column: 'participant' | 'background') => cell(column) || fail(column, 'filled in');
  const snr = cell('snr_db');
  const snrDb = snr.toLowerCase() === 'clean' ? Number.POSITIVE_INFINITY : cellNumber(snr, separator);
  const proportion = cellNumber(cell('proportion_correct'), separator);
  return {
    participant: filled('participant'),
    background: filled('background'),
    snrDb: Number.isNaN(snrDb) ? fail('snr_db', "a number of dB or 'clean'") : snrDb,
    proportion:
      proportion >= 0 && proportion <= 1 ? proportion : fail('proportion_correct', 'a number from 0 to 1'),
  };
}
