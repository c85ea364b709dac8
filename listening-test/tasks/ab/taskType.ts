import { z } from 'zod';
import { holdsTarget, type TaskType } from '../taskType.ts';

/** Two sounds, A and B: which is the recording? Its place is balanced within each condition. */
export const ab: TaskType = {
  form: 'choice',
  settings: z.strictObject({}),
  defaults: {
    prompt: 'Which of the two sounds was the recording?',
    instructions: `## A or B

You hear two sounds, first A, then B. One of them is a recording. Say which.`,
    unknownAnswer: false,
  },
  labels: () => ['A', 'B'],
  arrange: ({ original, version, place }) => {
    const isFirst = place % 2 === 0;
    const other = version ?? original;
    return { sounds: isFirst ? [original, other] : [other, original], target: isFirst ? 'A' : 'B' };
  },
  isCorrect: holdsTarget,
};
