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
    name: 'analyze',
    summary: 'human-model agreement report from trial records',
    load: () => import('./analyze.ts').then((module) => module.analyzeCommand),
  },
  {
    name: 'anova',
    summary: 'mixed or within-participant analysis of variance of a long table',
    load: () => import('./anova.ts').then((module) => module.anovaCommand),
  },
];
