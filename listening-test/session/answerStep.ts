import { z } from 'zod';
import { validated } from '../../src/base/validate.ts';
import type { Queries } from '../store/openStore.ts';
import { type GivenAnswers, isFulfilled } from '../study/branching.ts';
import { advance, endSession } from './enterStep.ts';
import { type Caller, changeSession, requireActive } from './findSession.ts';
import { answersOfStep } from './given.ts';
import { isInterlude } from './interludes.ts';
import { isGroupTaken } from './quotas/groupQuota.ts';
import { Refusal } from './refusal.ts';
import { type SessionState, sessionState } from './sessionState.ts';
import type { Session, Site } from './site.ts';
import type { Step } from './steps.ts';

const short = z.string().max(200);

const survey = z.strictObject({ data: z.array(z.record(z.string(), z.json())).max(200) });

/** What each step's answer must be. */
const answerSchemas: Record<Exclude<Step, 'antiphase' | 'huggins' | 'practice' | 'main'>, z.ZodType> = {
  browser: z.strictObject({
    userAgent: z.string().max(500),
    language: short,
    width: z.number(),
    height: z.number(),
    pixelRatio: z.number(),
    mobile: z.boolean(),
    sampleRateHz: z.number().nullable(),
    /** Signs that a program drives the browser. */
    automation: z.array(short).max(10).prefault([]),
  }),
  instructions: z.strictObject({}),
  'survey-before': survey,
  level: z.strictObject({ plays: z.int().min(1).max(1000) }),
  demographics: z.strictObject({
    age: z.int().min(18).max(120).nullable(),
    gender: short,
    hearingLoss: z.enum(['no', 'yes', 'no answer']),
    nativeLanguage: short,
    headphones: z.enum(['over-ear', 'in-ear', 'other', 'no answer']),
    connection: z.enum(['wired', 'wireless', 'no answer']),
    musicYears: z.number().min(0).max(100).nullable(),
  }),
  'survey-after': survey,
  comments: z.strictObject({ comments: z.string().max(5000), problems: z.string().max(5000) }),
};

/**
 * Stores the answer of a step that has no trials, and goes on to the next step.
 *
 * @param caller - Token and page.
 * @param step - The step answered.
 * @param answer - The answer, unchecked.
 * @returns Where the session stands now. Sending an answer again changes nothing.
 * @throws Refusal 404 for an unknown step, 409 for one that is not open; InputError for a wrong answer.
 */
export async function answerStep(
  site: Site,
  caller: Caller,
  step: string,
  answer: unknown,
): Promise<SessionState> {
  const isWithinMain = isInterlude(step);
  const schema = isWithinMain
    ? survey
    : Object.hasOwn(answerSchemas, step)
      ? answerSchemas[step as keyof typeof answerSchemas]
      : undefined;
  if (!schema) throw new Refusal(404, 'no-step', 'There is no such step.');
  const checked = validated(schema, answer, step);
  return changeSession(site, caller, async (transaction, session) => {
    const isOpen = isWithinMain
      ? (await sessionState(site, transaction, session)).interlude === step
      : session.step === step && session.state === 'active';
    if (!isOpen) {
      const stored = await transaction
        .selectFrom('steps')
        .select('step')
        .where('session', '=', session.id)
        .where('step', '=', step)
        .executeTakeFirst();
      if (stored) return sessionState(site, transaction, session);
      requireActive(session);
      throw new Refusal(409, 'out-of-order', 'This step is not open now.');
    }
    const now = site.clock();
    const row = { session: session.id, step, answer: JSON.stringify(checked), received_at: now };
    await transaction.insertInto('steps').values(row).execute();
    await transaction
      .updateTable('sessions')
      .set({ last_seen_at: now })
      .where('id', '=', session.id)
      .execute();
    if (isWithinMain) return sessionState(site, transaction, session);
    const next = (await isTurnedAway(site, transaction, session, checked))
      ? await endSession(site, transaction, session, 'screened-out')
      : await advance(site, transaction, session);
    return sessionState(site, transaction, next);
  });
}

/** Whether an answer ends the study: for the device, as the study says, or since there are enough of a group. */
async function isTurnedAway(
  site: Site,
  transaction: Queries,
  session: Session,
  answer: unknown,
): Promise<boolean> {
  if (isRefused(site, session.step, answer)) return true;
  return isGroupTaken(site, transaction, session, answersOfStep(session.step, answer as GivenAnswers));
}

function isRefused(site: Site, step: string, answer: unknown): boolean {
  const { mobile, refuse } = site.loaded.study.screening;
  if (step === 'browser') return mobile === 'refuse' && isMobile(answer);
  const given = answersOfStep(step, answer as Record<string, unknown>);
  return refuse.some((condition) => isFulfilled(condition, given));
}

/** What the page found, or what the browser says of itself. */
const isMobile = (answer: unknown) => {
  const { mobile, userAgent } = answer as { mobile: boolean; userAgent: string };
  return mobile || /Mobi|Android|iPhone|iPad/.test(userAgent);
};
