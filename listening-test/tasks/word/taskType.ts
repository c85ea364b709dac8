import { z } from 'zod';
import { holdsTarget, type TaskType } from '../taskType.ts';

/** A word is typed and chosen from a closed list. */
export const word: TaskType = {
  form: 'word',
  settings: z.strictObject({}),
  defaults: {
    prompt: 'Which word did you hear in the middle of the sound?',
    instructions: `## Words

Each sound lasts about two seconds. Report the word you hear **in the middle** of the sound. Type it, and choose it from the list that appears; only words of the list can be given as an answer. If you are not sure, give your best guess.`,
    unknownAnswer: true,
  },
  labels: null,
  arrange: null,
  isCorrect: holdsTarget,
};
