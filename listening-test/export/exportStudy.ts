import { join } from 'node:path';
import { refuseToOverwrite, writeFileAtomic } from '../../src/base/files.ts';
import { InputError } from '../../src/base/inputError.ts';
import { countSessions } from '../store/countSessions.ts';
import { existingLocation, openStore, type Store } from '../store/openStore.ts';
import { loadStudy } from '../study/loadStudy.ts';
import { type ExportFormat, exportFiles } from './exportFiles.ts';

/** What to write of a study; everything but the folder is optional. */
export interface ExportStudyOptions {
  /** Folder to write. */
  out: string;
  /** `csv` (tables with a codebook; the default), `jspsych` or `psych-ds`. */
  format?: ExportFormat;
  /** Whether files that are there are replaced; default: they are refused. */
  overwrite?: boolean;
  /** `postgres://…`; default: `data.sqlite` in the study's folder. */
  databaseUrl?: string | undefined;
}

/**
 * Writes a study's answers, participants and plays as tables; the study may be served meanwhile.
 *
 * @param folder - The study's folder.
 * @returns Paths of the files that were written; among those of `csv` are `trials.csv` for `readTrials`, `participants.csv`
 *   with what people told of themselves, and `codebook.json`.
 * @throws InputError for a broken study, one that nobody answered, or a file that is there already.
 */
export async function exportStudy(
  folder: string,
  { out, format = 'csv', overwrite = false, databaseUrl }: ExportStudyOptions,
): Promise<string[]> {
  const loaded = loadStudy(folder);
  const store = await openStore(existingLocation(folder, databaseUrl));
  try {
    await requireSessions(store, loaded.study.id, folder);
    const files = await exportFiles({ loaded, store }, format);
    for (const name of files.keys()) refuseToOverwrite(join(out, name), overwrite);
    for (const [name, text] of files) writeFileAtomic(join(out, name), text);
    return [...files.keys()].map((name) => join(out, name));
  } finally {
    await store.close();
  }
}

async function requireSessions(store: Store, study: string, folder: string): Promise<void> {
  if ((await countSessions(store, study)).size === 0)
    throw new InputError(
      `${folder}: nobody has taken part yet, so that there is nothing to export; open the participants' page first`,
    );
}
