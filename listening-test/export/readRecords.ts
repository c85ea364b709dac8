import type { SelectQueryBuilder } from 'kysely';
import { groupedBy } from '../../src/base/groups.ts';
import { type ConductTally, conductTally } from '../../src/records/conductTally.ts';
import { participantExclusions, trialExclusions } from '../../src/records/exclusionRules.ts';
import { type TrialRecord, trialRecord } from '../../src/records/trialRecord.ts';
import type { Site } from '../session/site.ts';
import { flagsOfParticipant } from '../session/trials/conduct.ts';
import { type TrackPlan, trackOf } from '../session/trials/tracks.ts';
import { answersWithTrials } from '../store/answersWithTrials.ts';
import type { Tables } from '../store/tables.ts';
import { soundOf } from '../study/clipRecord.ts';
import type { Study } from '../study/studySchema.ts';
import { noTarget } from '../tasks/taskType.ts';
import { type AnswerDetail, answerDetail } from './answerDetail.ts';

/** A trial record with what only the listening test knows of it. */
export interface HumanTrial extends TrialRecord {
  /** Code of the visit's session; that of a first visit is the participant's own. */
  session: string;
  firstInputMs: number | null;
  /** How the answer came about. */
  detail: AnswerDetail;
  keystrokes: number;
  typed: string;
  receivedAt: string;
  plays: number;
  /** Id of the clip. */
  stimulus: string;
  /** The staircase it belongs to, and the level of its sound there; null for others. */
  staircase: (TrackPlan & { level: number }) | null;
}

/** One participant as exported: no recruitment id, no token. */
export interface ParticipantRecord {
  /** Code of the person: that of the first visit's session. */
  participant: string;
  session: string;
  visit: number;
  state: string;
  endReason: string;
  platform: string;
  consentVersion: string;
  startedAt: string;
  endedAt: string;
  /** List by task. */
  lists: Record<string, number>;
  /** Right answers of the last attempt at each headphone check. */
  headphoneScores: Record<string, number>;
  exclusionRules: string[];
  /** Answers by step, as they were given. */
  answers: Record<string, Record<string, unknown>>;
}

/** Everything an export is made of. */
export interface StudyRecords {
  trials: HumanTrial[];
  participants: ParticipantRecord[];
}

/**
 * Reads all participants of a study; previews and erased sessions are left out.
 *
 * @param only - Sessions to read; all of the study unless told.
 * @returns Trials in the order of participants and positions, and the participants.
 */
export async function readRecords(
  site: Pick<Site, 'loaded' | 'store'>,
  only?: readonly string[],
): Promise<StudyRecords> {
  const { database } = site.store;
  const wanted = database.selectFrom('sessions').select('id').where('study', '=', site.loaded.study.id);
  const scope = only ? wanted.where('id', 'in', only) : wanted;
  const sessions = await database
    .selectFrom('sessions')
    .selectAll()
    .where('id', 'in', scope)
    .where('preview', '=', 0)
    .where('state', '!=', 'erased')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const answered = groupedBySession(await answeredTrials(site, scope));
  const steps = groupedBySession(
    await database.selectFrom('steps').selectAll().where('session', 'in', scope).execute(),
  );
  const lists = groupedBySession(
    await database.selectFrom('reservations').selectAll().where('session', 'in', scope).execute(),
  );
  const byHand = groupedBySession(
    await database.selectFrom('exclusions').selectAll().where('session', 'in', scope).execute(),
  );
  const trialsBefore = new Map<string, number>();
  const records: StudyRecords = { trials: [], participants: [] };
  for (const session of sessions) {
    const rows = answered.get(session.id) ?? [];
    const answers = Object.fromEntries(
      (steps.get(session.id) ?? []).map(({ step, answer }) => [step, JSON.parse(answer)]),
    ) as ParticipantRecord['answers'];
    // A person's trials are counted on over all visits.
    const first = trialsBefore.get(session.person) ?? 0;
    const trials = rows
      .filter(({ block }) => block !== 'headphones')
      .map((row, i) => ({ ...trialOf(site, row, first + i), participant: session.person }));
    trialsBefore.set(session.person, first + trials.length);
    const exclusionRules = participantExclusions(site.loaded.study.exclusion, {
      state: session.state,
      endReason: session.end_reason,
      hearingLoss: String(answers['demographics']?.['hearingLoss'] ?? ''),
      byHand: (byHand.get(session.id) ?? []).map(({ rule }) => rule),
      tally: tallyOf(site.loaded.study, trials),
    });
    const conductFlags = flagsOfParticipant(answers);
    records.trials.push(...trials.map((trial) => withPerson(trial, { exclusionRules, conductFlags })));
    records.participants.push({
      participant: session.person,
      session: session.id,
      visit: session.visit,
      state: session.state,
      endReason: session.end_reason,
      platform: session.platform,
      consentVersion: session.consent_hash,
      startedAt: iso(session.created_at),
      endedAt: iso(session.ended_at),
      lists: Object.fromEntries((lists.get(session.id) ?? []).map(({ task, list }) => [task, list])),
      headphoneScores: headphoneScores(rows),
      exclusionRules,
      answers,
    });
  }
  return records;
}

