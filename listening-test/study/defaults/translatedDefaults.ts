import type { TaskKind } from '../../tasks/taskTypes.ts';

/** What a study of another language than English gets that says nothing itself; texts are Markdown. */
export interface TranslatedDefaults {
  title: string;
  texts: { consent: string; instructions: string; debriefing: string };
  /** By type of trials, and for the task named `genre`. */
  tasks: Readonly<Record<TaskKind | 'genre', { prompt: string; instructions: string }>>;
}
