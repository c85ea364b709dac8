import { ab } from './ab/taskType.ts';
import { abx } from './abx/taskType.ts';
import { choice } from './choice/taskType.ts';
import { sharedDetails } from './details.ts';
import { detection } from './detection/taskType.ts';
import { mushra } from './mushra/taskType.ts';
import { oddOneOut } from './odd-one-out/taskType.ts';
import { rating } from './rating/taskType.ts';
import { sameDifferent } from './same-different/taskType.ts';
import type { TaskType } from './taskType.ts';
import { word } from './word/taskType.ts';

/** All types of trials by the name studies use. */
export const taskTypes = {
  word,
  choice,
  'same-different': sameDifferent,
  rating,
  ab,
  abx,
  'odd-one-out': oddOneOut,
  detection,
  mushra,
} as const satisfies Record<string, TaskType>;

/** Name of a type of trials. */
export type TaskKind = keyof typeof taskTypes;

/** Their names. */
export const taskKinds = Object.keys(taskTypes) as [TaskKind, ...TaskKind[]];

/**
 * A type of trials.
 *
 * @param kind - Its name.
 */
export const taskTypeOf = (kind: TaskKind): TaskType => taskTypes[kind];

/** Whether a name is that of a type of trials. */
export const isTaskKind = (name: string): name is TaskKind => Object.hasOwn(taskTypes, name);

/**
 * What an answer to a type of trials may hold beyond its labels.
 *
 * @param kind - The type's name.
 * @returns Its schema.
 */
export const detailsSchemaOf = (kind: TaskKind) => detailsSchemas.get(kind)!;

/** Made once: zod compiles a schema when it is used first, and answers come often. */
const detailsSchemas = new Map(
  taskKinds.map((kind) => [kind, sharedDetails.extend(taskTypeOf(kind).details ?? {})]),
);
