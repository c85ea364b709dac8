import { z } from 'zod';
import { exclusionLimits } from '../../src/records/exclusionRules.ts';
import { foldedLabel } from '../../src/records/foldedLabel.ts';
import { staircaseSettings } from '../staircase/settings.ts';
import { taskKinds, taskTypeOf } from '../tasks/taskTypes.ts';
import { isTextKey } from '../texts/catalogue.ts';
import { recruitmentSchema, visitsSchema } from './recruitmentSchema.ts';
import { conditionSchema, surveysSchema } from './surveySchema.ts';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}$/, 'must be lower-case letters, digits and hyphens');
const text = z.string().min(1).max(50_000);

const taskSchema = z
  .strictObject({
    /** A type of trials. */
    kind: z.enum(taskKinds),
    prompt: text,
    /** Shown before the task's first trial; Markdown. */
    instructions: text,
    labels: z
      .array(
        z
          .string()
          .min(1)
          .max(80)
          .regex(/^[^;\0]*$/, 'must hold no semicolon, which parts answers in the data'),
      )
      .min(2)
      .max(5000),
    /** How many labels the participant picks. */
    choose: z.int().min(1).max(10).prefault(1),
    /** Whether "I have no idea" is offered; it counts as wrong. */
    unknownAnswer: z.boolean().prefault(true),
    /** What the type of trials has to be told besides. */
    settings: z.record(z.string(), z.json()).prefault({}),
    /** How often a sound may be heard before the answer. */
    plays: z.int().min(1).max(20).prefault(1),
    /** Time to answer from the end of the sound, s; null for any. */
    deadlineSeconds: z.number().min(0.3).max(600).nullable().prefault(null),
    /** Time that must pass from one answer to the next sound, s. */
    intervalSeconds: z.number().min(0).max(60).prefault(0),
    /** Whether labels stand in another random order at each trial. */
    shuffleLabels: z.boolean().prefault(false),
    /** Whether number keys choose among up to nine buttons. */
    numberKeys: z.boolean().prefault(false),
    /** Levels of confidence that are asked for after an answer; 0 for none. */
    confidence: z.int().min(0).max(11).prefault(0),
    /** Whether the answer may be given from the sound's start on; reaction times run from there, then. */
    answerDuring: z.boolean().prefault(false),
    /** How the task follows paths of sounds up and down; null for a fixed list. */
    staircase: staircaseSettings.nullable().prefault(null),
    /** The task is there only for those who answered this before it; null for all. */
    when: conditionSchema.nullable().prefault(null),
  })
  .check((context) => {
    const { kind, settings } = context.value;
    const checked = taskTypeOf(kind).settings.safeParse(settings);
    if (checked.success) context.value.settings = checked.data as typeof settings;
    else
      for (const { message, path } of checked.error.issues)
        context.issues.push({ code: 'custom', message, path: ['settings', ...path], input: settings });
  })
  .refine(({ kind, staircase }) => staircase === null || taskTypeOf(kind).arrange !== null, {
    path: ['staircase'],
    error: 'must be left out in a task that compares no sounds',
  })
  .refine(({ answerDuring, plays }) => !answerDuring || plays === 1, {
    path: ['answerDuring'],
    error: 'must be false where a sound may be heard several times',
  })
  .refine((task) => task.choose < task.labels.length, {
    path: ['choose'],
    error: 'must be smaller than the number of labels',
  })
  .refine((task) => new Set(task.labels.map(foldedLabel)).size === task.labels.length, {
    path: ['labels'],
    error: 'must all differ, letter case and accents composed alike',
  });

