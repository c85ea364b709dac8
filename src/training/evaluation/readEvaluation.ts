import { z } from 'zod';
import { readJson } from '../../base/readJson.ts';
import type { Accuracy } from './evaluation.ts';

const accuracy = z.looseObject({
  excerpts: z.int().positive(),
  top1: z.number().min(0).max(1),
  interval: z.looseObject({ low: z.number(), high: z.number() }),
});

/** What a figure needs of an evaluation; open, for versions add to it. */
const evaluationSchema = z.looseObject({
  model: z.string().min(1),
  ear: z.looseObject({ name: z.string() }).exactOptional(),
  snrsDb: z.array(z.number()),
  tasks: z.record(z.string(), z.record(z.string(), accuracy)),
});

/** An evaluation as far as it is drawn beside others. */
export interface DrawnEvaluation {
  model: string;
  /** Absent for the published ear. */
  ear?: { name: string };
  snrsDb: readonly number[];
  /** By task, then by group of excerpts. */
  tasks: Partial<Record<string, Record<string, Pick<Accuracy, 'top1' | 'interval'>>>>;
}

/**
 * Reads an evaluation.
 *
 * @param path - The `evaluation.json` that an evaluation wrote.
 * @throws InputError when it cannot be read or is none.
 */
export function readEvaluation(path: string): DrawnEvaluation {
  return readJson(path, evaluationSchema, { what: 'an evaluation', remedy: 'evaluate anew' });
}
