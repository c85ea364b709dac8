import { participantRules } from '../../src/records/exclusionRules.ts';
import { median } from '../../src/statistics/estimates/descriptive.ts';
import { type Interval, wilsonInterval } from '../../src/statistics/estimates/proportion.ts';
import { groupPlaces } from '../session/quotas/groupQuota.ts';
import type { Session, Site } from '../session/site.ts';
import { isHeadphoneCheck, stepsOf } from '../session/steps.ts';
import { answersWithTrials } from '../store/answersWithTrials.ts';
import { noTarget } from '../tasks/taskType.ts';
import type { Conduct } from './conducts.ts';
import { studyState, titleOf } from './listStudies.ts';
import { isSilent } from './participants.ts';

/** Right answers among trials, with Wilson's 95 % interval; trials count as independent. */
export interface Proportion extends Interval {
  right: number;
  count: number;
}

/** The study as it stands, for the experimenter's page. */
export interface Summary {
  study: { id: string; title: string; state: string };
  /** Sessions by state; `active` only those heard of lately, the others as `silent`. */
  states: Record<string, number>;
  /** Complete sessions after which the study closes by itself, in all and of each list; null for any number. */
  quotas: { all: number | null; perList: number | null };
  /** Per group: complete sessions that are wanted, complete and under way; none without a quota of groups. */
  groups: { group: string; wanted: number; complete: number; active: number }[];
  /** Per task and list: complete and under way. */
  lists: { task: string; list: number; complete: number; active: number }[];
  /** Per step: sessions in it now, silent in it, and ended early in it. */
  steps: { step: string; active: number; silent: number; ended: number }[];
  /** Per headphone check: sessions that finished it, and those that passed. */
  headphones: { check: string; finished: number; passed: number }[];
  recognition: ({ task: string; condition: string } & Proportion)[];
  flaggedPlays: { participant: string; position: number; attempt: number; reasons: string[]; at: number }[];
  flaggedPlayCount: number;
  comments: { participant: string; comments: string; problems: string; at: number }[];
  /** Catch trials answered rightly, of all participants so far. */
  catches: { right: number; count: number };
  /** Median over participants of their median answer time in main trials, ms; null before the first. */
  medianMs: number | null;
  /** Median time from consent to the end of complete sessions, minutes; null before the first. */
  medianMinutes: number | null;
  /** How many participants each rule excludes, or would as things stand; being under way is not counted. */
  exclusions: { rule: string; meaning: string; participants: number }[];
}

const shownRows = 200;

/**
 * Sums the study up; previews are left out.
 *
 * @param conducts - What each participant did, by session.
 */
export async function summarize(site: Site, conducts: ReadonlyMap<string, Conduct>): Promise<Summary> {
  const { database } = site.store;
  const { study } = site.loaded;
  const sessions = await database
    .selectFrom('sessions')
    .selectAll()
    .where('study', '=', study.id)
    .where('preview', '=', 0)
    .orderBy('last_seen_at', 'desc')
    .execute();
  const flagged = await flaggedPlays(site);
  return {
    study: { id: study.id, title: titleOf(site), state: await studyState(site) },
    states: statesOf(site, sessions),
    quotas: { all: study.recruitment.quota, perList: study.recruitment.quotaPerList },
    groups: [...((await groupPlaces(site, database))?.groups ?? [])].map(([group, places]) => ({
      group,
      ...places,
    })),
    lists: await listCounts(site, sessions),
    steps: stepCounts(site, sessions),
    headphones: headphoneCounts(site, sessions),
    recognition: await recognition(site),
    flaggedPlays: flagged.slice(0, shownRows),
    flaggedPlayCount: flagged.length,
    comments: await comments(site),
    ...conductNumbers(sessions, conducts),
  };
}

function conductNumbers(
  sessions: readonly Session[],
  conducts: ReadonlyMap<string, Conduct>,
): Pick<Summary, 'catches' | 'medianMs' | 'medianMinutes' | 'exclusions'> {
  const all = [...conducts.values()];
  const sum = (value: (conduct: Conduct) => number) => all.reduce((total, own) => total + value(own), 0);
  const times = all.flatMap(({ medianMs }) => medianMs ?? []);
  const minutes = sessions.flatMap(({ state, created_at, ended_at }) =>
    state === 'complete' && ended_at !== null ? [(ended_at - created_at) / 60_000] : [],
  );
  return {
    catches: { right: sum(({ catchRight }) => catchRight), count: sum(({ catchCount }) => catchCount) },
    medianMs: times.length > 0 ? median(times) : null,
    medianMinutes: minutes.length > 0 ? median(minutes) : null,
    exclusions: Object.entries(participantRules)
      .filter(([rule]) => rule !== 'incomplete')
      .map(([rule, meaning]) => ({
        rule,
        meaning,
        participants: all.filter(({ exclusionRules }) => exclusionRules.includes(rule)).length,
      })),
  };
}

