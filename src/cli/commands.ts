import type { Command } from './command.ts';

/** One line of the command list; the command itself loads only when it is called, so that `--help` is instant. */
export interface CommandEntry {
  name: string;
  summary: string;
  load: () => Promise<Command>;
}

/** Every command in the order of the work: listen, model, synthesize, test people, analyze. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'cochleagram',
    summary: 'cochleagram of a sound, as an array (.npy) or a figure (.svg, .png)',
    load: () => import('./cochleagram.ts').then((module) => module.cochleagramCommand),
  },
  {
    name: 'corpus',
    summary: 'build a training corpus of words, music and backgrounds from what the machine can install',
    load: () => import('./corpus.ts').then((module) => module.corpusCommand),
  },
];
