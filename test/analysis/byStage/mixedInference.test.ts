import { expect, test } from 'vitest';
import { denominators } from '../../../src/analysis/byStage/answersDesign.ts';
import { mixedInference, whatLacks } from '../../../src/analysis/byStage/mixedInference.ts';
import { createRandom } from '../../../src/base/random.ts';
import { simulateAnswers } from './simulateAnswers.ts';

test.each([
  { levels: 1, listeners: 2, sources: 3, lacking: /one level only/ },
  { levels: 2, listeners: 1, sources: 3, lacking: /one listener/ },
  { levels: 2, listeners: 2, sources: 2, lacking: /fewer than three sources/ },
  { levels: 2, listeners: 2, sources: 3, lacking: /^$/ },
])('whatLacks in $levels levels, $listeners listeners, $sources sources: $lacking', (size) => {
  const names = Array.from({ length: size.levels }, (_, k) => `stage ${k}`);
  expect(whatLacks({ ...size, levels: names }) ?? '').toMatch(size.lacking);
});

test('denominators are sources − 1 between sources, times stages − 1 within them', () => {
  expect(denominators({ sources: 24, levels: ['natural', 'early', 'late'] })).toEqual({
    within: 46,
    between: 23,
  });
});

test('stage and observer are held against sources, observer × stage against stages within sources', () => {
  const study = { listeners: 12, sources: 24, curve: [1, 0, -1], difficulty: 'shared' } as const;
  const answers = simulateAnswers(study, createRandom(3));
  const denominatorsOf = (tests: readonly { effect: string; denominator: number }[]) =>
    Object.fromEntries(tests.map(({ effect, denominator }) => [effect, denominator]));
  const withModel = mixedInference(answers, 'model');
  expect(denominatorsOf(withModel.tests)).toMatchObject({ 'observer × stage': 46, observer: 23, stage: 23 });
  expect(denominatorsOf(withModel.logitTests)).toEqual({ 'observer × stage': 46, observer: 23, stage: 23 });
  const isHuman = (_: unknown, row: number) => answers.observer[row] === 0;
  const humans = {
    ...answers,
    listener: answers.listener.filter(isHuman),
    source: answers.source.filter(isHuman),
    level: answers.level.filter(isHuman),
    observer: answers.observer.filter(isHuman),
    right: answers.right.filter(isHuman),
  };
  expect(denominatorsOf(mixedInference(humans, 'human').tests)).toEqual({ stage: 23 });
});
