import { backupStore } from '../../../listening-test/store/backup.ts';
import { existingLocation, openStore } from '../../../listening-test/store/openStore.ts';
import { loadStudy } from '../../../listening-test/study/loadStudy.ts';
import { refuseToOverwrite } from '../../base/files.ts';
import type { Command } from '../command.ts';
import { printResult } from '../terminal/printResult.ts';

/** `metamer backup`: a copy of a study's data while it is served. */
export const backupCommand: Command = {
  arguments: '<study>',
  flags: [
    {
      flag: '--out <file>',
      help: 'SQLite file to write; put it into a study folder as data.sqlite to use it',
      required: true,
    },
    { flag: '--overwrite', help: 'replace the file if it is there' },
    { flag: '--json', help: 'print the result as JSON' },
  ],
  examples: ['metamer backup study --out study-backup.sqlite'],
  run: async ([folder], flags) => {
    const { out, overwrite } = flags as { out: string; overwrite?: boolean };
    loadStudy(folder!);
    refuseToOverwrite(out, overwrite ?? false);
    const store = await openStore(existingLocation(folder!, process.env['DATABASE_URL']));
    try {
      const responses = await backupStore(store, out);
      printResult(flags, { file: out, responses }, () => `${out}: ${responses} responses\n`);
    } finally {
      await store.close();
    }
    return 0;
  },
};
