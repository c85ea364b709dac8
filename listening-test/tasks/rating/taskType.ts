import { z } from 'zod';
import type { TaskType } from '../taskType.ts';

/** Most values a scale may have. */
const mostValues = 1001;

/** A scale and what its ends mean. */
export const ratingSettings = z
  .strictObject({
    /** A slider, or one button a value. */
    style: z.enum(['slider', 'likert']).prefault('likert'),
    min: z.int().min(-1000).max(1000).prefault(1),
    max: z.int().min(-1000).max(1000).prefault(7),
    step: z.int().min(1).max(1000).prefault(1),
    /** What the lowest and the highest value mean. */
    low: z.string().max(80).prefault(''),
    high: z.string().max(80).prefault(''),
  })
  .refine(({ min, max }) => min < max, { path: ['max'], error: 'must be above min' })
  .refine(({ min, max, step }) => (max - min) % step === 0 && (max - min) / step < mostValues, {
    path: ['step'],
    error: `must part the scale evenly, into ${mostValues} values at most`,
  })
  .refine(({ style, min, max, step }) => style === 'slider' || (max - min) / step < 11, {
    path: ['style'],
    error: 'must be slider for more than eleven values',
  });

/** Settings of a rating. */
export type RatingSettings = z.infer<typeof ratingSettings>;

/** A value on a scale; nothing is right or wrong. */
export const rating: TaskType = {
  form: 'rating',
  settings: ratingSettings,
  defaults: {
    prompt: 'How natural did this sound?',
    instructions: `## Rate what you hear

Each sound is played once. Say where it stands on the scale.`,
    unknownAnswer: false,
  },
  labels: (settings) => {
    const { min, max, step } = settings as RatingSettings;
    return Array.from({ length: (max - min) / step + 1 }, (_, i) => String(min + i * step));
  },
  arrange: null,
  isCorrect: null,
};
