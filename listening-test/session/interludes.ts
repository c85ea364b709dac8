import type { Queries } from '../store/openStore.ts';
import type { Session, Site } from './site.ts';

/** Whether a step is a survey within the main part. */
export const isInterlude = (step: string) => /^survey-(after|break)-/.test(step);

/**
 * The survey that is due within the main part, if there is one.
 *
 * @param queries - Database or transaction.
 * @param breakNumber - Which break is due before the open trial, from 1; null for none.
 * @returns The survey's step: `survey-after-` and a task, or `survey-break-` and a number.
 */
export async function dueInterlude(
  site: Site,
  queries: Queries,
  session: Session,
  breakNumber: number | null,
): Promise<string | null> {
  const { afterTask, atBreaks } = site.loaded.study.surveys;
  const tasks = Object.keys(afterTask);
  if (session.state !== 'active' || (tasks.length === 0 && atBreaks.length === 0)) return null;
  const ended = tasks.length === 0 ? [] : await endedTasks(queries, session, tasks);
  const due = [
    ...ended.map((task) => `survey-after-${task}`),
    ...(breakNumber !== null && atBreaks.length > 0 ? [`survey-break-${breakNumber}`] : []),
  ];
  if (due.length === 0) return null;
  const answered = await queries
    .selectFrom('steps')
    .select('step')
    .where('session', '=', session.id)
    .where('step', 'in', due)
    .execute();
  return due.find((step) => !answered.some((row) => row.step === step)) ?? null;
}

/** Tasks whose last main trial was answered, in the order of their ends. */
async function endedTasks(queries: Queries, session: Session, tasks: readonly string[]): Promise<string[]> {
  const rows = await queries
    .selectFrom('trials')
    .select(({ fn }) => ['task', fn.max<number>('position').as('last')])
    .where('session', '=', session.id)
    .where('phase', '=', 'main')
    .where('task', 'in', tasks)
    .groupBy('task')
    .execute();
  return rows
    .filter(({ last }) => Number(last) < session.next_position)
    .sort((a, b) => Number(a.last) - Number(b.last))
    .map(({ task }) => task);
}
