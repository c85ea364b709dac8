import type { HeardExcerpt } from './hearExcerpts.ts';

/** Which label was taken for which. */
export interface Confusions {
  /** Labels of the model, null first; responses are any of them. */
  labels: readonly string[];
  /** Excerpts without background: counts by target (rows) and response (columns), indices as in `labels`. */
  clean: number[][];
  /** The same of all excerpts with a background. */
  inNoise: number[][];
}

/**
 * Counts responses by target.
 *
 * @param heard - Excerpts of one task.
 * @param labels - The model's labels of the task.
 */
export function confusionsOf(heard: readonly HeardExcerpt[], labels: readonly string[]): Confusions {
  const count = (excerpts: readonly HeardExcerpt[]) => {
    const counts = labels.map(() => labels.map(() => 0));
    for (const { target, response } of excerpts) counts[labels.indexOf(target)]![labels.indexOf(response)]!++;
    return counts;
  };
  return {
    labels,
    clean: count(heard.filter(({ snrDb }) => snrDb === null)),
    inNoise: count(heard.filter(({ snrDb }) => snrDb !== null)),
  };
}
