import { z } from 'zod';
import { holdsTarget, type TaskType } from '../taskType.ts';

/** One label or several are chosen by buttons. */
export const choice: TaskType = {
  form: 'choice',
  settings: z.strictObject({}),
  defaults: {
    prompt: 'Which of these did you hear?',
    instructions: `## What did you hear?

Each sound is played once. Choose what you heard. If you are not sure, give your best guess.`,
    unknownAnswer: true,
  },
  labels: null,
  arrange: null,
  isCorrect: holdsTarget,
};
