/** What must have been answered before, for something to be shown or for somebody to be turned away. */
export interface Condition {
  /** Name of a question of a survey or of the demographic questions. */
  question: string;
  /** Answers that fulfill it, any of them. */
  is: readonly (string | number | boolean)[];
}

/** Answers by question. */
export type GivenAnswers = Readonly<Record<string, unknown>>;

/**
 * Whether a condition is fulfilled.
 *
 * @param condition - The condition; none is always fulfilled.
 * @param given - Answers so far; of several to one question any counts.
 * @returns False also where the question was not asked.
 */
export function isFulfilled(condition: Condition | null | undefined, given: GivenAnswers): boolean {
  if (!condition) return true;
  const answer = given[condition.question];
  const answers = Array.isArray(answer) ? answer : [answer];
  const wanted = condition.is.map(String);
  return answers.some((value) => value !== undefined && value !== null && wanted.includes(String(value)));
}

/** Name that a screen with one answer has, so that conditions can name it. */
export const screenName = 'survey_name';

/**
 * Answers to the screens of a survey by question.
 *
 * @param screens - Data as jsPsych's plugins give it: a record of answers, or one answer of a screen with a name.
 * @returns Answers by question; of two questions of one name the later counts.
 */
export function answersOfScreens(screens: readonly Readonly<Record<string, unknown>>[]): GivenAnswers {
  return Object.fromEntries(screens.flatMap(answersOfScreen).filter(([question]) => question !== ''));
}

/**
 * Answers to one screen of a survey.
 *
 * @param screen - Data as jsPsych's plugins give it: a record of answers, or one answer.
 * @returns Question and answer; the one question of a screen without a name has an empty one.
 */
export function answersOfScreen({
  response,
  [screenName]: name = '',
}: Readonly<Record<string, unknown>>): [string, unknown][] {
  return typeof response === 'object' && response !== null && !Array.isArray(response)
    ? Object.entries(response)
    : [[String(name), response]];
}
