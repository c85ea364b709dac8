import type { Task } from '../../model/auditoryModel.ts';
import type { Estimate, TaskComparison } from './compareBranchPoints.ts';
import { publishedBranchPoint } from './studyConfig.ts';

/**
 * Says in a sentence whether the published branch point holds its own in a task: whether it is not reliably worse than
 * the best other one and than separate networks.
 *
 * @param task - The task.
 * @param comparison - Its numbers.
 * @param seeds - How many seeds they rest on.
 * @returns The sentence; none when the branch point is not in the study or alone.
 */
export function verdictOf(task: Task, comparison: TaskComparison, seeds: number): string[] {
  const { againstBest, againstSeparate } = comparison;
  if (!againstBest) return [];
  const holds = [againstBest, againstSeparate].every((each) => !each || each.interval.high >= 0);
  const bestIsSeparate = againstBest.branchPoint === 0;
  const separate =
    againstSeparate && !bestIsSeparate ? `, from separate networks ${points(againstSeparate)}` : '';
  const worst = Math.max(0, -againstBest.interval.low, -(againstSeparate?.interval.low ?? 0));
  return [
    `${task}s: branch point ${publishedBranchPoint} ${holds ? 'holds its own' : 'is worse'}. Difference in accuracy from the best other one, with an interval that holds for all others at once (${againstBest.branchPoint}${bestIsSeparate ? ', separate networks' : ''}) ${points(againstBest)}${separate}; ` +
      `${holds ? `a loss of up to ${(100 * worst).toFixed(1)} points cannot be excluded` : 'the interval lies below zero'} (${seeds === 1 ? 'one seed, whose chance the interval leaves out' : `${seeds} seeds`}).`,
  ];
}

function points({ value, interval }: Estimate): string {
  const signed = (share: number) => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)}`;
  return `${signed(value)} points [${signed(interval.low)}, ${signed(interval.high)}]`;
}
