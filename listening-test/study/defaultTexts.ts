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

/** Tasks a study knows by name, without their labels. */
export const defaultTasks: Readonly<Record<string, Omit<StudyTask, 'labels'>>> = {
  word: {
    kind: 'word',
    prompt: 'Which word did you hear in the middle of the sound?',
    instructions: `## Words

Each sound lasts about two seconds. Report the word you hear **in the middle** of the sound. Type it, and choose it from the list that appears; only words of the list can be given as an answer. If you are not sure, give your best guess.`,
    choose: 1,
    unknownAnswer: true,
  },
  genre: {
    kind: 'choice',
    prompt: 'Which kind of music did you hear?',
    instructions: `## Music

Each sound lasts about two seconds. Choose the kind of music you hear. If you are not sure, give your best guess.`,
    choose: 1,
    unknownAnswer: true,
  },
  choice: {
    kind: 'choice',
    prompt: 'Which of these did you hear?',
    instructions: `## What did you hear?

Each sound is played once. Choose what you heard. If you are not sure, give your best guess.`,
    choose: 1,
    unknownAnswer: true,
  },
  'same-different': {
    kind: 'same-different',
    prompt: 'Were the two sounds the same or different?',
    instructions: `## Same or different

You hear two sounds, one after the other. Say whether they were the same or different.`,
    choose: 1,
    unknownAnswer: false,
  },
};
