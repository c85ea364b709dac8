import { cellNumber, isMissing, numberRemedy } from '../../base/csvCells.ts';
import { InputError } from '../../base/inputError.ts';
import { counted } from '../../base/inWords.ts';
import type { CsvTable } from '../../base/readCsv.ts';
import type { Design } from './design.ts';

/** Which columns of a long table play which part. */
export interface LongTableRoles {
  participant: string;
  /** Within factors; may be empty. */
  within: readonly string[];
  between?: string;
  value: string;
  /** Two rows of one unit and cell: refuse, or take their mean. */
  repeats: 'refuse' | 'mean';
  /** A unit without all cells: refuse, or leave the unit out. */
  incomplete: 'refuse' | 'drop';
}

/** A design read from a table, with what was done to get it. */
export interface LongTableDesign {
  design: Design;
  /** Sentences for the reader: units left out, means taken, participants in several groups. */
  notes: string[];
}

interface Unit {
  participant: string;
  group: string;
  sums: Float64Array;
  counts: Uint32Array;
  firstLine: Uint32Array;
}

/**
 * Builds a repeated-measures design from a long table. The unit is the participant, or participant × between level.
 *
 * @param given - One measurement a row; a row whose value is missing counts as one that is not there.
 * @param roles - The columns' parts and the policies for repeats and gaps.
 * @returns The design and notes about it.
 * @throws InputError naming row and column for a missing column, a value that is no number, an empty name, a repeated or missing cell, or too few levels or units.
 */
export function designFromLongTable(given: CsvTable, roles: LongTableRoles): LongTableDesign {
  const columns = roleColumns(given, roles);
  const table = withValues(given, columns.value);
  const levels = columns.within.map((column) => levelsOf(table, column));
  const cells = levels.reduce((product, names) => product * names.length, 1);
  const units = collectUnits(table, roles, { columns, levels, cells });
  const notes: string[] = [];
  const complete = completeUnits(units, { table, roles, levels, notes });
  const design = assemble(complete, roles, levels);
  checkEnough(design, table.path, roles);
  const repeated = complete.some((unit) => unit.counts.some((count) => count > 1));
  if (repeated) notes.push('Cells with several rows were replaced by their mean.');
  const participants = new Set(complete.map((unit) => unit.participant)).size;
  if (roles.between && participants < complete.length)
    notes.push(
      `Participants stand under several levels of ${roles.between}: each participant × ${roles.between} is a unit of its own, as published; for the paired analysis give ${roles.between} as a second factor within participants.`,
    );
  return { design, notes };
}

interface RoleColumns {
  participant: number;
  within: number[];
  between: number;
  value: number;
}

function roleColumns(table: CsvTable, roles: LongTableRoles): RoleColumns {
  const find = (role: string, name: string) => {
    const index = table.columns.indexOf(name);
    if (index < 0)
      throw new InputError(
        `must name a column of ${table.path}, got '${name}'; the columns are ${table.columns.join(', ')}`,
        { option: role },
      );
    return index;
  };
  const names = [roles.participant, ...roles.within, ...(roles.between ? [roles.between] : []), roles.value];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new InputError(
      `${table.path}: each of participant, within, between and value must name a column of its own, got '${twice}' twice`,
    );
  return {
    participant: find('participant', roles.participant),
    within: roles.within.map((name) => find('within', name)),
    between: roles.between === undefined ? -1 : find('between', roles.between),
    value: find('value', roles.value),
  };
}

/** The rows that have a value, so that a missing cell is the same whether its row is there or not. */
function withValues(table: CsvTable, value: number): CsvTable {
  const isThere = table.rows.map((row) => !isMissing(row[value]!));
  const kept = {
    rows: table.rows.filter((_, i) => isThere[i]),
    lines: table.lines.filter((_, i) => isThere[i]),
  };
  if (kept.rows.length === 0)
    throw new InputError(
      `${table.path}: column '${table.columns[value]}' must hold numbers, every cell is empty; add the measurements`,
    );
  return { ...table, ...kept };
}

function levelsOf(table: CsvTable, column: number): string[] {
  return [...new Set(table.rows.map((row) => row[column]!))];
}

