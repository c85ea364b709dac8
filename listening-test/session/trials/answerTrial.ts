import { z } from 'zod';
import { validated } from '../../../src/base/validate.ts';
import { answersWithTrials } from '../../store/answersWithTrials.ts';
import { later } from '../../store/later.ts';
import type { Queries } from '../../store/openStore.ts';
import type { StudyTask } from '../../study/studySchema.ts';
import type { AnswerDetails } from '../../tasks/details.ts';
import { detailsSchemaOf, taskTypeOf } from '../../tasks/taskTypes.ts';
import { advance, endSession, planStep } from '../enterStep.ts';
import { type Caller, changeSession } from '../findSession.ts';
import { Refusal } from '../refusal.ts';
import { type SessionState, sessionState, taskOf } from '../sessionState.ts';
import type { Session, Site, Trial } from '../site.ts';
import { clipFacts } from './clipSource.ts';
import { conductSchema } from './conduct.ts';
import { isHeard } from './judgePlay.ts';
import { phaseVerdict } from './phaseVerdict.ts';
import { openTrialRow, requireTime } from './recordPlay.ts';
import { followTracks } from './tracks.ts';

const milliseconds = z.number().min(0).max(1e14);

/** Body of the request that saves an answer. */
export const responseSchema = z
  .strictObject({
    /** The same for every try to send this answer, different for every other answer. */
    key: z.string().regex(/^[A-Za-z0-9-]{8,64}$/),
    /** Chosen labels; empty for "I have no idea". */
    response: z.array(z.string().max(80)).max(20),
    /** From the end of the sound to the answer, ms; null in a trial that went on after the page was opened again. */
    rtMs: milliseconds.nullable(),
    /** From the end of the sound to the first key or click, ms. */
    firstInputMs: milliseconds.nullable(),
    /** From the end of the sound to the moment the form could be used, ms. */
    formMs: milliseconds.nullable(),
    /** Whether the page was opened again between sound and answer, so that no time from sound to answer is known. */
    resumed: z.boolean(),
    /** How far the device's clock was set while the trial went on, ms; what is more than drift makes its dates doubtful. */
    clockJumpMs: z.number().min(-1e14).max(1e14),
    keystrokes: z.int().min(0).max(100_000),
    /** Text as it was typed; PostgreSQL cannot hold a NUL. */
    typed: z
      .string()
      .max(200)
      .regex(/^[^\0]*$/),
    startedAt: milliseconds,
    respondedAt: milliseconds,
    /** How the answer came about. */
    conduct: conductSchema.optional(),
    /** What the answer holds beyond its labels; its task says what that may be. */
    details: z.record(z.string(), z.json()).optional(),
  })
  .refine(({ resumed, rtMs }) => resumed === (rtMs === null), {
    path: ['rtMs'],
    error: 'must be there unless the trial was resumed',
  });

/** What an answer leads to. */
export interface SavedAnswer {
  /** In practice with feedback only. */
  feedback: { correct: boolean; target: string } | null;
  session: SessionState;
}

/**
 * Saves the answer to the open trial; at the end of a phase the session goes on, repeats a check or is screened out.
 *
 * @param caller - Token and page.
 * @param position - The trial.
 * @returns Feedback and the new state, once the answer is safely stored. The same answer sent again changes nothing.
 * @throws Refusal 409 when the trial is not open or its clip was not heard; 400 when the answer is not on the list.
 */
export function answerTrial(
  site: Site,
  caller: Caller,
  position: number,
  answer: z.infer<typeof responseSchema>,
): Promise<SavedAnswer> {
  return changeSession(site, caller, async (transaction, session) => {
    if (position < session.next_position)
      return repeated(site, transaction, { session, position, key: answer.key });
    const trial = await openTrialRow(transaction, session, position);
    const details = detailsOf(site, trial, answer.details);
    requireOnList(site, trial, { response: answer.response, details });
    if (!isHeard(trial, site.loaded.study.maxInvalidPlays))
      throw new Refusal(409, 'not-heard', 'The sound must be heard before it is answered.');
    const now = site.clock();
    requireTime(Number(trial.begun_at), now, clipFacts(site, trial).seconds);
    const { isCorrect } = taskTypeOf(taskOf(site, trial.task).kind);
    const correct = isCorrect?.(answer.response, trial.target) ?? false;
    const { key, response, startedAt, respondedAt, keystrokes, typed } = answer;
    await later(
      transaction,
      transaction.insertInto('responses').values({
        session: session.id,
        position,
        idempotency_key: key,
        response: JSON.stringify(response),
        correct: correct ? 1 : 0,
        play_valid: Number(trial.valid_plays) > 0 ? 1 : 0,
        rt_ms: answer.rtMs,
        first_input_ms: answer.firstInputMs,
        form_ms: answer.formMs,
        resumed: answer.resumed ? 1 : 0,
        clock_jump_ms: answer.clockJumpMs,
        keystrokes,
        typed,
        conduct: answer.conduct ? JSON.stringify(answer.conduct) : '',
        details: answer.details ? JSON.stringify(details) : '',
        started_at: Math.round(startedAt),
        responded_at: Math.round(respondedAt),
        received_at: now,
      }),
    );
    const change = { next_position: position + 1, last_seen_at: now };
    await later(transaction, transaction.updateTable('sessions').set(change).where('id', '=', session.id));
    const moved = { ...session, ...change };
    await followTracks(site, transaction, moved, trial);
    const feedback = feedbackOf(trial, correct);
    const state = await sessionState(site, transaction, moved);
    if (state.trial) return { feedback, session: state };
    const next = await afterPhase(site, transaction, moved, trial);
    return { feedback, session: await sessionState(site, transaction, next) };
  });
}

