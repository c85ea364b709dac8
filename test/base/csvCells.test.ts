import { expect, test } from 'vitest';
import { cellNumber, isMissing, type Separator } from '../../src/base/csvCells.ts';

test.each([
  ['', true],
  ['NA', true],
  ['NaN', true],
  ['nan', true],
  ['na', false],
  ['Nan', false],
  ['N/A', false],
  ['NULL', false],
  ['null', false],
  ['None', false],
  ['0', false],
  ['-', false],
  ['NA ', false],
])('isMissing(%j) is %s', (cell, verdict) => {
  expect(isMissing(cell)).toBe(verdict);
});

test.each<[string, Separator, number]>([
  ['12', ',', 12],
  ['-1.5', ',', -1.5],
  ['+.5', ',', 0.5],
  ['5.', ',', 5],
  ['1e3', ',', 1000],
  ['2.5E-2', ',', 0.025],
  ['0,5', ';', 0.5],
  ['-12,25', ';', -12.25],
  [',5', ';', 0.5],
  ['1,5e3', ';', 1500],
  ['0.5', ';', 0.5],
  ['0,5', ',', Number.NaN],
  ['0,5', '\t', Number.NaN],
  ['1,234,5', ';', Number.NaN],
  ['1.234,5', ';', Number.NaN],
  ['5,', ';', Number.NaN],
  ['', ',', Number.NaN],
  ['NA', ',', Number.NaN],
  ['Infinity', ',', Number.NaN],
  ['0x10', ',', Number.NaN],
  ['.', ',', Number.NaN],
  ['1 2', ',', Number.NaN],
  ['12a', ',', Number.NaN],
  ['a12', ',', Number.NaN],
])('cellNumber(%j) in a table parted by %j is %f', (cell, separator, value) => {
  expect(cellNumber(cell, separator)).toBe(value);
});
