import type { z } from 'zod';
import type { Table } from '../export/table.ts';
import type { AnswerDetails } from './details.ts';

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

/** One of several sounds that stand beside each other in a trial: its part of the trial's clip. */
export interface ClipPart {
  role: 'reference' | 'hidden-reference' | 'anchor' | 'version';
  condition: string;
  stage: string;
  metamerModel: string;
  /** End of the pass band of an anchor, Hz. */
  lowPassHz?: number | undefined;
  /** Where it begins in the clip, and how long it is, seconds. */
  atSeconds: number;
  seconds: number;
}

/** A part before the clip is written. */
export type GatheredPart = Omit<ClipPart, 'atSeconds' | 'seconds'> & { sound: string };

/** An answered trial with several sounds. */
export interface AnsweredTrial {
  participant: string;
  session: string;
  task: string;
  block: string;
  trialIndex: number;
  sourceId: string;
  /** The open reference first. */
  parts: readonly ClipPart[];
  response: readonly string[];
  details: AnswerDetails;
  playValid: boolean;
}

/** A type of trials: one folder each, with its page in `form.ts` or that of another type, and one line in `taskTypes.ts`. */
export interface TaskType {
  /** Folder whose `form.ts` has the page. */
  form: string;
  /** What a study may set beyond what all tasks have. */
  settings: z.ZodType<Record<string, unknown>>;
  /** What a study that says nothing gets. */
  defaults: { prompt: string; instructions: string; unknownAnswer: boolean };
  /** The only answers there are, from the settings; null where a study has labels of its own. */
  labels: ((settings: Record<string, unknown>) => string[]) | null;
  /** How a version is played beside its original; null for tasks about single sounds. */
  arrange: ((pair: Pair) => Arrangement) | null;
  /** Share of natural sounds among the trials, from the settings; null: that of any other condition. */
  naturalShare?: (settings: Record<string, unknown>) => number | null;
  /** All sounds of one trial, for tasks that show every version of a source at once; the first is the open reference. */
  gather?: (given: {
    reference: string;
    versions: readonly Pick<GatheredPart, 'sound' | 'condition' | 'stage' | 'metamerModel'>[];
    settings: Record<string, unknown>;
  }) => GatheredPart[];
  /** Most of them. */
  mostParts?: number;
  /** Whether an answer is one of those there are, where the number of chosen labels does not say it. */
  fits?: (
    response: readonly string[],
    task: { labels: string[]; choose: number; unknownAnswer: boolean; parts: number },
  ) => boolean;
  /** Whether an answer is right; null where none is. */
  isCorrect: ((response: readonly string[], target: string) => boolean) | null;
  /** What an answer may hold beyond its labels and what every task's may. */
  details?: z.ZodRawShape;
  /** A table of its own in the export. */
  table?: (trials: readonly AnsweredTrial[]) => Table;
}

/** Right if the target is among the labels that were chosen. */
export const holdsTarget = (response: readonly string[], target: string) => response.includes(target);

/** Target, as it is stored, of trials in which nothing is right or wrong; in records both are missing. */
export const noTarget = '-';
