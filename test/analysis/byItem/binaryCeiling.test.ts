import { expect, it } from 'vitest';
import { analyzeTrials } from '../../../src/analysis/analyzeTrials.ts';
import { parseAnalysisConfig } from '../../../src/analysis/config.ts';
import { readTrials } from '../../../src/records/readTrials.ts';
import { simulateTrials, smallStudy, trialsCsv } from '../simulateTrials.ts';

it('a model drawn as one more listener reaches the ceiling of 0/1 models, not √reliability', async () => {
  const [stages, natural] = [[{ stage: 'conv1', human: 0, model: 0 }], { human: 0.5, model: 0.5 }];
  const study = {
    ...smallStudy,
    participants: 60,
    sources: 400,
    answers: 400,
    participantSd: 0,
    itemSd: 1,
    natural,
  };
  const rows = simulateTrials({ ...study, seed: 9, metamerModels: [{ name: 'net', stages }] });
  const table = await readTrials({ path: 'trials.csv', text: trialsCsv(rows) });
  const { byItem } = analyzeTrials(table, parseAnalysisConfig({ permutations: 0, bootstrap: 1000 }))
    .curves[0]!;
  const [model] = byItem.correlations;
  for (const [ceilings, reached] of [
    [byItem.reliability.raw, model!.raw.r],
    [byItem.reliability.withinStage, model!.withinStage.r],
  ] as const) {
    expect(Math.abs(reached - ceilings.binaryCeiling)).toBeLessThan(0.07);
    expect(reached).toBeLessThan(ceilings.ceiling - 0.3);
  }
  // One listener against the others is the same thing, measured.
  const { lower } = byItem.reliability.leaveOneOut;
  expect(byItem.reliability.raw.binaryCeiling).toBeCloseTo(lower, 1);
});
