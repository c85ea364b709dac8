import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { humansInNoiseFigure } from '../../src/figures/humansInNoiseFigure.ts';
import type { HumanComparison } from '../../src/records/humans/compareWithHumans.ts';

const backgrounds = ['babble', 'music', 'auditory-scenes', 'stationary-noise', 'modulated-noise'];

/** A comparison over the first so many backgrounds. */
function comparisonOf(count: number): HumanComparison {
  const compared = backgrounds.slice(0, count).flatMap((background, i) =>
    [-9, -3, 3].map((snrDb) => ({
      ...{ background, snrDb, trials: 40, human: 0.5 + snrDb / 30, humanStandardError: 0.02 },
      model: 0.5 + snrDb / 30 - i / 20,
    })),
  );
  return { participants: 44, compared, cells: compared.length, r: 0.9, rmse: 0.1, ceiling: 0.98 } as never;
}

describe('humansInNoiseFigure', () => {
  it.each([1, 2, 5])('names %i backgrounds, and the line of answers without one', (count) => {
    const svg = humansInNoiseFigure('model', comparisonOf(count), 'sans-serif');
    const legend = [...parseHTML(`<body>${svg}</body>`).document.querySelectorAll('svg svg')].at(-1)!;
    const names = [...legend.querySelectorAll('text')].map(({ textContent }) => textContent);
    expect(names).toEqual([...backgrounds.slice(0, count), 'without background']);
  });
});
