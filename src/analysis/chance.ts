/**
 * Share of right answers by guessing.
 *
 * It is the study's: the targets that happen to occur say nothing about how many answers were offered.
 *
 * @param known - What the configuration states, by task, and what is known of the studies.
 * @returns A proportion; NaN where neither tells it, or studies differ.
 */
export function chanceLevel(
  task: string,
  {
    stated,
    studies,
  }: {
    stated: Readonly<Record<string, number>>;
    studies: Iterable<{ choices: Readonly<Record<string, number>> }>;
  },
): number {
  if (stated[task] !== undefined) return stated[task];
  const offered = new Set([...studies].flatMap(({ choices }) => choices[task] ?? []));
  return offered.size === 1 ? 1 / [...offered][0]! : Number.NaN;
}
