import { expect } from 'vitest';
import { openStore, type StoreLocation } from '../../listening-test/store/openStore.ts';
import type { CrowdResult } from '../../src/bench/server/crowd.ts';

/** Fails unless every acknowledged answer is stored as it was given, once, and every session's answers are in order. */
export async function expectAllStored(location: StoreLocation, crowd: CrowdResult): Promise<number> {
  const store = await openStore(location);
  try {
    const rows = await store.database
      .selectFrom('responses')
      .select(['session', 'position', 'response', 'received_at'])
      .orderBy('session')
      .orderBy('position')
      .execute();
    const stored = new Map(
      rows.map(({ session, position, response }) => [`${session} ${position}`, response]),
    );
    const lost = crowd.acknowledged.filter(
      ({ participant, position, response }) =>
        stored.get(`${participant} ${position}`) !== JSON.stringify([response]),
    );
    expect(lost).toEqual([]);
    expect(stored.size).toBe(rows.length);
    const bySession = new Map<string, typeof rows>();
    for (const row of rows) bySession.set(row.session, [...(bySession.get(row.session) ?? []), row]);
    for (const [session, own] of bySession) {
      expect(
        own.map(({ position }) => position),
        session,
      ).toEqual(own.map((_, i) => i));
      expect(
        own.every(({ received_at }, i) => i === 0 || received_at >= own[i - 1]!.received_at),
        session,
      ).toBe(true);
    }
    const plans = await store.database
      .selectFrom('trials')
      .innerJoin('sessions', 'sessions.id', 'trials.session')
      .select(({ fn }) => ['trials.session', fn.countAll<number>().as('count')])
      .where('sessions.state', '=', 'complete')
      .groupBy('trials.session')
      .execute();
    for (const { session, count } of plans)
      expect(bySession.get(session), session).toHaveLength(Number(count));
    return rows.length;
  } finally {
    await store.close();
  }
}
