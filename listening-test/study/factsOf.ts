import type { StudyFacts } from '../../src/records/studyFacts.ts';
import type { Study } from './studySchema.ts';

/** What the analysis of a study's trials must know of it. */
export function factsOf({ id, exclusion, tasks, stageOrder }: Study): StudyFacts {
  const choices = Object.entries(tasks).map(([task, { labels }]) => [task, labels.length]);
  return { format: 1, study: id, exclusion, choices: Object.fromEntries(choices), stageOrder };
}
