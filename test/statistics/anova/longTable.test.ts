import { describe, expect, it } from 'vitest';
import { parseCsvTable } from '../../../src/base/readCsv.ts';
import { analyzeVariance } from '../../../src/statistics/anova/anova.ts';
import { designFromLongTable, type LongTableRoles } from '../../../src/statistics/anova/longTable.ts';

const good =
  'p,g,s,v\na,x,1,0.1\na,x,2,0.4\nb,x,1,0.2\nb,x,2,0.9\nc,y,1,0.5\nc,y,2,0.6\nd,y,1,0.7\nd,y,2,0.3\n';
const roles: LongTableRoles = {
  participant: 'p',
  within: ['s'],
  between: 'g',
  value: 'v',
  repeats: 'refuse',
  incomplete: 'refuse',
};
const read = (csv: string, changed: Partial<LongTableRoles> = {}) =>
  designFromLongTable(parseCsvTable(csv, 't.csv'), { ...roles, ...changed });

describe('designFromLongTable refuses with one sentence', () => {
  it.each([
    [
      'a missing column',
      good,
      { value: 'score' },
      "value must name a column of t.csv, got 'score'; the columns are p, g, s, v",
    ],
    [
      'one column for two parts',
      good,
      { between: 's' },
      "t.csv: each of participant, within, between and value must name a column of its own, got 's' twice",
    ],
    [
      'a value that is no number',
      good.replace('0.9', 'fast'),
      {},
      "t.csv line 5: column 'v' must be a finite number, got 'fast'; correct or remove the row; a missing number is an empty cell, NA or NaN",
    ],
    [
      'an empty value',
      good.replace('0.9', ''),
      {},
      "t.csv: participant 'b' under g 'x' has no value for s '2'; every unit needs every cell: add it, or set incomplete: 'drop'",
    ],
    [
      'a decimal comma beside tabs',
      good.replaceAll(',', '\t').replace('0.9', '0,9'),
      {},
      "t.csv line 5: column 'v' must be a finite number, got '0,9'; correct or remove the row; a missing number is an empty cell, NA or NaN",
    ],
    [
      'a column of values without any',
      'p,s,v\na,1,\na,2,NA\n',
      { between: undefined },
      "t.csv: column 'v' must hold numbers, every cell is empty; add the measurements",
    ],
    [
      'an empty level',
      good.replace('b,x,2', 'b,x,'),
      {},
      "t.csv line 5: column 's' must not be empty; name the level",
    ],
    [
      'a repeated cell',
      `${good}d,y,2,0.8\n`,
      {},
      "t.csv line 10: participant 'd' under g 'y' has this cell (s '2') already on line 9; keep one row a cell, or set repeats: 'mean'",
    ],
    [
      'a missing cell',
      good.replace('d,y,2,0.3\n', ''),
      {},
      "t.csv: participant 'd' under g 'y' has no value for s '2'; every unit needs every cell: add it, or set incomplete: 'drop'",
    ],
    [
      'one participant',
      'p,s,v\na,1,2\na,2,3\n',
      { between: undefined },
      't.csv: the analysis needs more units than groups to estimate an error, got 1 participant; add participants',
    ],
    [
      'one unit per group',
      'p,g,s,v\na,x,1,2\na,x,2,3\nb,y,1,2\nb,y,2,3\n',
      {},
      't.csv: the analysis needs more units than groups to estimate an error, got 2 units in 2 groups; add participants',
    ],
    [
      'one within level',
      'p,s,v\na,1,2\nb,1,3\n',
      { between: undefined },
      "within: column 's' of t.csv must have at least two levels, it has 1 ('1')",
    ],
  ])('%s', (_, csv, changed, message) => {
    const { between, ...rest } = { ...roles, ...changed };
    expect(() =>
      designFromLongTable(parseCsvTable(csv, 't.csv'), {
        ...rest,
        ...(between === undefined ? {} : { between }),
      }),
    ).toThrow(expect.objectContaining({ name: 'InputError', message }));
  });

  it.each([
    ['an empty file', '', 't.csv is empty; it must have a header line and at least one row'],
    ['a header alone', 'p,v\n', 't.csv has a header but no rows; add the measurements'],
    [
      'a column named twice',
      'p,p\n1,2\n',
      "t.csv line 1: column names must differ, 'p' stands twice; rename one of them",
    ],
  ])('%s', (_, csv, message) => {
    expect(() => parseCsvTable(csv, 't.csv')).toThrow(message);
  });
});

describe('designFromLongTable', () => {
  it('takes the participant × between level as the unit and says so', () => {
    const csv = 'p,g,s,v\n'.concat(
      ['a', 'b', 'c']
        .flatMap((p, i) =>
          ['x', 'y'].flatMap((g, j) => [1, 2].map((s) => `${p},${g},${s},${(i * j + s * i) % 3}\n`)),
        )
        .join(''),
    );
    const { design, notes } = read(csv);
    expect(design.units).toEqual(['a × x', 'a × y', 'b × x', 'b × y', 'c × x', 'c × y']);
    expect(notes[0]).toContain('for the paired analysis give g as a second factor within participants');
  });

  it('takes means of repeated cells when asked, and drops incomplete units when asked', () => {
    const repeated = read(`${good}d,y,2,0.5\n`, { repeats: 'mean' });
    expect(repeated.design.values[7]).toBeCloseTo(0.4, 12);
    expect(repeated.notes).toContain('Cells with several rows were replaced by their mean.');
    const dropped = read(good.replace('d,y,2,0.3\n', ''), { incomplete: 'drop' });
    expect(dropped.design.units).toEqual(['a × x', 'b × x', 'c × y']);
    expect(dropped.notes[0]).toBe(
      "1 of 4 units were left out for missing cells (the first: participant 'd' under g 'y', s '2').",
    );
  });

  it.each(['', 'NA', 'NaN', 'nan'])(
    'counts the value %j as a missing cell, whether its row is there or not',
    (missing) => {
      const absent = read(good.replace('d,y,2,0.3\n', ''), { incomplete: 'drop' });
      const written = read(good.replace('d,y,2,0.3', `d,y,2,${missing}`), { incomplete: 'drop' });
      expect(written).toEqual(absent);
      expect(read(`${good}e,y,1,${missing}\ne,y,2,${missing}\n`).design).toEqual(read(good).design);
      expect(read(`${good}d,y,2,${missing}\n`).design).toEqual(read(good).design);
    },
  );

  it('reads decimal commas beside semicolons', () => {
    const european = good.replaceAll(',', ';').replaceAll('.', ',');
    expect(read(european).design).toEqual(read(good).design);
  });

  it('does not depend on row order, separators or a byte-order mark', () => {
    const [header, ...rows] = good.trim().split('\n');
    const shuffled = `\ufeff${[header, ...rows.reverse()].join('\n').replaceAll(',', ';')}`;
    const one = analyzeVariance(read(good).design);
    const two = analyzeVariance(read(shuffled).design);
    for (const key of Object.keys(one)) expect(two[key]!.f).toBeCloseTo(one[key]!.f, 10);
  });
});