/** Layout of `study.json`: everything about a listening study but its answers. */
export const studySchema = z.strictObject({
  format: z.literal(1),
  id: name,
  title: text,
  /** BCP 47 tag of the texts. */
  language: z.string().min(2).max(35).prefault('en'),
  /** Strings of the participant's pages that replace or complete those of the language. */
  strings: z
    .record(z.string(), z.string().max(2000))
    .refine((strings) => Object.keys(strings).every(isTextKey), {
      error: ({ input }) =>
        `must hold strings of the pages alone, not ${Object.keys(input as object).find((key) => !isTextKey(key))}`,
    })
    .prefault({}),
  seed: z.int().min(0),
  contact: z.string().max(300).prefault(''),
  /** Under which the data may be used, as an address or an SPDX id; it stands in Psych-DS exports. */
  license: z.string().max(300).prefault(''),
  tasks: z
    .record(name, taskSchema)
    .refine((tasks) => Object.keys(tasks).length > 0, 'must hold at least one task'),
  texts: z.strictObject({
    consent: text,
    instructions: text,
    debriefing: text,
    /** For those who were screened out or left; default: the same. */
    debriefingEarly: text.optional(),
  }),
  failedMetamers: z.enum(['replace', 'leave-out']).prefault('replace'),
  assignment: z
    .strictObject({
      /** A list is held for somebody who was last heard of this long ago at most. */
      reserveMinutes: z.number().min(1).max(1440).prefault(30),
      maxSameConditionRun: z.int().min(1).max(100).prefault(2),
      /** Sources of a task that one participant hears; null: all of them. */
      sourcesPerParticipant: z.int().min(1).nullable().prefault(null),
    })
    .prefault({}),
  screening: z
    .strictObject({
      level: z.boolean().prefault(true),
      headphones: z.enum(['antiphase', 'huggins', 'both', 'off']).prefault('antiphase'),
      /** Trials of a headphone check; fewer than six let more loudspeakers pass. */
      headphoneTrials: z.int().min(3).max(6).prefault(6),
      /** Right answers that pass. */
      antiphasePassMark: z.int().min(1).max(6).prefault(5),
      hugginsPassMark: z.int().min(1).max(6).prefault(6),
      attempts: z.int().min(1).max(5).prefault(2),
      demographics: z.boolean().prefault(true),
      mobile: z.enum(['allow', 'refuse']).prefault('allow'),
      /** Answers to the first survey and the demographic questions that end the study. */
      refuse: z.array(conditionSchema).max(50).prefault([]),
    })
    .refine(
      ({ headphones, headphoneTrials, antiphasePassMark, hugginsPassMark }) =>
        (headphones === 'off' || headphones === 'huggins' || antiphasePassMark <= headphoneTrials) &&
        (headphones === 'off' || headphones === 'antiphase' || hugginsPassMark <= headphoneTrials),
      { path: ['headphoneTrials'], error: 'must be at least the pass mark of every check that is on' },
    )
    .prefault({}),
  practice: z
    .strictObject({
      /** The first trials of each task's practice, with feedback. */
      withFeedback: z.int().min(0).prefault(2),
      /** Right answers in the practice without feedback that pass; 0 lets everyone pass. */
      passMark: z.int().min(0).prefault(0),
    })
    .prefault({}),
  breaks: z.int().min(0).max(20).prefault(3),
  /** Plays that may go wrong before an answer is taken without a valid one. */
  maxInvalidPlays: z.int().min(0).max(10).prefault(2),
  payment: z.string().max(2000).prefault(''),
  recruitment: recruitmentSchema,
  visits: visitsSchema,
  surveys: surveysSchema,
  /** How clips travel: FLAC takes about half as long on slow lines; sizes of files tell how noisy sounds are, then. */
  clips: z.enum(['wav', 'flac']).prefault('wav'),
  /** Browser builds of further jsPsych plugins: files in the study's `plugins` folder. */
  plugins: z
    .array(
      z.strictObject({
        file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*\.js$/, 'must be a file name ending in .js'),
        global: z.string().regex(/^[A-Za-z_$][\w$]*$/, 'must be the name of the global variable it sets'),
      }),
    )
    .prefault([]),
  exclusion: exclusionLimits.prefault({}),
  /** All stages of each metamer model in processing order, as far as its runs tell them. */
  stageOrder: z.record(z.string(), z.array(z.string())).prefault({}),
  /** Noise for setting the level, at the study's own RMS. */
  level: z.strictObject({ file: z.string().regex(/^[0-9a-f]{24}\.wav$/), rms: z.number().positive().max(1) }),
});

/** One study as its experimenter defines it. */
export type Study = z.infer<typeof studySchema>;

/** One task of a study. */
export type StudyTask = Study['tasks'][string];

const stimulusSchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{24}$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  seconds: z.number().positive(),
  task: name,
  role: z.enum(['main', 'practice', 'catch']),
  sourceId: z.string().min(1).max(200),
  /** `natural`, or `<model>/<stage>`. */
  condition: z.string().min(1).max(200),
  stage: z.string().max(100),
  metamerModel: z.string().max(100),
  target: z.string().min(1).max(80),
  /** Whether the natural sound stands in for a metamer that failed or is missing. */
  replaced: z.boolean(),
  /** Place on the path of a staircase, 0 without a difference; the path is the source. */
  level: z.int().min(0).optional(),
  /** Which order of the sounds and which answer, where a level has several. */
  variant: z.int().min(0).optional(),
  /** Several sounds of one trial, the open reference first. */
  parts: z
    .array(
      z.strictObject({
        role: z.enum(['reference', 'hidden-reference', 'anchor', 'version']),
        condition: z.string().min(1).max(200),
        stage: z.string().max(100),
        metamerModel: z.string().max(100),
        lowPassHz: z.number().positive().optional(),
        atSeconds: z.number().min(0),
        seconds: z.number().positive(),
      }),
    )
    .min(2)
    .optional(),
});

/** Layout of `answers.json`: what every opaque clip is. It never leaves the server. */
export const answersSchema = z.strictObject({
  format: z.literal(1),
  stimuli: z.array(stimulusSchema).min(1),
  /** Metamers that failed or are missing, and what was done. */
  substitutions: z.array(
    z.strictObject({
      sourceId: z.string(),
      condition: z.string(),
      reason: z.string(),
      action: z.enum(['replaced', 'left-out']),
    }),
  ),
});

/** One clip with its answer. */
export type Stimulus = z.infer<typeof stimulusSchema>;

/** Contents of `answers.json`. */
export type StudyAnswers = z.infer<typeof answersSchema>;
