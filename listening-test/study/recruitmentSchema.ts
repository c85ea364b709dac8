import { z } from 'zod';
import { InputError } from '../../src/base/inputError.ts';
import { recruiterNames } from '../session/recruiting/recruiters.ts';

const link = z.url({ protocol: /^https?$/ }).max(2000);
const code = z.string().max(100).prefault('');

/** Where participants come from, what they are sent back with, and how many are wanted. */
export const recruitmentSchema = z
  .strictObject({
    platform: z.enum(['none', ...recruiterNames]).prefault('none'),
    /** Completion codes: at the end, after screening, after leaving early, after the time was over. */
    codes: z.strictObject({ done: code, screenedOut: code, withdrawn: code, timedOut: code }).prefault({}),
    /** Where the browser goes at the end; a code stands in for `{code}`, the recruiter's id for `{participantId}`. */
    urls: z
      .strictObject({
        done: link.optional(),
        screenedOut: link.optional(),
        withdrawn: link.optional(),
        timedOut: link.optional(),
      })
      .prefault({}),
    /** Whether the recruiter's ids can only be recognized, or also read back with the study's key. */
    ids: z.enum(['hashed', 'encrypted']).prefault('hashed'),
    /** Complete sessions after which the study closes by itself; nobody begins while they may still come. */
    quota: z.int().min(1).max(100_000).nullable().prefault(null),
    /** Complete sessions of each list after which it is given to nobody new; the study closes once all are there. */
    quotaPerList: z.int().min(1).max(100_000).nullable().prefault(null),
    /** Complete sessions of each group, by the answer that puts somebody in it; who is in none of them is turned away. */
    quotaPerGroup: z
      .strictObject({
        /** Name of a question of the first survey or of the demographic questions. */
        question: z.string().min(1).max(200),
        counts: z
          .record(z.string().min(1).max(500), z.int().min(1).max(100_000))
          .refine((counts) => Object.keys(counts).length > 0, 'must hold at least one group'),
      })
      .nullable()
      .prefault(null),
    /** Longest time from consent to the end, minutes. */
    timeLimitMinutes: z.number().min(1).max(10_080).nullable().prefault(null),
    /** Whether those who withdrew may begin again; else a hash of their id stays to refuse them. */
    restartAfterWithdrawal: z.boolean().prefault(false),
  })
  .prefault({});

/** A study over several sessions of the same people. */
export const visitsSchema = z
  .strictObject({
    count: z.int().min(1).max(50).prefault(1),
    /** From the end of a visit to the beginning of the next, hours. */
    minHours: z.number().min(0).max(8760).prefault(0),
    maxHours: z.number().min(0).max(8760).nullable().prefault(null),
  })
  .refine(({ minHours, maxHours }) => maxHours === null || minHours < maxHours, {
    path: ['maxHours'],
    error: 'must be greater than minHours',
  })
  .prefault({});

/** What {@link checkRecruitment} looks at. */
interface Recruited {
  recruitment: z.infer<typeof recruitmentSchema>;
  visits: z.infer<typeof visitsSchema>;
  screening: { headphones: string; mobile: string; refuse: readonly unknown[] };
  practice: { passMark: number };
  tasks: Readonly<Record<string, { when: unknown }>>;
}

/**
 * Makes sure that participants can be paid, and known again where they come back.
 *
 * @param where - The file or settings it comes from, for the message.
 * @throws InputError naming the field that is missing.
 */
export function checkRecruitment(study: Recruited, where: string): void {
  const problem = problemOf(study);
  if (problem) throw new InputError(`${where}: recruitment.${problem}; add it`);
}

function problemOf(study: Recruited): string | null {
  const { platform, codes, urls } = study.recruitment;
  const has = (outcome: 'done' | 'screenedOut') => codes[outcome] !== '' || urls[outcome] !== undefined;
  const isPaidByCode = platform === 'prolific' || platform === 'cloudresearch';
  const canFail =
    study.screening.headphones !== 'off' ||
    study.screening.mobile === 'refuse' ||
    study.screening.refuse.length > 0 ||
    study.recruitment.quotaPerGroup != null ||
    study.practice.passMark > 0;
  if (isPaidByCode && !has('done'))
    return `codes.done must be a completion code of ${platform}, it is missing`;
  if (platform === 'prolific' && canFail && !has('screenedOut'))
    return 'codes.screenedOut must be a completion code of prolific for those whom the screening turns away, it is missing';
  if (platform === 'sona' && urls.done === undefined)
    return "urls.done must be Sona's client-side completion address with survey_code={participantId}, it is missing";
  if (study.visits.count > 1 && platform === 'none')
    return 'platform must not be none where visits.count is greater than 1';
  if (
    study.recruitment.quotaPerList !== null &&
    Object.values(study.tasks).every(({ when }) => when !== null)
  )
    return 'quotaPerList must stand in a study with a task for everybody, one without when, it is missing';
  return null;
}