type AnsweredRow = Awaited<ReturnType<typeof answeredTrials>>[number];

function answeredTrials(
  { store }: Pick<Site, 'store'>,
  scope: SelectQueryBuilder<Tables, 'sessions', { id: string }>,
) {
  return answersWithTrials(store.database)
    .selectAll('responses')
    .select(({ selectFrom }) => [
      'trials.phase',
      'trials.attempt',
      'trials.block',
      'trials.task',
      'trials.stimulus',
      'trials.target',
      'trials.plan',
      selectFrom('plays')
        .whereRef('plays.session', '=', 'responses.session')
        .whereRef('plays.position', '=', 'responses.position')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .as('plays'),
    ])
    .where('responses.session', 'in', scope)
    .orderBy('responses.session')
    .orderBy('responses.position')
    .execute();
}

function trialOf(site: Pick<Site, 'loaded'>, row: AnsweredRow, trialIndex: number): HumanTrial {
  const { study, stimuli } = site.loaded;
  const stimulus = stimuli.get(row.stimulus);
  const playValid = row.play_valid === 1;
  const detail = answerDetail(row);
  const record = trialRecord({
    study: study.id,
    participant: row.session,
    observer: 'human',
    task: row.task,
    block: row.block as HumanTrial['block'],
    trialIndex,
    ...(stimulus ? soundOf(stimulus, study) : { sourceId: '', condition: '' }),
    target: row.target === noTarget ? '' : row.target,
    response: (JSON.parse(row.response) as string[]).join(';'),
    correct: row.target === noTarget ? null : row.correct === 1,
    rtMs: row.rt_ms,
    playValid,
    exclusionRules: trialExclusions({ playValid, isReplaced: stimulus?.replaced ?? false }),
    startedAt: iso(row.started_at),
    respondedAt: iso(row.responded_at),
    conductFlags: detail.flags,
  });
  return {
    ...record,
    session: row.session,
    firstInputMs: row.first_input_ms,
    detail,
    keystrokes: row.keystrokes,
    typed: row.typed,
    receivedAt: iso(row.received_at),
    plays: Number(row.plays),
    stimulus: row.stimulus,
    staircase: staircaseOf(row.plan, stimulus?.level),
  };
}

/** A trial with what is to be said of its participant as a whole. */
function withPerson(
  trial: HumanTrial,
  person: Pick<TrialRecord, 'exclusionRules' | 'conductFlags'>,
): HumanTrial {
  return {
    ...trial,
    ...trialRecord({
      ...trial,
      exclusionRules: [...person.exclusionRules, ...trial.exclusionRules],
      conductFlags: [...person.conductFlags, ...trial.conductFlags],
    }),
  };
}

function staircaseOf(plan: string, level = 0): HumanTrial['staircase'] {
  const track = trackOf(plan);
  return track && { ...track, level };
}

function tallyOf(study: Study, trials: readonly HumanTrial[]): ConductTally {
  const tally = conductTally();
  for (const trial of trials) tally.push(trial);
  return tally.finish((task) => study.tasks[task]!.labels.length);
}

function headphoneScores(rows: readonly AnsweredRow[]): Record<string, number> {
  const scores: Record<string, number> = {};
  for (const check of new Set(rows.filter(({ block }) => block === 'headphones').map(({ phase }) => phase))) {
    const tried = rows.filter(({ phase }) => phase === check);
    const last = Math.max(...tried.map(({ attempt }) => attempt));
    scores[check] = tried.filter(({ attempt, correct }) => attempt === last && correct === 1).length;
  }
  return scores;
}

/**
 * Rows of each session.
 *
 * @param rows - Rows that name their session.
 * @returns The rows by session, in their order.
 */
export function groupedBySession<Row extends { session: string }>(rows: readonly Row[]): Map<string, Row[]> {
  return groupedBy(rows, ({ session }) => session);
}

/** A time of the server's clock as tables hold it; empty for one that has not come. */
export const iso = (milliseconds: number | null) =>
  milliseconds === null ? '' : new Date(milliseconds).toISOString();