async function repeated(
  site: Site,
  transaction: Queries,
  { session, position, key }: { session: Session; position: number; key: string },
): Promise<SavedAnswer> {
  const stored = await answersWithTrials(transaction)
    .select(['idempotency_key', 'correct', 'target', 'feedback'])
    .where('responses.session', '=', session.id)
    .where('responses.position', '=', position)
    .executeTakeFirst();
  if (stored?.idempotency_key !== key) throw new Refusal(409, 'answered', 'This trial was answered already.');
  const feedback = feedbackOf(stored, stored.correct === 1);
  return { feedback, session: await sessionState(site, transaction, session) };
}

function feedbackOf(trial: Pick<Trial, 'feedback' | 'target'>, correct: boolean): SavedAnswer['feedback'] {
  return trial.feedback === 1 ? { correct, target: trial.target } : null;
}

function detailsOf(site: Site, trial: Trial, details: unknown = {}): AnswerDetails {
  return validated(detailsSchemaOf(taskOf(site, trial.task).kind), details, 'details');
}

function requireOnList(
  site: Site,
  trial: Trial,
  { response, details }: { response: readonly string[]; details: AnswerDetails },
): void {
  const task = taskOf(site, trial.task);
  const { deadlineSeconds, confidence } = task;
  const isLate = deadlineSeconds !== null && details.late === true;
  const parts = site.loaded.stimuli.get(trial.stimulus)?.parts?.length ?? 1;
  const { fits = isChoice } = taskTypeOf(task.kind);
  const isFit = fits(response, { ...task, parts }) || (isLate && response.length === 0);
  if (!isFit) throw new Refusal(400, 'not-on-list', 'The answer must be on the list.');
  const isSure = confidence > 0 && response.length > 0 && !isLate;
  if (isSure ? !(details.confidence! <= confidence) : details.confidence !== undefined)
    throw new Refusal(400, 'no-confidence', 'The answer must say how sure it is where the task asks so.');
}

function isChoice(
  response: readonly string[],
  { labels, choose, unknownAnswer }: Pick<StudyTask, 'labels' | 'choose' | 'unknownAnswer'>,
): boolean {
  return (
    response.length <= choose &&
    new Set(response).size === response.length &&
    response.every((label) => labels.includes(label)) &&
    (response.length > 0 || unknownAnswer)
  );
}

/** After the last trial of a phase: on to the next step, another attempt, or screened out. */
async function afterPhase(
  site: Site,
  transaction: Queries,
  session: Session,
  trial: Trial,
): Promise<Session> {
  const right = await rightAnswers(transaction, trial);
  const verdict = phaseVerdict(site.loaded.study, { phase: trial.phase, attempt: trial.attempt, right });
  if (verdict === 'passed') return advance(site, transaction, session);
  if (verdict === 'failed') return endSession(site, transaction, session, 'screened-out');
  await planStep(site, transaction, session, trial.attempt + 1);
  return session;
}

/** Right answers of a phase's attempt, trials with feedback left out. */
async function rightAnswers(transaction: Queries, trial: Trial): Promise<number> {
  const { count } = await answersWithTrials(transaction)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('responses.session', '=', trial.session)
    .where('trials.phase', '=', trial.phase)
    .where('trials.attempt', '=', trial.attempt)
    .where('trials.feedback', '=', 0)
    .where('responses.correct', '=', 1)
    .executeTakeFirstOrThrow();
  return Number(count);
}
