import { defaultCorpusMemoryMib } from '../../corpus/format/loadCorpus.ts';
import { type Flag, numberFlag } from '../command.ts';

/** Flag of commands that draw from a corpus. */
export const corpusMemoryFlag: Flag = {
  flag: '--corpus-memory-mib <n>',
  help: "what the corpus's decoded sound may take of the memory, MiB (an hour is 137); the rest is decoded once into files beside the corpus, with the same results",
  default: defaultCorpusMemoryMib,
  parse: numberFlag('--corpus-memory-mib', { min: 0 }),
};
