import { type ExportFormat, exportFormats } from '../../../listening-test/export/exportFiles.ts';
import { exportStudy } from '../../../listening-test/export/exportStudy.ts';
import type { Command } from '../command.ts';
import { printResult } from '../terminal/printResult.ts';

/** `metamer export`: a study's trial records. */
export const exportCommand: Command = {
  arguments: '<study>',
  flags: [
    { flag: '--format <format>', help: 'layout of the files', default: 'csv', choices: exportFormats },
    { flag: '--out <dir>', help: 'folder to write', required: true },
    { flag: '--overwrite', help: 'replace files that are there' },
    { flag: '--json', help: 'print the result as JSON' },
  ],
  examples: ['metamer export study --out data', 'metamer export study --format psych-ds --out dataset'],
  run: async ([folder], flags) => {
    const { format, out, overwrite } = flags as { format: ExportFormat; out: string; overwrite?: true };
    const databaseUrl = process.env['DATABASE_URL'];
    const options = { format, out, overwrite: overwrite ?? false, databaseUrl };
    const files = await exportStudy(folder!, options);
    printResult(flags, { files }, () => `${files.join('\n')}\n`);
    return 0;
  },
};
