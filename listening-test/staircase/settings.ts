import { z } from 'zod';

/**
 * How a task goes up and down a path of sounds: after so many right answers in a row to a smaller difference, after each
 * wrong one to a larger.
 *
 * @see Levitt (1971), J. Acoust. Soc. Am. 49, 467–477.
 */
export const staircaseSettings = z
  .strictObject({
    /** Right answers in a row that lead to a smaller difference: 2 converges at 70.7 % right, 3 at 79.4 %. */
    down: z.int().min(1).max(6).prefault(2),
    /** Level to begin with, from 1; null for the largest difference. */
    start: z.int().min(1).nullable().prefault(null),
    /** Levels a step takes: before the first reversal, after it, and so on; the last one stays. */
    steps: z.array(z.int().min(1).max(100)).min(1).max(20).prefault([2, 1]),
    /** Reversals that end a track. */
    reversals: z.int().min(2).max(40).prefault(8),
    /** The last reversals, whose levels' mean is the threshold; as many ways up as down. */
    averaged: z.int().min(2).max(40).multipleOf(2, 'must be even').prefault(6),
    /** Trials after which a track ends without enough reversals. */
    maxTrials: z.int().min(4).max(300).prefault(60),
    /** Tracks of each path, mixed with each other. */
    tracks: z.int().min(1).max(4).prefault(1),
    /** Share of trials without a difference, where that is an answer; they move no track. */
    sameShare: z.number().min(0).max(0.75).multipleOf(0.25, 'must be 0, 0.25, 0.5 or 0.75').prefault(0.5),
  })
  .refine(({ averaged, reversals }) => averaged <= reversals, {
    path: ['averaged'],
    error: 'must be at most reversals',
  });

/** Settings of a staircase. */
export type StaircaseSettings = z.infer<typeof staircaseSettings>;

/**
 * Share of right answers at which a staircase settles: a step down is as likely as one up.
 *
 * @param down - Right answers in a row that lead down.
 */
export const convergenceOf = (down: number) => 0.5 ** (1 / down);
