import { z } from 'zod';
import { holdsTarget, type TaskType } from '../taskType.ts';

/** One sound, with or without a change or a signal in it: was it there? */
export const detection: TaskType = {
  form: 'choice',
  settings: z.strictObject({}),
  defaults: {
    prompt: 'Was the signal in the sound?',
    instructions: `## Was it there?

You hear one sound at a time. Some of them have a signal in them, others do not. Say whether it was there.`,
    unknownAnswer: false,
  },
  labels: () => ['yes', 'no'],
  arrange: ({ original, version }) =>
    version === null ? { sounds: [original], target: 'no' } : { sounds: [version], target: 'yes' },
  isCorrect: holdsTarget,
};
