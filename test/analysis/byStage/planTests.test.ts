import { expect, test } from 'vitest';
import { mixedInference } from '../../../src/analysis/byStage/mixedInference.ts';
import { humansByStage } from '../../../src/analysis/byStage/planTests.ts';
import { type CompletePlan, parsePowerPlan } from '../../../src/analysis/power/plan.ts';
import { simulateStudy } from '../../../src/analysis/power/simulateStudy.ts';

test('humansByStage has the report’s p where the search begins at a like study without variance of sources', () => {
  const levels = [0, 1, 2, 3].map((k) => ({ level: `stage ${k}`, human: 0.6, model: 0.6 }));
  const parsed = parsePowerPlan({
    participants: [12],
    participantSd: 0.5,
    itemSd: 0.8,
    trialsPerLevel: 6,
    levels,
  });
  const plan = { ...parsed, sources: 24 } as CompletePlan;
  const answersOf = (index: number) => simulateStudy(plan, 12, index).humans;
  const { searches } = humansByStage(answersOf(0));
  // Listeners, then sources.
  expect(searches['humans 0']!.point[0]).toBeGreaterThan(0.5);
  expect(searches['humans 0']!.point[1]).toBeLessThan(0.01);
  const [planned] = humansByStage(answersOf(45), searches).tests;
  expect(planned!.p).toBeCloseTo(mixedInference(answersOf(45), 'human').tests[0]!.p, 3);
});
