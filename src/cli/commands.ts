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
    name: 'study',
    summary: 'Build a listening study from run folders and natural clips',
    load: () => import('./study.ts').then((module) => module.studyCommand),
  },
  {
    name: 'serve',
    summary: "Serve a study: the participant's and the experimenter's pages",
    load: () => import('./serve.ts').then((module) => module.serveCommand),
  },
  {
    name: 'export',
    summary: "Export a study's trial records",
    load: () => import('./export.ts').then((module) => module.exportCommand),
  },
  {
    name: 'backup',
    summary: "Copy a study's data while it is being served",
    load: () => import('./backup.ts').then((module) => module.backupCommand),
  },
];
