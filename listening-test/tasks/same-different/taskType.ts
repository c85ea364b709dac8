import { z } from 'zod';
import { holdsTarget, type TaskType } from '../taskType.ts';

const settings = z.strictObject({
  /** Share of the trials in which the sounds are the same; null: as often as there is any other condition. */
  sameShare: z.number().min(0.1).max(0.9).nullable().prefault(0.5),
});

/** Two sounds, the same or different; which of the two comes first is balanced within each condition. */
export const sameDifferent: TaskType = {
  form: 'choice',
  settings,
  defaults: {
    prompt: 'Were the two sounds the same or different?',
    instructions: `## Same or different

You hear two sounds, one after the other. Say whether they were the same or different.`,
    unknownAnswer: false,
  },
  labels: () => ['same', 'different'],
  arrange: ({ original, version, place }) => {
    if (version === null) return { sounds: [original, original], target: 'same' };
    const sounds = place % 2 === 0 ? [original, version] : [version, original];
    return { sounds, target: 'different' };
  },
  naturalShare: (given) => (given as z.infer<typeof settings>).sameShare,
  isCorrect: holdsTarget,
};
