import { z } from 'zod';
import { InputError } from '../../src/base/inputError.ts';
import type { Condition } from './branching.ts';
import { allScreens } from './surveyScreens.ts';

/** Names of jsPsych plugins that come with the participant's page, and what each can be told. */
export const bundledPlugins = {
  'html-button-response': {
    required: ['stimulus', 'choices'],
    parameters: [
      ...['stimulus', 'choices', 'button_html', 'prompt', 'stimulus_duration', 'trial_duration'],
      ...['button_layout', 'grid_rows', 'grid_columns', 'response_ends_trial', 'enable_button_after'],
    ],
    questions: [],
  },
  'survey-html-form': {
    required: ['html'],
    parameters: ['html', 'preamble', 'button_label', 'autofocus', 'dataAsArray', 'autocomplete'],
    questions: [],
  },
  'survey-likert': {
    required: ['questions'],
    parameters: [
      ...['questions', 'randomize_question_order', 'preamble', 'scale_width', 'button_label', 'autocomplete'],
    ],
    questions: ['prompt', 'labels', 'required', 'name', 'default_response'],
  },
  'survey-multi-choice': {
    required: ['questions'],
    parameters: ['questions', 'randomize_question_order', 'preamble', 'button_label', 'autocomplete'],
    questions: ['prompt', 'options', 'required', 'horizontal', 'name'],
  },
  'survey-text': {
    required: ['questions'],
    parameters: ['questions', 'randomize_question_order', 'preamble', 'button_label', 'autocomplete'],
    questions: ['prompt', 'placeholder', 'rows', 'columns', 'required', 'name'],
  },
} as const satisfies Record<string, PluginParameters>;

interface PluginParameters {
  /** What it cannot do without. */
  required: readonly string[];
  /** All of its own parameters. */
  parameters: readonly string[];
  /** What each of its questions can be told. */
  questions: readonly string[];
}

/** What jsPsych lets every trial be told that JSON can hold. */
const sharedParameters = ['data', 'post_trial_gap', 'css_classes', 'save_trial_parameters', 'record_data'];

/** What must have been answered. */
export const conditionSchema = z.strictObject({
  question: z.string().min(1).max(200),
  is: z
    .array(z.union([z.string().max(500), z.number(), z.boolean()]))
    .min(1)
    .max(100),
});

const surveySchema = z.strictObject({
  /** Name of a jsPsych plugin: a bundled one, or the global name of a script in `plugins`. */
  type: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,60}$/, 'must be the name of a jsPsych plugin'),
  /** Name of the answer of a screen that has only one. */
  name: z
    .string()
    .regex(/^[A-Za-z][\w.-]{0,60}$/, 'must be letters, digits, dots, hyphens and underscores')
    .optional(),
  /** The screen is shown only where this was answered; default: always. */
  when: conditionSchema.optional(),
  parameters: z.record(z.string(), z.json()).prefault({}),
});

/** One screen of a survey. */
export type SurveyScreen = z.infer<typeof surveySchema>;

const screens = z.array(surveySchema).max(50).prefault([]);

/** Surveys of a study: jsPsych trials before and after the main part, and within it. */
export const surveysSchema = z
  .strictObject({
    before: screens,
    after: screens,
    /** After the last main trial of a task, by its name. */
    afterTask: z.record(z.string(), z.array(surveySchema).max(50)).prefault({}),
    /** At each break. */
    atBreaks: screens,
  })
  .prefault({});

/** Surveys of a study. */
export type Surveys = z.infer<typeof surveysSchema>;

/** Demographic questions, whose answers conditions may name. */
const demographicQuestions = [
  ...['age', 'gender', 'hearingLoss', 'nativeLanguage', 'headphones', 'connection', 'musicYears'],
];

/** What {@link checkSurveys} looks at. */
interface Surveyed {
  surveys: Surveys;
  plugins: readonly { global: string }[];
  tasks: Readonly<Record<string, { when: Condition | null }>>;
  screening: { refuse: readonly Condition[]; demographics: boolean };
  recruitment: { quotaPerGroup: { question: string } | null };
}

/**
 * Makes sure that surveys can be shown: their plugins are there and know every parameter, and conditions name questions.
 *
 * @param where - The file or settings it comes from, for the message.
 * @throws InputError naming what is wrong.
 */
