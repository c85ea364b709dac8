import { existsSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { InputError } from '../../base/inputError.ts';
import { pathIn, type Recording, soundFilesBelow } from './recordings.ts';

/**
 * Recordings of music by genre: GTZAN's layout (`<genre>/<file>`), or FMA's (`000/000002.mp3` with
 * `fma_metadata/tracks.csv` or `tracks.csv` in or beside the folder).
 *
 * @param folder - The data set.
 * @returns Pieces with genre in lower case; FMA's artists, where the table names them, stay in one split.
 * @throws InputError when no genre is to be found.
 * @see Tzanetakis & Cook (2002); Defferrard et al. (2017), arXiv:1612.01840.
 */
export function genreRecordings(folder: string): Recording[] {
  const tracks = fmaTracks(folder);
  const recordings = soundFilesBelow(folder, 'genres').flatMap((file): Recording[] => {
    const name = basename(file, extname(file));
    const track = tracks?.get(Number(name));
    const genre = tracks ? track?.genre : file.includes('/') ? file.split('/').at(-2) : undefined;
    if (!genre) return [];
    return [
      {
        path: pathIn(folder, file),
        kind: 'music',
        group: track?.artist || name,
        genre: genre.toLowerCase(),
        license: track?.license || 'see the collection',
      },
    ];
  });
  if (recordings.length === 0)
    throw new InputError(
      `${folder} must have a folder a genre, or FMA's tracks.csv with its numbered files; give such a folder`,
      { option: 'genres' },
    );
  return recordings;
}

/** FMA's table has three header lines (groups, columns, and the index's name), so it is no table of one header. */
function fmaTracks(
  folder: string,
): Map<number, { genre: string; artist: string; license: string }> | undefined {
  const places = ['tracks.csv', 'fma_metadata/tracks.csv', '../fma_metadata/tracks.csv'];
  const path = places.map((place) => join(folder, place)).find(existsSync);
  if (!path) return undefined;
  const [groups, columns, , ...rows] = parse(readFileSync(path, 'utf8'), {
    relaxColumnCount: true,
  }) as string[][];
  const column = (group: string, name: string) =>
    columns!.findIndex((candidate, i) => candidate === name && groups![i] === group);
  const [genre, artist, license] = [
    column('track', 'genre_top'),
    column('artist', 'id'),
    column('track', 'license'),
  ];
  return new Map(
    rows.map((row) => [
      Number(row[0]),
      {
        genre: row[genre] ?? '',
        artist: row[artist] ? `artist ${row[artist]}` : '',
        license: row[license] ?? '',
      },
    ]),
  );
}
