import { InputError } from '../base/inputError.ts';
import type { CsvHeader, CsvRow } from '../base/readCsv.ts';
import { conditionInNoise } from './conditions.ts';
import { findDuplicate } from './findDuplicate.ts';
import { columnPlaces, readTrialRow, type TrialRow } from './readTrialRow.ts';
import type { StudyFacts } from './studyFacts.ts';
import {
  humanStudies,
  type NameColumn,
  nameAt,
  nameColumnBuilder,
  numberColumnBuilder,
  placeOfRow,
  type TrialTable,
} from './trialTable.ts';

/**
 * Builder of a table of trials from one file or several.
 *
 * @returns `open` starts a file and gives the function that takes its rows; `finish` gives the table.
 */
export function trialTableBuilder(): {
  open(header: CsvHeader): (row: CsvRow) => void;
  finish(studies?: readonly StudyFacts[]): TrialTable;
} {
  const columns = columnBuilders();
  const files: { path: string; firstRow: number }[] = [];
  let count = 0;
  let ungraded = 0;
  return {
    open(header) {
      const places = columnPlaces(header);
      const { path, separator } = header;
      files.push({ path, firstRow: count });
      return ({ cells, line }) => {
        const row = readTrialRow(cells, { path, places, separator, line });
        if (row.correct === null) ungraded += 1;
        else {
          pushRowInto(columns, row, line);
          count += 1;
        }
      };
    },
    finish(studies = []) {
      const finished = Object.fromEntries(
        Object.entries(columns).map(([key, column]) => [key, column.finish()]),
      ) as unknown as Columns;
      const table = {
        path: files.map(({ path }) => path).join(' and '),
        files,
        count,
        ungraded,
        ...finished,
      };
      const named = {
        ...table,
        participant: namesByStudy(table, table.participant),
        source: namesByStudy(table, table.source),
      };
      refuseDuplicates(named);
      const stagePlaces = placesOfStages(named);
      return {
        ...{ ...named, stagePlaces },
        studies: new Map(studies.map((facts) => [facts.study, facts])),
        people: { paths: [], questions: [], answers: new Map() },
      };
    },
  };
}

/** The columns of a table alone. */
type Columns = Omit<
  TrialTable,
  'path' | 'files' | 'count' | 'ungraded' | 'stagePlaces' | 'studies' | 'people'
>;
/** A table whose participants of several studies are not told apart yet. */
type BareTable = Columns & Pick<TrialTable, 'path' | 'files' | 'count' | 'ungraded'>;

function columnBuilders() {
  const answers = new Map<string, number>();
  const flag = () => numberColumnBuilder((length) => new Uint8Array(length));
  const real = () => numberColumnBuilder((length) => new Float64Array(length));
  const whole = () => numberColumnBuilder((length) => new Int32Array(length));
  return {
    lines: whole(),
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
    conductFlags: nameColumnBuilder(),
    background: nameColumnBuilder(),
    correct: flag(),
    rtMs: real(),
    targetProbability: real(),
    playValid: flag(),
    excluded: flag(),
    trialIndex: whole(),
    snrDb: real(),
    stageIndex: whole(),
  };
}

const textFields = [
  ...(['study', 'participant', 'observer', 'task', 'block', 'condition', 'stage'] as const),
  ...(['metamerModel', 'target'] as const),
];

function pushRowInto(columns: ReturnType<typeof columnBuilders>, row: TrialRow, line: number): void {
  columns.lines.push(line);
  for (const key of textFields) columns[key].push(row[key]);
  columns.source.push(row.sourceId);
  // Several choices stand best first, `;` between them.
  columns.response.push(row.response.split(';', 1)[0]!);
  columns.exclusionRules.push(row.exclusionRules.join(';'));
  columns.conductFlags.push(row.conductFlags.join(';'));
  columns.correct.push(row.correct ? 1 : 0);
  columns.playValid.push(row.playValid ? 1 : 0);
  columns.excluded.push(row.excluded ? 1 : 0);
  columns.rtMs.push(row.rtMs ?? Number.NaN);
  columns.targetProbability.push(row.targetProbability ?? Number.NaN);
  columns.trialIndex.push(row.trialIndex);
  columns.stageIndex.push(row.stageIndex ?? -1);
  const noise = conditionInNoise(row.stage === '' ? row.condition : '');
  columns.background.push(row.background || noise.background);
  columns.snrDb.push(row.snrDb ?? noise.snrDb);
}

/** Place of each stage of each model; the same stage in two places means two models of one name. */
function placesOfStages(table: BareTable): TrialTable['stagePlaces'] {
  const { metamerModel, stage, stageIndex, count } = table;
  const firstRows = new Map<number, number>();
  const places = new Map<string, Map<string, number>>();
  for (let row = 0; row < count; row++) {
    if (stageIndex[row]! < 0) continue;
    const key = metamerModel.codes[row]! * stage.names.length + stage.codes[row]!;
    const first = firstRows.get(key);
    const names = {
      model: nameAt(metamerModel, row),
      stage: nameAt(stage, row),
    };
    if (first !== undefined && stageIndex[first] !== stageIndex[row])
      throw new InputError(
        `${placeOfRow(table, row)}: column 'stage_index' must be one place for each stage of a model, got ${stageIndex[row]} for '${names.stage}' of '${names.model}' after ${stageIndex[first]} at ${placeOfRow(table, first)}; give two models of one name two names`,
      );
    if (first !== undefined) continue;
    firstRows.set(key, row);
    const ofModel = places.get(names.model) ?? new Map<string, number>();
    places.set(names.model, ofModel.set(names.stage, stageIndex[row]!));
  }
  return places;
}

/**
 * A column's names told apart by study: participants and sources of several studies in one table are different people and
 * different sounds even under the same name. Rows of no study that people took part in keep their names.
 */
function namesByStudy(
  { study, count, ...table }: Pick<TrialTable, 'study' | 'observer' | 'count'>,
  column: NameColumn,
): NameColumn {
  const studies = new Set(humanStudies({ study, ...table }));
  if (studies.size < 2) return column;
  const codes = new Map<number, number>();
  const names: string[] = [];
  const combined = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const key = study.codes[row]! * column.names.length + column.codes[row]!;
    let code = codes.get(key);
    if (code === undefined) {
      code = names.length;
      codes.set(key, code);
      const [ofStudy, name] = [nameAt(study, row), nameAt(column, row)];
      names.push(studies.has(ofStudy) ? `${ofStudy}/${name}` : name);
    }
    combined[row] = code;
  }
  return { codes: combined, names };
}

function refuseDuplicates(table: BareTable): void {
  const columns = [
    table.participant.codes,
    table.observer.codes,
    table.task.codes,
    table.block.codes,
    table.source.codes,
    table.condition.codes,
    table.trialIndex,
  ];
  const pair = findDuplicate(columns, table.count);
  if (!pair) return;
  const [first, second] = pair;
  throw new InputError(
    `${placeOfRow(table, second)}: repeats ${placeOfRow(table, first)} (participant '${nameAt(table.participant, second)}', observer '${nameAt(table.observer, second)}', trial_index ${table.trialIndex[second]}, source_id '${nameAt(table.source, second)}'); keep one of them`,
  );
}
