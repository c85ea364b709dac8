import type { RequestHandler } from 'express';
import type { Laboratory } from '../experimenter/laboratory.ts';

/** A database that takes longer than this is of no use to participants. */
const patienceMs = 3000;

/**
 * Answers whether the server can do its work: 200, or 503 when one of its databases does not answer.
 *
 * @param laboratory - Its studies' databases are asked.
 */
export function health({ store, studies }: Laboratory): RequestHandler {
  return async (_request, response) => {
    const stores = [...new Set([store, ...studies.map(({ site }) => site.store)])];
    const answers = await Promise.all(stores.map(({ check }) => answersInTime(check)));
    const isWell = answers.every(Boolean);
    response
      .status(isWell ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json(isWell ? { ok: true } : { ok: false, reason: 'the database does not answer' });
  };
}

async function answersInTime(check: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), patienceMs);
  });
  const answered = check().then(
    () => true,
    () => false,
  );
  return Promise.race([answered, tooLate]).finally(() => clearTimeout(timer));
}
