import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { csvRecords, readCsvTable } from '../../base/readCsv.ts';
import { pathIn, type Recording, soundFilesBelow } from './recordings.ts';

/**
 * Recordings of environments: ESC-50's layout (`audio/` and `meta/esc50.csv`), or any folder of sounds, AudioSet's
 * `<video>_<start>.wav` among them; the folder a file lies in names its scene.
 *
 * @param folder - The data set.
 * @returns Backgrounds; clips of one original recording or video stay in one split.
 * @throws InputError when there is no sound.
 * @see Piczak (2015), ESC; Gemmeke et al. (2017), AudioSet.
 */
export function environmentRecordings(folder: string): Recording[] {
  const rows = escTable(folder);
  return soundFilesBelow(folder, 'backgrounds').map((file): Recording => {
    const name = basename(file, extname(file));
    const row = rows?.get(basename(file));
    return {
      path: pathIn(folder, file),
      kind: 'background',
      group: row?.['src_file'] ?? originalOf(name),
      scene: row?.['category'] ?? (dirname(file) === '.' ? name : basename(dirname(file))),
      license: row ? 'CC-BY-NC-3.0' : 'see the collection',
    };
  });
}

/** ESC's `fold-recording-take`, AudioSet's eleven letters of the video before the start; else the name itself. */
function originalOf(name: string): string {
  return /^\d-(\d+)-[A-Z]/.exec(name)?.[1] ?? /^Y?([\w-]{11})_\d/.exec(name)?.[1] ?? name;
}

function escTable(folder: string): Map<string, Record<string, string>> | undefined {
  const path = join(folder, 'meta', 'esc50.csv');
  if (!existsSync(path)) return undefined;
  return new Map(csvRecords(readCsvTable(path)).map((row) => [row['filename'] ?? '', row]));
}
