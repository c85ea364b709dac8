import type { NetworkPlan } from '../network/plan.ts';

/** Labeled excerpts of a task, and how many were recognized. */
export interface TaskCounts {
  labeled: number;
  correct: number;
}

/**
 * Adds a batch to counts by task; excerpts without a label of the task do not count.
 *
 * @param plan - Gives the tasks.
 * @param counts - So far.
 * @param predictions - Predicted label indices, by task.
 * @param labels - True label indices, 0 for null.
 * @returns New counts.
 */
export function countCorrect(
  plan: NetworkPlan,
  counts: Record<string, TaskCounts>,
  predictions: Readonly<Record<string, Float32Array>>,
  labels: { words: Int32Array; genres: Int32Array },
): Record<string, TaskCounts> {
  const entries = plan.architecture.outputs.map(({ task }) => {
    const { labeled, correct } = counts[task] ?? { labeled: 0, correct: 0 };
    const truth = task === 'word' ? labels.words : labels.genres;
    const isLabeled = [...truth.keys()].filter((i) => truth[i]! > 0);
    const recognized = isLabeled.filter((i) => predictions[task]![i] === truth[i]);
    return [task, { labeled: labeled + isLabeled.length, correct: correct + recognized.length }] as const;
  });
  return Object.fromEntries(entries);
}

/** Share recognized by task; tasks without a labeled excerpt are left out. */
export function taskAccuracies(counts: Record<string, TaskCounts>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts)
      .filter(([, { labeled }]) => labeled > 0)
      .map(([task, { labeled, correct }]) => [task, correct / labeled]),
  );
}
