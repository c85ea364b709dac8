import { type ExportFormat, exportFormats } from '../../../listening-test/export/exportFiles.ts';
import { exportStudy } from '../../../listening-test/export/exportStudy.ts';
import type { Command } from '../command.ts';

/** `metamer export`: a study's trial records. */
export const exportCommand: Command = {
  name: 'export',
  summary: "export a study's trial records",
  arguments: '<study>',
  flags: [
    { flag: '--format <format>', help: 'layout of the files', default: 'csv', choices: exportFormats },
    { flag: '--out <dir>', help: 'folder to write', required: true },
    { flag: '--overwrite', help: 'replace files that are there' },
    { flag: '--json', help: 'print the result as JSON' },
  ],
  examples: ['metamer export study --out data', 'metamer export study --format psych-ds --out dataset'],
  run: async ([folder], flags) => {
    const { json, ...options } = flags as {
      format: ExportFormat;
      out: string;
      overwrite?: boolean;
      json?: boolean;
    };
    const files = await exportStudy(folder!, { ...options, databaseUrl: process.env['DATABASE_URL'] });
    process.stdout.write(json ? `${JSON.stringify({ files })}\n` : `${files.join('\n')}\n`);
    return 0;
  },
};
