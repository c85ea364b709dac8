import { Refusal } from '../session/refusal.ts';
import type { Site } from '../session/site.ts';
import { log } from './laboratory.ts';

/** The rule that stands for an experimenter's own decision. */
export const ownRule = 'experimenter';

/**
 * Excludes a participant by hand; the data stays, marked as excluded.
 *
 * @param site - The study.
 * @param exclusion - The participant's code, the reason, and who decides.
 * @throws Refusal 404 when the study has no such participant.
 */
export async function exclude(
  site: Site,
  exclusion: { participant: string; reason: string; actor: string },
): Promise<void> {
  const { participant, reason, actor } = exclusion;
  await requireParticipant(site, participant);
  const row = { session: participant, rule: ownRule, reason, created_at: site.clock() };
  await site.store.database
    .insertInto('exclusions')
    .values(row)
    .onConflict((conflict) => conflict.columns(['session', 'rule']).doUpdateSet({ reason }))
    .execute();
  await log(site, { actor, action: 'exclude', detail: `${participant}: ${reason}` });
}

/**
 * Takes an exclusion by hand back.
 *
 * @param site - The study.
 * @param request - The participant's code, and who decides.
 * @throws Refusal 404 when the study has no such participant, or it was not excluded by hand.
 */
export async function include(site: Site, request: { participant: string; actor: string }): Promise<void> {
  const { participant, actor } = request;
  await requireParticipant(site, participant);
  const { numDeletedRows } = await site.store.database
    .deleteFrom('exclusions')
    .where('session', '=', participant)
    .where('rule', '=', ownRule)
    .executeTakeFirstOrThrow();
  if (Number(numDeletedRows) === 0)
    throw new Refusal(404, 'not-excluded', 'This participant was not excluded by hand.');
  await log(site, { actor, action: 'include', detail: participant });
}

async function requireParticipant({ store, loaded }: Site, participant: string): Promise<void> {
  const known = await store.database
    .selectFrom('sessions')
    .select('id')
    .where('id', '=', participant)
    .where('study', '=', loaded.study.id)
    .where('state', '!=', 'erased')
    .executeTakeFirst();
  if (!known) throw new Refusal(404, 'no-participant', 'There is no such participant.');
}
