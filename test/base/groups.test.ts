import { expect, test } from 'vitest';
import { byTurns, groupedBy } from '../../src/base/groups.ts';

test('groupedBy keeps groups and items in the order in which they come', () => {
  const groups = groupedBy(['bead', 'ark', 'bee', 'axe'], (word) => word[0]);
  expect([...groups]).toEqual([
    ['b', ['bead', 'bee']],
    ['a', ['ark', 'axe']],
  ]);
  expect([...groupedBy([], String)]).toEqual([]);
});

test.each([
  [[['a', 'b', 'c'], ['d'], ['e', 'f']], 'adebfc'],
  [[[], ['a', 'b']], 'ab'],
  [[], ''],
])('byTurns of %j is %s', (groups, expected) => {
  expect(byTurns(groups).join('')).toBe(expected);
});
