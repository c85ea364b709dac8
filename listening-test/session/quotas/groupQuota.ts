import type { Queries } from '../../store/openStore.ts';
import { type GivenAnswers, isFulfilled } from '../../study/branching.ts';
import { answersOfStep } from '../given.ts';
import type { Session, Site } from '../site.ts';
import { lockStudy } from './lockStudy.ts';
import { placeHolders } from './placeHolders.ts';

/** How a study stands that wants so many complete sessions of each group. */
export interface GroupPlaces {
  /** By group: sessions that are wanted, complete, and under way. */
  groups: Map<string, { wanted: number; complete: number; active: number }>;
  /** How many may still begin. Those who have not said yet which group is theirs take no place. */
  free: number;
  /** Whether every group is complete. */
  isComplete: boolean;
}

/**
 * Places left in the groups of a study, by what first visits answered before the main part.
 *
 * @param queries - Database or transaction.
 * @returns The places; null where the study has no quota of groups.
 */
export async function groupPlaces(site: Site, queries: Queries): Promise<GroupPlaces | null> {
  const quota = site.loaded.study.recruitment.quotaPerGroup;
  if (quota === null) return null;
  const groups: GroupPlaces['groups'] = new Map(
    Object.entries(quota.counts).map(([group, wanted]) => [group, { wanted, complete: 0, active: 0 }]),
  );
  for (const { state, given } of await firstVisits(site, queries)) {
    const group = groupOf(site, given);
    if (group !== null) groups.get(group)![state]++;
  }
  const all = [...groups.values()];
  const left = all.map(({ wanted, complete, active }) => Math.max(0, wanted - complete - active));
  return {
    groups,
    free: left.reduce((sum, places) => sum + places, 0),
    isComplete: all.every(({ wanted, complete }) => complete >= wanted),
  };
}

/**
 * Whether somebody is turned away for the group that an answer puts them in: the study has all it wants of it, or wants
 * none. Previews and later visits never are.
 *
 * @param transaction - The transaction in which the answer was stored; the study's row is locked until it ends where the
 *   answer names a wanted group.
 * @param given - The answers of the step.
 */
export async function isGroupTaken(
  site: Site,
  transaction: Queries,
  session: Session,
  given: GivenAnswers,
): Promise<boolean> {
  const quota = site.loaded.study.recruitment.quotaPerGroup;
  if (quota === null || session.preview === 1 || session.visit > 1 || !(quota.question in given))
    return false;
  const group = groupOf(site, given);
  if (group === null) return true;
  await lockStudy(site, transaction);
  // The session itself is among those under way by now.
  const { wanted, complete, active } = (await groupPlaces(site, transaction))!.groups.get(group)!;
  return complete + active > wanted;
}

/** The first of the wanted groups that the answers name; null for none. */
function groupOf({ loaded }: Pick<Site, 'loaded'>, given: GivenAnswers): string | null {
  const { question, counts } = loaded.study.recruitment.quotaPerGroup!;
  return Object.keys(counts).find((group) => isFulfilled({ question, is: [group] }, given)) ?? null;
}

/** What first visits that hold a place answered in the steps before the main part. */
async function firstVisits(
  site: Site,
  queries: Queries,
): Promise<{ state: 'complete' | 'active'; given: GivenAnswers }[]> {
  const rows = await placeHolders(site, queries)
    .innerJoin('steps', 'steps.session', 'sessions.id')
    .select(['sessions.id', 'sessions.state', 'steps.step', 'steps.answer'])
    .where('sessions.visit', '=', 1)
    .where('steps.step', 'in', ['survey-before', 'demographics'])
    .execute();
  const sessions = new Map<string, { state: 'complete' | 'active'; given: GivenAnswers }>();
  for (const { id, state, step, answer } of rows) {
    const given = { ...sessions.get(id)?.given, ...answersOfStep(step, JSON.parse(answer)) };
    sessions.set(id, { state: state as 'complete' | 'active', given });
  }
  return [...sessions.values()];
}
