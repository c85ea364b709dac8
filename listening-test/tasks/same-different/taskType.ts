import { z } from 'zod';
import { holdsTarget, type TaskType } from '../taskType.ts';

/** Two sounds, the same or different; which of the two comes first is balanced within each condition. */
export const sameDifferent: TaskType = {
  form: 'choice',
  settings: z.strictObject({}),
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
  isCorrect: holdsTarget,
};
