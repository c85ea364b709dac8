import { z } from 'zod';
import type { Cell } from '../../src/base/writeCsv.ts';

/** What an answer to any task may hold beyond its labels. */
export const sharedDetails = z.strictObject({
  /** How sure the listener was, from 1. */
  confidence: z.int().min(1).max(11).optional(),
  /** Whether the time to answer ran out. */
  late: z.boolean().optional(),
  /** The labels as they stood on the page, where their order is shuffled. */
  labelOrder: z.array(z.string().max(80)).max(5000).optional(),
});

/** What an answer holds beyond its labels; types of trials may add to it. */
export type AnswerDetails = z.infer<typeof sharedDetails> & Readonly<Record<string, unknown>>;

/** Columns of `answers.csv` that these details fill. */
export const detailColumns: readonly {
  name: string;
  meaning: string;
  type?: 'number' | 'boolean' | 'text';
  cell: (details: AnswerDetails) => Cell;
}[] = [
  {
    name: 'confidence',
    type: 'number',
    meaning:
      'How sure the listener was, from 1 (guessed) to the task’s levels (certain); empty where not asked',
    cell: ({ confidence }) => confidence ?? null,
  },
  {
    name: 'late',
    type: 'boolean',
    meaning: 'Whether the time to answer ran out; the answer is empty then',
    cell: ({ late }) => late ?? false,
  },
  {
    name: 'label_order',
    meaning:
      'The labels as they stood on the page, joined by semicolons; empty where their order is not shuffled',
    cell: ({ labelOrder }) => labelOrder?.join(';') ?? null,
  },
];
