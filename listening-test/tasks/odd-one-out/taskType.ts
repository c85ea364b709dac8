import { z } from 'zod';
import { holdsTarget, type TaskType } from '../taskType.ts';

/** Three sounds, two of them the same: which is the odd one? Its place, and whether it is the original, are balanced. */
export const oddOneOut: TaskType = {
  form: 'choice',
  settings: z.strictObject({}),
  defaults: {
    prompt: 'Which of the three sounds was different from the other two?',
    instructions: `## The odd one out

You hear three sounds. Two of them are the same, one is different. Say which one.`,
    unknownAnswer: false,
  },
  labels: () => ['1', '2', '3'],
  arrange: ({ original, version, place }) => {
    const other = version ?? original;
    const odd = place % 3;
    const [common, single] = Math.floor(place / 3) % 2 === 0 ? [original, other] : [other, original];
    return { sounds: [0, 1, 2].map((i) => (i === odd ? single : common)), target: String(odd + 1) };
  },
  isCorrect: holdsTarget,
};
