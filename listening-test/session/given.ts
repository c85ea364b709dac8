import type { Queries } from '../store/openStore.ts';
import { answersOfScreens, type GivenAnswers } from '../study/branching.ts';
import { questionsThatDecide } from '../study/surveySchema.ts';
import type { Session, Site } from './site.ts';

/**
 * A session's answers to the questions on which something depends.
 *
 * @param queries - Database or transaction.
 * @returns Answers by question; none are read where nothing depends on any.
 */
export async function givenAnswers(site: Site, queries: Queries, session: Session): Promise<GivenAnswers> {
  const questions = questionsThatDecide(site.loaded.study);
  if (questions.length === 0) return {};
  const steps = await queries
    .selectFrom('steps')
    .select(['step', 'answer'])
    .where('session', '=', session.id)
    .orderBy('received_at')
    .execute();
  const all = Object.assign({}, ...steps.map(({ step, answer }) => answersOfStep(step, JSON.parse(answer))));
  return Object.fromEntries(
    questions.flatMap((question) => (question in all ? [[question, all[question]]] : [])),
  );
}

/**
 * Answers of a step by question.
 *
 * @param step - Its name; only surveys and the demographic questions have some.
 * @param answer - As it is stored.
 */
export function answersOfStep(step: string, answer: Record<string, unknown>): GivenAnswers {
  if (step === 'demographics') return answer;
  return step.startsWith('survey-')
    ? answersOfScreens((answer['data'] ?? []) as Record<string, unknown>[])
    : {};
}
