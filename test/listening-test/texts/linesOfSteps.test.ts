import { expect, test } from 'vitest';
import { defaultTexts } from '../../../listening-test/study/defaultTexts.ts';
import { linesOfSteps } from '../../../listening-test/texts/linesOfSteps.ts';

test.each([
  [
    ['level', 'antiphase', 'demographics', 'practice'],
    ['volume', 'headphones.', 'questions', 'practice', 'hear'],
  ],
  [
    ['level', 'huggins'],
    ['volume', 'headphones.', 'hear'],
  ],
  [
    ['practice', 'main'],
    ['practice', 'hear'],
  ],
  [['main'], ['hear']],
])('the instructions of a study with the steps %j speak of %j', (steps, words) => {
  const listed = linesOfSteps(defaultTexts.instructions, steps).split('\n');
  const lines = listed.filter((line) => line.startsWith('1. '));
  expect(lines).toHaveLength(words.length);
  lines.forEach((line, i) => {
    expect(line).toContain(words[i]!);
  });
  expect(listed.join('')).not.toContain('{');
});

test('linesOfSteps leaves braces within a line and unknown marks of other forms alone', () => {
  expect(linesOfSteps('a {level} b\n{level}\n{Level} c', [])).toBe('a {level} b\n{level}\n{Level} c');
});
