import { isTaskKind, type TaskKind, taskTypeOf } from '../tasks/taskTypes.ts';
import type { StudyTask } from './definition.ts';

/** Texts of a study that brings none; Markdown. The experimenter should replace the consent by the approved one. */
export const defaultTexts = {
  consent: `## Taking part

In this study you listen to short sounds and say what you hear. Some sounds are easy to recognize and some are very hard; that is intended.

- Taking part is voluntary. You can stop at any time, and you can have your answers deleted.
- We store your answers, when you gave them, and technical details of your browser. We do not store your name. An identifier of a recruitment platform is stored only in a form from which it cannot be read back.
- The sounds are not harmful when played at a comfortable level. Please do not turn up the volume very high.

If you agree, press the button below. You must be at least 18 years old.`,
  instructions: `## What you will do

Please use headphones and sit in a quiet place. First we set the volume and check your headphones, then there are a few questions and some practice. After that you hear one sound at a time and answer one question about it. Each sound is played **once**.

If you have to leave, close the page: the same link brings you back to where you were.`,
  debriefing: `## What this was about

Most of the sounds you heard were made by a computer model of hearing: to the model they sound the same as a recording, and we want to know whether they do to people. Where you could not recognize anything, the model hears differently than you do. There were no wrong answers, only informative ones.`,
};

const genre = {
  kind: 'choice',
  prompt: 'Which kind of music did you hear?',
  instructions: `## Music

Each sound lasts about two seconds. Choose the kind of music you hear. If you are not sure, give your best guess.`,
  unknownAnswer: true,
} as const;

/**
 * What a task gets that a study says nothing about.
 *
 * @param name - The task's name; that of a type of trials, and `genre`, are known.
 * @param kind - The type the study names for it, if it does.
 * @returns Kind, prompt, instructions and whether "I have no idea" is offered.
 */
export function taskDefaults(
  name: string,
  kind?: string,
): Pick<StudyTask, 'kind' | 'prompt' | 'instructions' | 'unknownAnswer'> {
  if (kind === undefined && name === 'genre') return genre;
  const known = [kind, name].find((word) => word !== undefined && isTaskKind(word)) ?? 'choice';
  return { kind: known as TaskKind, ...taskTypeOf(known as TaskKind).defaults };
}
