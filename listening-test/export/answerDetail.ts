import type { Selectable } from 'kysely';
import { type Conduct, flagsOf } from '../session/trials/conduct.ts';
import type { Tables } from '../store/tables.ts';
import type { AnswerDetails } from '../tasks/details.ts';

/** How an answer came about. */
export interface AnswerDetail {
  /** Position in the session, headphone checks counted. */
  position: number;
  /** From the end of the sound to the moment the form could be used, ms. */
  formMs: number | null;
  /** Whether the page was opened again between sound and answer. */
  resumed: boolean;
  /** How far the device's clock was set during the trial, ms. */
  clockJumpMs: number | null;
  /** What the page saw; null where nothing was recorded. */
  conduct: Conduct | null;
  /** What the answer holds beyond its labels. */
  details: AnswerDetails;
  /** Ids of `conductFlags`. */
  flags: string[];
}

/**
 * How an answer came about, as it is stored.
 *
 * @param row - The answer's row.
 */
export function answerDetail(
  row: Pick<
    Selectable<Tables['responses']>,
    'position' | 'form_ms' | 'resumed' | 'clock_jump_ms' | 'conduct' | 'details' | 'rt_ms'
  >,
): AnswerDetail {
  const conduct = row.conduct === '' ? null : (JSON.parse(row.conduct) as Conduct);
  return {
    position: row.position,
    formMs: row.form_ms,
    resumed: row.resumed === 1,
    clockJumpMs: row.clock_jump_ms,
    conduct,
    details: row.details === '' ? {} : (JSON.parse(row.details) as AnswerDetails),
    flags: flagsOf(conduct, { rtMs: row.rt_ms, formMs: row.form_ms }),
  };
}
