import type { z } from 'zod';

/** What a clip of a task plays, one sound after the other, and what is right. */
export interface Arrangement {
  sounds: string[];
  target: string;
}

/** A version of a sound to be set beside its original. */
export interface Pair {
  original: string;
  /** Null for the original itself, which nobody can tell from it. */
  version: string | null;
  /** Counts the clips of a condition, from 0: by it orders and answers are balanced. */
  place: number;
}

/** A type of trial, but for its form on the page: one folder each, and one row in `taskTypes.ts` and `taskForms.ts`. */
export interface TaskType {
  /** What a study may set beyond what all tasks have. */
  settings: z.ZodType<Record<string, unknown>>;
  /** What a study that says nothing gets. */
  defaults: { prompt: string; instructions: string; unknownAnswer: boolean };
  /** The only answers there are, from the settings; null where a study has labels of its own. */
  labels: ((settings: Record<string, unknown>) => string[]) | null;
  /** How a version is played beside its original; null for tasks about single sounds. */
  arrange: ((pair: Pair) => Arrangement) | null;
  /** Whether an answer is right; null where none is. */
  isCorrect: ((response: readonly string[], target: string) => boolean) | null;
}

/** Right if the target is among the labels that were chosen. */
export const holdsTarget = (response: readonly string[], target: string) => response.includes(target);

/** Target of trials in which nothing is right or wrong. */
export const noTarget = '-';
