import { expect, test } from 'vitest';
import { agreementNotes, designWarnings } from '../../src/analysis/designWarnings.ts';
import type { CurveResults } from '../../src/analysis/results.ts';

const curve = (sources: number, listeners: number, observer = 'net') =>
  ({
    ...{ task: 'word', metamerModel: 'net' },
    claims: {
      proportions: [
        { observer: 'human', sources, listeners },
        { observer: 'human', sources: 90, listeners: 90 },
        { observer: 'net', sources: 1, listeners: 0 },
      ],
    },
    byItem: { agreement: [{ observer }] },
  }) as unknown as CurveResults;

test.each([
  [24, 12, 0],
  [23, 12, 1],
  [24, 11, 1],
])('designWarnings of %i sources and %i listeners: %i', (sources, listeners, warnings) => {
  const found = designWarnings([curve(sources, listeners)]);
  expect(found).toHaveLength(warnings);
  if (warnings > 0)
    expect(found[0]).toContain(
      `word, metamers of net: some stage has ${sources} sources and ${listeners} listeners`,
    );
});

test.each([
  [25, 13, 1],
  [24, 13, 2],
  [25, 12, 2],
])('agreementNotes of %i sources and %i listeners: %i', (sources, listeners, notes) => {
  expect(agreementNotes(curve(sources, listeners))).toHaveLength(notes);
});

test('agreementNotes tell which intervals are wide, and that the difference of confusions is not', () => {
  expect(agreementNotes(curve(60, 30))).toEqual([
    expect.stringMatching(
      /squared differences of proportions covered 96 to 100 %.*97 to 100 %, .*likeness of confusions .*94 to 97 %\. Of all others some covered up to 98\.8 %\.$/,
    ),
  ]);
});

test('agreementNotes without a model: none', () => {
  expect(agreementNotes(curve(24, 12, ''))).toEqual([]);
});
