import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ExportFormat, exportFiles, exportFormats } from '../../../listening-test/export/exportFiles.ts';
import { openStore, storeLocation } from '../../../listening-test/store/openStore.ts';
import { loadStudy } from '../../../listening-test/study/loadStudy.ts';
import { refuseToOverwrite, writeFileAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
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
    const { format, out, overwrite, json } = flags as {
      format: ExportFormat;
      out: string;
      overwrite?: boolean;
      json?: boolean;
    };
    const loaded = loadStudy(folder!);
    const store = await openStore(existingLocation(folder!));
    try {
      const files = await exportFiles({ loaded, store }, format);
      for (const name of files.keys()) refuseToOverwrite(join(out, name), overwrite ?? false);
      for (const [name, text] of files) writeFileAtomic(join(out, name), text);
      const written = [...files.keys()].map((name) => join(out, name));
      process.stdout.write(json ? `${JSON.stringify({ files: written })}\n` : `${written.join('\n')}\n`);
    } finally {
      await store.close();
    }
    return 0;
  },
};

/**
 * Where a study's data is.
 *
 * @param folder - The study's folder.
 * @returns The location.
 * @throws InputError when nothing was collected yet.
 */
export function existingLocation(folder: string): ReturnType<typeof storeLocation> {
  const location = storeLocation(folder, process.env['DATABASE_URL']);
  if ('path' in location && !existsSync(location.path))
    throw new InputError(
      `${location.path} must exist, it does not; serve the study first, or set DATABASE_URL if its data is in PostgreSQL`,
    );
  return location;
}
