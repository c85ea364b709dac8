import { describe, expect, it } from 'vitest';
import { analyzeTrials } from '../../../src/analysis/analyzeTrials.ts';
import { parseAnalysisConfig } from '../../../src/analysis/config.ts';
import { readTrials } from '../../../src/records/readTrials.ts';
import { type SimulatedRow, simulateTrials, smallStudy, trialsCsv } from '../simulateTrials.ts';

const study = { ...smallStudy, participants: 12, sources: 40, answers: 40 };
const rows = simulateTrials(study);
const config = parseAnalysisConfig({ permutations: 0, bootstrap: 1000 });

async function analyze(trials: readonly SimulatedRow[]) {
  return analyzeTrials(await readTrials({ path: 'trials.csv', text: trialsCsv(trials) }), config);
}

/** Pairs of answers of different people, counted one by one. */
function kappaByHand(trials: readonly SimulatedRow[], condition: string): number {
  const own = trials.filter((row) => row.observer === 'human' && row.condition === condition);
  const pairs = own.flatMap((a, i) =>
    own
      .slice(i + 1)
      .filter((b) => b.source_id === a.source_id && b.participant !== a.participant)
      .map((b) => [a.correct, b.correct] as const),
  );
  const right = pairs.reduce((sum, [a, b]) => sum + Number(a) + Number(b), 0) / (2 * pairs.length);
  const observed = pairs.filter(([a, b]) => a === b).length / pairs.length;
  const expected = right ** 2 + (1 - right) ** 2;
  return (observed - expected) / (1 - expected);
}

describe('a listener who hears the block twice', () => {
  const again = rows
    .filter(({ participant }) => participant === 'p3')
    .map((row) => ({ ...row, trial_index: Number(row.trial_index) + 1000 }));
  const twice = [...rows, ...again];

  it('is never paired with herself: κ is that of pairs of different people', async () => {
    const { curves } = await analyze(twice);
    for (const { level, kappa, trials } of curves[0]!.byItem.consistency[0]!.levels) {
      const condition = level === 'natural' ? 'natural' : `cochcnn9/${level}`;
      // A trial is a trial: who hears a sound twice is in twice as many pairs, so that κ need not be that of the block heard once.
      expect(kappa, level).toBeCloseTo(kappaByHand(twice, condition), 10);
      const line = curves[0]!.byItem.agreement[0]!.lines.find(
        (own) => own.measure === 'κ' && own.level === level,
      );
      expect(line!.human.estimate, level).toBeCloseTo(kappa, 10);
      expect(trials, level).toBeGreaterThan(0);
    }
  });

  it('weighs once in the means of items, in split halves and in κ by participant', async () => {
    const [once, repeated] = [await analyze(rows), await analyze(twice)];
    const [a, b] = [once.curves[0]!.byItem, repeated.curves[0]!.byItem];
    expect(b.reliability).toEqual(a.reliability);
    expect(b.medianAnswersPerItem).toBe(a.medianAnswersPerItem);
    expect(b.correlations).toEqual(a.correlations);
    const means = (item: typeof a) => item.consistency.map(({ levels }) => levels[1]!.participantMeanKappa);
    means(b).forEach((kappa, i) => {
      expect(kappa).toBeCloseTo(means(a)[i]!, 10);
    });
  });

  it('has no pairs of answers with herself in the confusions', async () => {
    const alone = rows.filter(({ participant }) => participant === 'p3');
    const { curves } = await analyze([...alone, ...again]);
    expect(curves[0]!.byItem.confusions).toEqual([]);
  });

  it('is one answer to the measures of agreement where both are the same', async () => {
    const same = rows
      .filter(({ participant }) => participant === 'p3')
      .map((row) => ({ ...row, trial_index: Number(row.trial_index) + 1000 }));
    const linesOf = async (given: typeof rows) =>
      (await analyze(given)).curves[0]!.byItem.agreement[0]!.lines.filter(
        ({ measure }) => measure === 'κ of the answers' || measure.startsWith('share of'),
      ).map(({ human }) => human.estimate);
    expect(await linesOf([...rows, ...same])).toEqual(await linesOf(rows));
  });

  it('is named', async () => {
    const { warnings } = await analyze(twice);
    expect(warnings.join('\n')).toMatch(/Heard more than once: p3 \(40 sounds\)/);
    expect(warnings.join('\n')).not.toMatch(/trial index/);
    const sameIndices = again.map((row) => ({
      ...row,
      trial_index: Number(row.trial_index) - 1000,
      source_id: `${row.source_id}-b`,
    }));
    const session = (await analyze([...rows, ...sameIndices])).warnings.join('\n');
    expect(session).toMatch(/same trial index stands twice for p3 \(40 trials\)/);
    expect(session).not.toMatch(/Heard more than once/);
    expect((await analyze(rows)).warnings.join('\n')).not.toMatch(/more than once|stands twice/);
  });
});
