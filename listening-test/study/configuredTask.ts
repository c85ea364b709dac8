import { validated } from '../../src/base/validate.ts';
import type { TaskType } from '../tasks/taskType.ts';
import { taskTypeOf } from '../tasks/taskTypes.ts';
import { taskDefaults } from './defaultTexts.ts';
import type { StudyConfig } from './studyConfig.ts';

/** The task in which each version is played after its original. */
export const comparison = 'same-different';

/**
 * The task in which every source is heard, whatever its own.
 *
 * @returns Its name; null where each source is heard in its own.
 */
export function everyTask(config: StudyConfig): string | null {
  return config.everyTask ?? (config.compareWithOriginal ? comparison : null);
}

/**
 * The type of trials that the settings name for a task.
 *
 * @returns Its name; undefined where they name none.
 */
export const kindOf = (config: StudyConfig, task: string) =>
  config.tasks?.[task]?.['kind'] as string | undefined;

/** The type of trials of a task, by the settings or else by the task's name. */
export const typeOf = (config: StudyConfig, task: string): TaskType =>
  taskTypeOf(taskDefaults(task, { kind: kindOf(config, task) }).kind);

/**
 * What the settings say that only tasks of this type have.
 *
 * @returns The settings, defaults filled in.
 * @throws InputError when the type does not know them.
 */
export const settingsOf = (config: StudyConfig, task: string): Record<string, unknown> =>
  validated(
    typeOf(config, task).settings,
    config.tasks?.[task]?.['settings'] ?? {},
    `tasks.${task}.settings`,
  );

/** Whether answers lead a task up and down a path of sounds. */
export const isStaircase = (config: StudyConfig, task: string): boolean =>
  (config.tasks?.[task]?.['staircase'] ?? null) !== null;