function collectUnits(
  table: CsvTable,
  roles: LongTableRoles,
  { columns, levels, cells }: { columns: RoleColumns; levels: string[][]; cells: number },
): Unit[] {
  const units = new Map<string, Unit>();
  const levelIndex = levels.map((names) => new Map(names.map((name, i) => [name, i])));
  table.rows.forEach((row, i) => {
    const where = `${table.path} line ${table.lines[i]}`;
    const text = (column: number) => nonEmpty(row[column]!, where, table.columns[column]!);
    const participant = text(columns.participant);
    const group = columns.between < 0 ? '' : text(columns.between);
    const cell = columns.within.reduce(
      (index, column, factor) => index * levels[factor]!.length + levelIndex[factor]!.get(text(column))!,
      0,
    );
    const key = JSON.stringify([participant, group]);
    const unit = units.get(key) ?? newUnit(participant, group, cells);
    units.set(key, unit);
    if (unit.counts[cell]! > 0 && roles.repeats === 'refuse')
      throw new InputError(
        `${where}: participant '${participant}'${group && ` under ${roles.between} '${group}'`} has this cell (${cellName(cell, levels, roles)}) already on line ${unit.firstLine[cell]}; keep one row a cell`,
        { remedy: { repeats: 'mean' } },
      );
    const value = finiteNumber(row[columns.value]!, table.separator, `${where}: column '${roles.value}'`);
    unit.firstLine[cell] ||= table.lines[i]!;
    unit.counts[cell]! += 1;
    unit.sums[cell]! += value;
  });
  return [...units.values()];
}

function newUnit(participant: string, group: string, cells: number): Unit {
  return {
    participant,
    group,
    sums: new Float64Array(cells),
    counts: new Uint32Array(cells),
    firstLine: new Uint32Array(cells),
  };
}

function nonEmpty(text: string, where: string, column: string): string {
  if (isMissing(text)) throw new InputError(`${where}: column '${column}' must not be empty; name the level`);
  return text;
}

function finiteNumber(text: string, separator: CsvTable['separator'], where: string): number {
  const value = cellNumber(text, separator);
  if (!Number.isFinite(value))
    throw new InputError(`${where} must be a finite number, got '${text}'; ${numberRemedy}`);
  return value;
}

function cellName(cell: number, levels: string[][], roles: LongTableRoles): string {
  const names: string[] = [];
  let rest = cell;
  for (let i = levels.length - 1; i >= 0; i--) {
    names.unshift(`${roles.within[i]} '${levels[i]![rest % levels[i]!.length]}'`);
    rest = Math.floor(rest / levels[i]!.length);
  }
  return names.join(', ') || roles.value;
}

function completeUnits(
  units: Unit[],
  {
    table,
    roles,
    levels,
    notes,
  }: { table: CsvTable; roles: LongTableRoles; levels: string[][]; notes: string[] },
): Unit[] {
  const isComplete = (unit: Unit) => unit.counts.every((count) => count > 0);
  const gap = units.find((unit) => !isComplete(unit));
  if (!gap) return units;
  const cell = cellName(gap.counts.indexOf(0), levels, roles);
  const who = `participant '${gap.participant}'${gap.group && ` under ${roles.between} '${gap.group}'`}`;
  if (roles.incomplete === 'refuse')
    throw new InputError(
      `${table.path}: ${who} has no value for ${cell}; every unit needs every cell: add it`,
      { remedy: { incomplete: 'drop' } },
    );
  const complete = units.filter(isComplete);
  notes.push(
    `${units.length - complete.length} of ${units.length} units were left out for missing cells (the first: ${who}, ${cell}).`,
  );
  return complete;
}

function assemble(units: Unit[], roles: LongTableRoles, levels: string[][]): Design {
  const means = units.flatMap(({ sums, counts }) => Array.from(sums, (sum, cell) => sum / counts[cell]!));
  const groups = [...new Set(units.map((unit) => unit.group))];
  return {
    withinFactors: roles.within.map((name, i) => ({ name, levels: levels[i]! })),
    units: units.map((unit) =>
      unit.group === '' ? unit.participant : `${unit.participant} × ${unit.group}`,
    ),
    values: Float64Array.from(means),
    ...(roles.between === undefined
      ? {}
      : {
          between: {
            name: roles.between,
            levels: groups,
            groupOfUnit: Int32Array.from(units, (unit) => groups.indexOf(unit.group)),
          },
        }),
  };
}

function checkEnough(design: Design, path: string, roles: LongTableRoles): void {
  for (const { name, levels } of design.withinFactors)
    if (levels.length < 2)
      throw new InputError(
        `within: column '${name}' of ${path} must have at least two levels, it has ${levels.length} ('${levels[0]}')`,
      );
  if (design.between && design.between.levels.length < 2)
    throw new InputError(
      `between: column '${roles.between}' of ${path} must have at least two levels, it has ${design.between.levels.length}; leave it out for a within-participant analysis`,
    );
  const groups = design.between?.levels.length ?? 1;
  if (design.units.length - groups < 1)
    throw new InputError(
      `${path}: the analysis needs more units than groups to estimate an error, got ${design.between ? `${design.units.length} units in ${groups} groups` : counted(design.units.length, 'participant')}; add participants`,
    );
}
