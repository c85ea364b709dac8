import { z } from 'zod';
import { holdsTarget, type TaskType } from '../taskType.ts';

/** Two sounds, A and B, then one of them again, X: which was it? Order and answer are balanced within each condition. */
export const abx: TaskType = {
  form: 'choice',
  settings: z.strictObject({}),
  defaults: {
    prompt: 'Which of the two was the last sound?',
    instructions: `## Which was it?

You hear two sounds, first A, then B, and then one of them again. Say which one it was.`,
    unknownAnswer: false,
  },
  labels: () => ['A', 'B'],
  arrange: ({ original, version, place }) => {
    const other = version ?? original;
    const pair = place % 2 === 0 ? [original, other] : [other, original];
    const isFirst = Math.floor(place / 2) % 2 === 0;
    return { sounds: [...pair, pair[isFirst ? 0 : 1]!], target: isFirst ? 'A' : 'B' };
  },
  isCorrect: holdsTarget,
};