function statesOf(site: Site, sessions: readonly Session[]): Record<string, number> {
  const counts: Record<string, number> = {
    active: 0,
    silent: 0,
    complete: 0,
    'screened-out': 0,
    'timed-out': 0,
    left: 0,
    erased: 0,
  };
  for (const session of sessions) {
    const state = isSilent(site, session) ? 'silent' : session.state;
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}

async function listCounts(site: Site, sessions: readonly Session[]): Promise<Summary['lists']> {
  const rows = await site.store.database.selectFrom('reservations').selectAll().execute();
  const byId = new Map(sessions.map((session) => [session.id, session]));
  return [...site.loaded.lists].flatMap(([task, lists]) =>
    lists.map((_, list) => {
      const holders = rows
        .filter((row) => row.task === task && row.list === list)
        .flatMap(({ session }) => byId.get(session) ?? []);
      const complete = holders.filter(({ state }) => state === 'complete').length;
      const active = holders.filter(
        (session) => session.state === 'active' && !isSilent(site, session),
      ).length;
      return { task, list, complete, active };
    }),
  );
}

function stepCounts(site: Site, sessions: readonly Session[]): Summary['steps'] {
  return stepsOf(site.loaded).map((step) => {
    const here = sessions.filter((session) => session.step === step);
    const active = here.filter(({ state }) => state === 'active');
    const silent = active.filter((session) => isSilent(site, session)).length;
    const ended = here.filter(({ state }) =>
      ['screened-out', 'timed-out', 'left', 'withdrawn'].includes(state),
    ).length;
    return { step, active: active.length - silent, silent, ended };
  });
}

function headphoneCounts(site: Site, sessions: readonly Session[]): Summary['headphones'] {
  const steps = stepsOf(site.loaded);
  return steps.filter(isHeadphoneCheck).map((check) => {
    const place = (session: Session) =>
      session.state === 'erased' ? -1 : steps.indexOf(session.step as never);
    const passed = sessions.filter((session) => place(session) > steps.indexOf(check)).length;
    const failed = sessions.filter(
      ({ state, end_reason }) => state === 'screened-out' && end_reason === check,
    ).length;
    return { check, finished: passed + failed, passed };
  });
}

async function recognition(site: Site): Promise<Summary['recognition']> {
  const rows = await answersWithTrials(site.store.database)
    .innerJoin('sessions', 'sessions.id', 'responses.session')
    .select(({ fn }) => [
      'trials.stimulus',
      fn.sum<number>('responses.correct').as('right'),
      fn.countAll<number>().as('count'),
    ])
    .where('sessions.study', '=', site.loaded.study.id)
    .where('sessions.preview', '=', 0)
    .where('trials.block', '=', 'main')
    .where('trials.target', '!=', noTarget)
    .where('responses.play_valid', '=', 1)
    .groupBy('trials.stimulus')
    .execute();
  const cells = new Map<string, { task: string; condition: string; right: number; count: number }>();
  for (const row of rows) {
    const stimulus = site.loaded.stimuli.get(row.stimulus);
    if (!stimulus || stimulus.replaced) continue;
    const { task, condition } = stimulus;
    const cell = cells.get(`${task} ${condition}`) ?? { task, condition, right: 0, count: 0 };
    cell.right += Number(row.right);
    cell.count += Number(row.count);
    cells.set(`${task} ${condition}`, cell);
  }
  const sorted = [...cells.values()].sort(
    (a, b) => a.task.localeCompare(b.task, 'en') || a.condition.localeCompare(b.condition, 'en'),
  );
  return sorted.map(({ task, condition, right, count }) => ({
    ...{ task, condition, right, count },
    ...wilsonInterval(right, count),
  }));
}

async function flaggedPlays(site: Site): Promise<Summary['flaggedPlays']> {
  const rows = await site.store.database
    .selectFrom('plays')
    .innerJoin('sessions', 'sessions.id', 'plays.session')
    .select(['plays.session', 'plays.position', 'plays.attempt', 'plays.reasons', 'plays.received_at'])
    .where('sessions.study', '=', site.loaded.study.id)
    .where('sessions.preview', '=', 0)
    .where('plays.valid', '=', 0)
    .orderBy('plays.received_at', 'desc')
    .execute();
  return rows.map(({ session, position, attempt, reasons, received_at }) => ({
    participant: session,
    position,
    attempt,
    reasons: JSON.parse(reasons) as string[],
    at: received_at,
  }));
}

async function comments(site: Site): Promise<Summary['comments']> {
  const rows = await site.store.database
    .selectFrom('steps')
    .innerJoin('sessions', 'sessions.id', 'steps.session')
    .select(['steps.session', 'steps.answer', 'steps.received_at'])
    .where('sessions.study', '=', site.loaded.study.id)
    .where('sessions.preview', '=', 0)
    .where('steps.step', '=', 'comments')
    .orderBy('steps.received_at', 'desc')
    .limit(shownRows)
    .execute();
  return rows
    .map(({ session, answer, received_at }) => ({
      participant: session,
      ...(JSON.parse(answer) as { comments: string; problems: string }),
      at: received_at,
    }))
    .filter(({ comments, problems }) => comments !== '' || problems !== '');
}
