import { participantExclusions } from '../../src/records/exclusionRules.ts';
import type { TrialRecord } from '../../src/records/trialRecord.ts';
import type { Site } from '../session/site.ts';

/** A trial record with what only the listening test knows of it. */
export interface HumanTrial extends TrialRecord {
  firstInputMs: number | null;
  keystrokes: number;
  typed: string;
  receivedAt: string;
  plays: number;
}

/** One participant as exported: no recruitment id, no token. */
export interface ParticipantRecord {
  participant: string;
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
 * @param site - The site.
 * @returns Trials in the order of participants and positions, and the participants.
 */
export async function readRecords(site: Pick<Site, 'loaded' | 'store'>): Promise<StudyRecords> {
  const sessions = await site.store.database
    .selectFrom('sessions')
    .selectAll()
    .where('study', '=', site.loaded.study.id)
    .where('preview', '=', 0)
    .where('state', '!=', 'erased')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const answered = groupedBySession(await answeredTrials(site));
  const steps = groupedBySession(await site.store.database.selectFrom('steps').selectAll().execute());
  const lists = groupedBySession(await site.store.database.selectFrom('reservations').selectAll().execute());
  const byHand = groupedBySession(await site.store.database.selectFrom('exclusions').selectAll().execute());
  const records: StudyRecords = { trials: [], participants: [] };
  for (const session of sessions) {
    const rows = answered.get(session.id) ?? [];
    const answers = Object.fromEntries(
      (steps.get(session.id) ?? []).map(({ step, answer }) => [step, JSON.parse(answer)]),
    ) as ParticipantRecord['answers'];
    const trials = rows.filter(({ block }) => block !== 'headphones').map((row, i) => trialOf(site, row, i));
    const exclusionRules = participantExclusions(site.loaded.study, {
      state: session.state,
      endReason: session.end_reason,
      hearingLoss: String(answers['demographics']?.['hearingLoss'] ?? ''),
      byHand: (byHand.get(session.id) ?? []).map(({ rule }) => rule),
      trials,
    });
    records.trials.push(...trials.map((trial) => withRules(trial, exclusionRules)));
    records.participants.push({
      participant: session.id,
      state: session.state,
      endReason: session.end_reason,
      platform: session.platform,
      consentVersion: session.consent_hash,
      startedAt: iso(session.created_at),
      endedAt: session.ended_at === null ? '' : iso(session.ended_at),
      lists: Object.fromEntries((lists.get(session.id) ?? []).map(({ task, list }) => [task, list])),
      headphoneScores: headphoneScores(rows),
      exclusionRules,
      answers,
    });
  }
  return records;
}

type AnsweredRow = Awaited<ReturnType<typeof answeredTrials>>[number];

function answeredTrials({ store }: Pick<Site, 'store'>) {
  return store.database
    .selectFrom('responses')
    .innerJoin('trials', (join) =>
      join
        .onRef('trials.session', '=', 'responses.session')
        .onRef('trials.position', '=', 'responses.position'),
    )
    .selectAll('responses')
    .select(({ selectFrom }) => [
      'trials.phase',
      'trials.attempt',
      'trials.block',
      'trials.task',
      'trials.stimulus',
      'trials.target',
      selectFrom('plays')
        .whereRef('plays.session', '=', 'responses.session')
        .whereRef('plays.position', '=', 'responses.position')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .as('plays'),
    ])
    .orderBy('responses.session')
    .orderBy('responses.position')
    .execute();
}

function trialOf(site: Pick<Site, 'loaded'>, row: AnsweredRow, trialIndex: number): HumanTrial {
  const stimulus = site.loaded.stimuli.get(row.stimulus);
  const playValid = row.play_valid === 1;
  const rules = [...(playValid ? [] : ['invalid-play']), ...(stimulus?.replaced ? ['replaced'] : [])];
  return {
    study: site.loaded.study.id,
    participant: row.session,
    observer: 'human',
    task: row.task,
    block: row.block as HumanTrial['block'],
    trialIndex,
    sourceId: stimulus?.sourceId ?? '',
    condition: stimulus?.condition ?? '',
    stage: stimulus?.stage ?? '',
    metamerModel: stimulus?.metamerModel ?? '',
    target: row.target,
    response: (JSON.parse(row.response) as string[]).join(';'),
    correct: row.correct === 1,
    rtMs: row.rt_ms,
    playValid,
    excluded: rules.length > 0,
    exclusionRules: rules,
    startedAt: iso(row.started_at),
    respondedAt: iso(row.responded_at),
    firstInputMs: row.first_input_ms,
    keystrokes: row.keystrokes,
    typed: row.typed,
    receivedAt: iso(row.received_at),
    plays: Number(row.plays),
  };
}

function withRules(trial: HumanTrial, participantRules: readonly string[]): HumanTrial {
  const exclusionRules = [...participantRules, ...trial.exclusionRules];
  return { ...trial, exclusionRules, excluded: exclusionRules.length > 0 };
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

function groupedBySession<Row extends { session: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const grouped = new Map<string, Row[]>();
  for (const row of rows) {
    const group = grouped.get(row.session);
    if (group) group.push(row);
    else grouped.set(row.session, [row]);
  }
  return grouped;
}

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
