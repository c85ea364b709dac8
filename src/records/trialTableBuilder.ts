import { InputError } from '../base/inputError.ts';
import type { CsvHeader, CsvRow } from '../base/readCsv.ts';
import { cellReader, columnPlaces } from './cellReader.ts';
import { duplicateFinder } from './duplicateFinder.ts';
import { conditionInNoise } from './noiseCondition.ts';
import {
  humanStudies,
  type NameColumn,
  nameColumnBuilder,
  numberColumnBuilder,
  placeOfRow,
  type TrialTable,
} from './trialTable.ts';

const blocks = ['practice', 'main', 'catch'];

/**
 * Builder of a table of trials from one file or several.
 *
 * @returns `open` starts a file and gives the function that takes its rows; `finish` gives the table.
 */
export function trialTableBuilder(): {
  open(header: CsvHeader): (row: CsvRow) => void;
  finish(): TrialTable;
} {
  const answers = new Map<string, number>();
  const names = {
    study: nameColumnBuilder(),
    participant: nameColumnBuilder(),
    observer: nameColumnBuilder(),
    task: nameColumnBuilder(),
    block: nameColumnBuilder(),
    source: nameColumnBuilder(),
    condition: nameColumnBuilder(),
    stage: nameColumnBuilder(),
    metamerModel: nameColumnBuilder(),
    target: nameColumnBuilder(answers),
    response: nameColumnBuilder(answers),
    exclusionRules: nameColumnBuilder(),
    background: nameColumnBuilder(),
  };
  const flag = () => numberColumnBuilder((length) => new Uint8Array(length));
  const real = () => numberColumnBuilder((length) => new Float64Array(length));
  const numbers = {
    correct: flag(),
    rtMs: real(),
    playValid: flag(),
    excluded: flag(),
    trialIndex: numberColumnBuilder((length) => new Int32Array(length)),
    snrDb: real(),
  };
  const lines = numberColumnBuilder((length) => new Int32Array(length));
  const files: { path: string; firstRow: number }[] = [];
  let count = 0;
  const push = (cell: ReturnType<typeof cellReader>) => {
    for (const [key, column] of nameCells) names[key].push(cell.name(column));
    names.observer.push(cell.observer());
    names.block.push(cell.oneOf('block', blocks));
    names.stage.push(cell.optional('stage'));
    // Several choices stand best first, `;` between them.
    names.response.push(cell.optional('response').split(';', 1)[0]!);
    numbers.correct.push(cell.boolean('correct', null));
    numbers.playValid.push(cell.boolean('play_valid', 1));
    numbers.excluded.push(cell.boolean('excluded', 0));
    numbers.rtMs.push(cell.number('rt_ms', Number.NaN));
    numbers.trialIndex.push(cell.number('trial_index', null));
    for (const [key, column] of optionalNameCells) names[key].push(cell.optional(column));
    const noise = conditionInNoise(cell.optional('stage') === '' ? cell.optional('condition') : '');
    names.background.push(cell.optional('background') || noise.background);
    numbers.snrDb.push(cell.number('snr_db', noise.snrDb));
    count += 1;
  };
  return {
    open(header) {
      const places = columnPlaces(header);
      const { path, separator } = header;
      files.push({ path, firstRow: count });
      return ({ cells, line }) => {
        push(cellReader(cells, { path, places, separator, line }));
        lines.push(line);
      };
    },
    finish() {
      const finished = Object.fromEntries(
        [...Object.entries(names), ...Object.entries(numbers)].map(([key, column]) => [key, column.finish()]),
      ) as unknown as Omit<TrialTable, 'path' | 'files' | 'count' | 'lines'>;
      const path = files.map((file) => file.path).join(' and ');
      const table = { path, files, count, lines: lines.finish(), ...finished };
      const named = { ...table, participant: participantsByStudy(table) };
      refuseDuplicates(named);
      return named;
    },
  };
}

const nameCells = [
  ['task', 'task'],
  ['source', 'source_id'],
  ['condition', 'condition'],
  ['target', 'target'],
] as const;
const optionalNameCells = [
  ['study', 'study'],
  ['participant', 'participant'],
  ['metamerModel', 'metamer_model'],
  ['exclusionRules', 'exclusion_rules'],
] as const;

/** Participants of several studies in one table are different people even under the same name. */
function participantsByStudy(table: TrialTable): NameColumn {
  const { study, participant, count } = table;
  if (humanStudies(table).length < 2) return participant;
  const codes = new Map<number, number>();
  const names: string[] = [];
  const combined = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const key = study.codes[row]! * participant.names.length + participant.codes[row]!;
    let code = codes.get(key);
    if (code === undefined) {
      code = names.length;
      codes.set(key, code);
      names.push(`${study.names[study.codes[row]!]}/${participant.names[participant.codes[row]!]}`);
    }
    combined[row] = code;
  }
  return { codes: combined, names };
}

function refuseDuplicates(table: TrialTable): void {
  const columns = [
    table.participant.codes,
    table.observer.codes,
    table.task.codes,
    table.block.codes,
    table.source.codes,
    table.condition.codes,
    table.trialIndex,
  ];
  const pair = duplicateFinder(columns, table.count);
  if (!pair) return;
  const [first, second] = pair;
  throw new InputError(
    `${placeOfRow(table, second)}: repeats ${placeOfRow(table, first)} (participant '${table.participant.names[table.participant.codes[second]!]}', observer '${table.observer.names[table.observer.codes[second]!]}', trial_index ${table.trialIndex[second]}, source_id '${table.source.names[table.source.codes[second]!]}'); keep one of them`,
  );
}
