import { median } from '../../src/statistics/estimates/descriptive.ts';
import { groupedBySession, type HumanTrial, readRecords } from '../export/readRecords.ts';
import type { Site } from '../session/site.ts';

/** What a participant did so far, for the experimenter's page. */
export interface Conduct {
  answered: number;
  /** Catch trials answered rightly, and answered at all. */
  catchRight: number;
  catchCount: number;
  /** Median time from the end of the sound to the answer in main trials, ms; null before the first. */
  medianMs: number | null;
  /** Rules that exclude the participant as things stand, or would if nothing came after. */
  exclusionRules: string[];
}

/** Shortest time between two readings of the database, ms: several pages may ask at once. */
const keptMs = 4000;

/**
 * Reads what participants did; those of whom nothing was heard since the last time are not read again.
 *
 * @param site - The study.
 * @returns Function that gives the conduct by session.
 */
export function createConducts(site: Site): () => Promise<ReadonlyMap<string, Conduct>> {
  const known = new Map<string, { version: string; conduct: Conduct }>();
  let reading: { at: number; conducts: Promise<ReadonlyMap<string, Conduct>> } | null = null;
  const read = async () => {
    const versions = await sessionVersions(site);
    for (const session of known.keys()) if (!versions.has(session)) known.delete(session);
    const changed = [...versions].filter(([session, version]) => known.get(session)?.version !== version);
    const fresh = await conductsOf(
      site,
      changed.map(([session]) => session),
    );
    for (const [session, version] of changed)
      known.set(session, { version, conduct: fresh.get(session) ?? noConduct });
    return new Map([...known].map(([session, { conduct }]) => [session, conduct]));
  };
  return () => {
    const now = performance.now();
    if (!reading || now - reading.at > keptMs) reading = { at: now, conducts: read() };
    return reading.conducts.catch((error) => {
      reading = null;
      throw error;
    });
  };
}

/** The conduct of somebody who answered nothing. */
export const noConduct: Conduct = {
  answered: 0,
  catchRight: 0,
  catchCount: 0,
  medianMs: null,
  exclusionRules: [],
};

/** Changes whenever a session's conduct may have changed. */
async function sessionVersions({ store, loaded }: Site): Promise<Map<string, string>> {
  const rows = await store.database
    .selectFrom('sessions')
    .leftJoin('exclusions', 'exclusions.session', 'sessions.id')
    .select(['sessions.id', 'state', 'next_position', 'last_seen_at', 'exclusions.rule'])
    .where('study', '=', loaded.study.id)
    .where('preview', '=', 0)
    .where('state', '!=', 'erased')
    .execute();
  return new Map(
    rows.map(({ id, state, next_position, last_seen_at, rule }) => [
      id,
      `${state} ${next_position} ${last_seen_at} ${rule ?? ''}`,
    ]),
  );
}

const sessionsAtOnce = 500;

async function conductsOf(site: Site, sessions: readonly string[]): Promise<Map<string, Conduct>> {
  const conducts = new Map<string, Conduct>();
  for (let from = 0; from < sessions.length; from += sessionsAtOnce) {
    const { trials, participants } = await readRecords(site, sessions.slice(from, from + sessionsAtOnce));
    const bySession = groupedBySession(trials);
    for (const { session, exclusionRules } of participants)
      conducts.set(session, conductOf(bySession.get(session) ?? [], exclusionRules));
  }
  return conducts;
}

function conductOf(trials: readonly HumanTrial[], exclusionRules: string[]): Conduct {
  const catches = trials.filter(({ block, correct }) => block === 'catch' && correct !== null);
  const times = trials.flatMap(({ block, rtMs }) => (block === 'main' && rtMs !== null ? [rtMs] : []));
  return {
    answered: trials.length,
    catchRight: catches.filter(({ correct }) => correct).length,
    catchCount: catches.length,
    medianMs: times.length === 0 ? null : median(times),
    exclusionRules,
  };
}