export function checkSurveys(study: Surveyed, where: string): void {
  const all = allScreens(study.surveys);
  const problem =
    strangeTask(study) ??
    all.map((screen) => screenProblem(screen, study.plugins)).find((found) => found !== null) ??
    strangeCondition(study, all);
  if (problem) throw new InputError(`${where}: ${problem}`);
}

function strangeTask({ surveys, tasks }: Surveyed): string | null {
  const strange = Object.keys(surveys.afterTask).find((task) => !Object.hasOwn(tasks, task));
  return strange === undefined
    ? null
    : `surveys.afterTask must name tasks (${Object.keys(tasks).join(', ')}), got '${strange}'; name one of them`;
}

function screenProblem({ type, parameters }: SurveyScreen, plugins: Surveyed['plugins']): string | null {
  const own = plugins.map(({ global }) => global);
  const known = (bundledPlugins as Partial<Record<string, PluginParameters>>)[type];
  if (!known)
    return own.includes(type)
      ? null
      : `surveys.type must be one of ${[...Object.keys(bundledPlugins), ...own].join(', ')}, got '${type}'; name another or add its script to plugins`;
  const given = Object.keys(parameters);
  const missing = known.required.find((name) => !given.includes(name));
  if (missing !== undefined)
    return `surveys: ${type} must have the parameter '${missing}', it has ${given.join(', ') || 'none'}; add it, or mend its spelling`;
  const parameter = given.find((name) => ![...known.parameters, ...sharedParameters].includes(name));
  if (parameter !== undefined)
    return `surveys: the parameters of ${type} must be among ${known.parameters.join(', ')}, got '${parameter}'; mend its spelling or leave it out`;
  const { questions } = parameters;
  if (questions === undefined) return null;
  if (!Array.isArray(questions)) return `surveys: questions of ${type} must be a list; write one`;
  const strange = questions
    .flatMap((question) => Object.keys(question as object))
    .find((name) => !known.questions.includes(name));
  return strange === undefined
    ? null
    : `surveys: a question of ${type} must have none but ${known.questions.join(', ')}, got '${strange}'; mend its spelling or leave it out`;
}

function strangeCondition(
  { surveys, tasks, screening, recruitment }: Surveyed,
  all: readonly SurveyScreen[],
): string | null {
  const demographics = screening.demographics ? demographicQuestions : [];
  const early = new Set([...demographics, ...surveys.before.flatMap(questionsOf)]);
  const any = new Set([...demographics, ...all.flatMap(questionsOf)]);
  const needed = [
    ...Object.values(tasks).map(({ when }) => when),
    ...screening.refuse,
    recruitment.quotaPerGroup,
  ];
  const strange =
    needed.find((condition) => condition && !early.has(condition.question)) ??
    all.map(({ when }) => when).find((condition) => condition && !any.has(condition.question));
  return strange
    ? `a condition must name a question that is asked before (${[...early].join(', ') || 'there is none'}), got '${strange.question}'; give the question that name, or name another`
    : null;
}

/** Names of a screen's questions, as jsPsych's plugins call them. */
function questionsOf({ name, parameters }: SurveyScreen): string[] {
  const { questions, html } = parameters;
  const listed = Array.isArray(questions)
    ? questions.map((question, i) => String((question as { name?: string }).name ?? `Q${i}`))
    : [];
  const fields = typeof html === 'string' ? [...html.matchAll(/\bname\s*=\s*["']([^"']+)/g)] : [];
  return [...(name === undefined ? [] : [name]), ...listed, ...fields.map(([, field]) => field!)];
}

/**
 * All questions that a study's conditions name.
 *
 * @returns Their names; none where nothing depends on an answer.
 */
export function questionsThatDecide({
  surveys,
  tasks,
  screening,
}: Omit<Surveyed, 'plugins' | 'recruitment'>): string[] {
  const conditions = [
    ...allScreens(surveys).map(({ when }) => when),
    ...Object.values(tasks).map(({ when }) => when),
    ...screening.refuse,
  ];
  return [...new Set(conditions.flatMap((condition) => condition?.question ?? []))];
}
