import { expect, test } from 'vitest';
import { wrapText } from '../../src/figures/wrapText.ts';

test.each<[string, number, number | undefined, string[]]>([
  ['one two', 7, undefined, ['one two']],
  ['one two', 6, undefined, ['one', 'two']],
  ['longest of all', 3, undefined, ['longest', 'of', 'all']],
  ['one two three', 3, 2, ['one', 'two three']],
])('wrapText breaks %j at %i letters, in at most %s lines', (text, letters, mostLines, lines) => {
  expect(wrapText(text, letters, mostLines)).toEqual(lines);
});
