import type { Searches } from '../../statistics/mixed/observerTests.ts';
import { humansByStage, humansWithModel, metamerModels, type PlannedTests } from '../byStage/planTests.ts';
import type { CompletePlan } from './plan.ts';
import { simulateStudy } from './simulateStudy.ts';

/** A stretch of simulations of one number of participants. */
export interface PowerTask {
  participants: number;
  /** Simulations from … to − 1. */
  from: number;
  to: number;
}

/** How often each test was significant in a stretch. */
export type PowerCounts = Record<string, number>;

/**
 * Counts significant tests in stretches of simulations.
 *
 * Models of one design end near one another, so the searches of all simulations begin with what those of the first one
 * learned: the same for every stretch, so that it does not matter who computes which.
 *
 * @param plan - The complete plan.
 * @returns Counts by test; a test that is never significant has 0.
 */
export function significantTests(plan: CompletePlan): (task: PowerTask) => PowerCounts {
  const known = new Map<number, Searches>();
  const searchesOf = (participants: number) => {
    const searches = known.get(participants) ?? testsOf(plan, { participants, index: 0 }).searches;
    known.set(participants, searches);
    return searches;
  };
  return ({ participants, from, to }) => {
    const warm = searchesOf(participants);
    const counts: PowerCounts = {};
    for (let index = from; index < to; index++)
      for (const { effect, p } of testsOf(plan, { participants, index, warm }).tests)
        counts[effect] = (counts[effect] ?? 0) + Number(p < plan.alpha);
    return counts;
  };
}

function testsOf(
  plan: CompletePlan,
  { participants, index, warm }: { participants: number; index: number; warm?: Searches },
): PlannedTests {
  const { humans, withModel, second } = simulateStudy(plan, participants, index);
  const parts = [
    ...(withModel ? [humansWithModel(withModel, warm)] : []),
    humansByStage(humans, warm),
    ...(second ? [metamerModels(humans, second, warm)] : []),
  ];
  return {
    tests: parts.flatMap(({ tests }) => tests),
    searches: Object.assign({}, ...parts.map(({ searches }) => searches)) as Searches,
  };
}
