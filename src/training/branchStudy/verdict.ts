import type { CorpusTask } from '../../model/auditoryModel.ts';
import { publishedBranchPoint } from '../../network/presets.ts';
import type { Estimate, TaskComparison } from './compareBranchPoints.ts';

/**
 * Says in a sentence whether the published branch point holds its own in a task: whether it is not reliably worse than
 * the best other one and than separate networks.
 *
 * @param comparison - Its numbers.
 * @param seeds - How many seeds they rest on.
 * @returns The sentence; none when the branch point is not in the study or alone.
 */
export function verdictOf(task: CorpusTask, comparison: TaskComparison, seeds: number): string[] {
  const { againstBest, againstSeparate } = comparison;
  if (!againstBest) return [];
  const holds = [againstBest, againstSeparate].every((each) => !each || each.interval.high >= 0);
  const bestIsSeparate = againstBest.branchPoint === 0;
  const best = bestIsSeparate ? 'separate networks' : `branch point ${againstBest.branchPoint}`;
  const separate =
    againstSeparate && !bestIsSeparate ? `, and ${points(againstSeparate)} from separate networks` : '';
  const worst = Math.max(0, -againstBest.interval.low, -(againstSeparate?.interval.low ?? 0));
  const bound = holds
    ? `a loss of up to ${(100 * worst).toFixed(1)} points cannot be excluded`
    : 'an interval lies below zero';
  return [
    `${task}s: branch point ${publishedBranchPoint} ${holds ? 'holds its own' : 'is worse'}. Its accuracy is ${points(againstBest)} from that of the best other one (${best}; the interval holds for all others at once)${separate}; ${bound} (${seeds === 1 ? 'one seed, whose chance the intervals leave out' : `${seeds} seeds`}).`,
  ];
}

function points({ value, interval }: Estimate): string {
  const signed = (share: number) => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)}`;
  return `${signed(value)} points [${signed(interval.low)}, ${signed(interval.high)}]`;
}
