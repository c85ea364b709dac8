import { isTaskKind, type TaskKind, taskTypeOf } from '../tasks/taskTypes.ts';
import { frenchDefaults } from './defaults/french.ts';
import { germanDefaults } from './defaults/german.ts';
import { mandarinDefaults } from './defaults/mandarin.ts';
import { spanishDefaults } from './defaults/spanish.ts';
import type { TranslatedDefaults } from './defaults/translatedDefaults.ts';
import type { StudyTask } from './studySchema.ts';

/** Defaults by the first part of a BCP 47 tag; English stands in for other languages. */
const translations: Readonly<Record<string, TranslatedDefaults>> = {
  de: germanDefaults,
  fr: frenchDefaults,
  es: spanishDefaults,
  zh: mandarinDefaults,
};

const translationOf = (language: string): TranslatedDefaults | undefined =>
  translations[language.split('-')[0]!.toLowerCase()];

/** Texts of an English study that brings none; Markdown, with lines of single steps as `linesOfSteps` knows them. The experimenter should replace the consent by the approved one. */
export const defaultTexts = {
  consent: `## Taking part

In this study you listen to short sounds and say what you hear. Some sounds are easy to recognize and some are very hard; that is intended.

- Taking part is voluntary. You can stop at any time, and you can have your answers deleted.
- We store your answers, when you gave them, and technical details of your browser. We do not store your name. An identifier of a recruitment platform is stored only in a form from which it cannot be read back.
- The sounds are not harmful when played at a comfortable level. Please do not turn up the volume very high.

If you agree, press the button below. You must be at least 18 years old.`,
  instructions: `## What you will do

Please use headphones and sit in a quiet place. These are the steps:

{level} 1. You set the volume.
{antiphase,huggins} 1. We check your headphones.
{demographics} 1. You answer a few questions about yourself.
{practice} 1. You practice with a few sounds.
1. You hear one sound at a time and answer one question about it. Each sound is played **once**.

If you have to leave, close the page: the same link brings you back to where you were.`,
  debriefing: `## What this was about

Most of the sounds you heard were made by a computer model of hearing: to the model they sound the same as a recording, and we want to know whether they do to people. Where you could not recognize anything, the model hears differently from you; those answers tell us just as much as the others.`,
};

/** Title of an English study that brings none. */
export const defaultTitle = 'Listening study';

/**
 * Title and texts of a study that brings none.
 *
 * @param language - BCP 47 tag.
 * @returns Those of its language, in English where there are none.
 */
export function studyDefaults(language: string): { title: string; texts: typeof defaultTexts } {
  return translationOf(language) ?? { title: defaultTitle, texts: defaultTexts };
}

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
 * @param study - The type the study names for it, if it does, and the study's language as a BCP 47 tag.
 * @returns Kind, prompt, instructions and whether "I have no idea" is offered.
 */
export function taskDefaults(
  name: string,
  { kind, language = 'en' }: { kind?: string | undefined; language?: string | undefined } = {},
): Pick<StudyTask, 'kind' | 'prompt' | 'instructions' | 'unknownAnswer'> {
  const translated = translationOf(language)?.tasks;
  if (kind === undefined && name === 'genre') return { ...genre, ...translated?.genre };
  const known = ([kind, name].find((word) => word !== undefined && isTaskKind(word)) ?? 'choice') as TaskKind;
  return { kind: known, ...taskTypeOf(known).defaults, ...translated?.[known] };
}
