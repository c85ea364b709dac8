import type { CurveResults } from './results.ts';

/** Sources and listeners down to which tests and intervals were shown to keep what they promise. */
const calibrated = { sources: 24, listeners: 12 };

/**
 * What few sources or listeners take from the tests, to be read before any result.
 *
 * @param curves - All curves' results.
 * @returns One sentence a curve that is smaller than what was simulated.
 */
export function designWarnings(curves: readonly CurveResults[]): string[] {
  return curves.flatMap(({ claims, task, metamerModel }) => {
    const { sources, listeners } = fewestOf(claims);
    if (sources >= calibrated.sources && listeners >= calibrated.listeners) return [];
    const curve = metamerModel === '' ? task : `${task}, metamers of ${metamerModel}`;
    return [
      `${curve}: some stage has ${sources} sources and ${listeners} listeners; tests and intervals were calibrated by simulation down to ${calibrated.listeners} listeners and ${calibrated.sources} sources. With fewer they are cautious and miss differences: with 6 listeners and 12 sources tests of stage and observer × stage rejected 3 % of 300 simulated studies without an effect, at 5 %, and 95 % intervals of means covered 97 to 99.6 %.`,
    ];
  });
}

/** Sources and listeners up to which intervals of κ and r were found too wide. */
const cautious = { sources: 24, listeners: 12 };

/**
 * How far the intervals of agreement kept what they promise in simulated studies, to be read before them.
 *
 * @param curve - One curve's results.
 * @returns Sentences.
 */
export function agreementNotes({ byItem, claims }: CurveResults): string[] {
  if (!byItem.agreement.some(({ observer }) => observer !== '')) return [];
  const { sources, listeners } = fewestOf(claims);
  const isSmall = sources <= cautious.sources || listeners <= cautious.listeners;
  return [
    'In simulated studies 95 % intervals of squared differences of proportions covered 96 to 100 %: they are cautious. So, at 97 to 100 %, are those of the likeness of confusions of people and of models by themselves where sources are few or very many; those of the difference of the two covered 94 to 97 %. Of all others some covered up to 98.8 %.',
    ...(isSmall
      ? [
          'With 12 listeners and 24 sources 95 % intervals of κ and of r covered 95 to 99 % of simulated studies; with as few here they are cautious.',
        ]
      : []),
  ];
}

/** Sources and listeners of the humans' stage that has fewest of each. */
function fewestOf({ proportions }: CurveResults['claims']): { sources: number; listeners: number } {
  const human = proportions.filter(({ observer }) => observer === 'human');
  return {
    sources: Math.min(...human.map(({ sources }) => sources)),
    listeners: Math.min(...human.map(({ listeners }) => listeners)),
  };
}
