import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../../base/inputError.ts';

/** A score that may be used. */
export interface Score {
  /** Relative to the folder, with `/`. */
  file: string;
  genre: string;
  /** Who must not be in two splits: the composer's surname in lower case; of a traditional tune its title. */
  composer: string;
  license: string;
}

/** What a folder of scores holds. */
export interface Scores {
  /** Sorted by file. */
  scores: Score[];
  /** How many files were left out, by reason. */
  leftOut: Map<string, number>;
}

/** Genre of each style that the headers of the MutopiaProject name and that enough composers wrote in. */
const genreOfStyle: Readonly<Record<string, string>> = {
  baroque: 'baroque',
  classical: 'classical',
  classique: 'classical',
  folk: 'folk',
  hymn: 'hymn',
  march: 'march',
  renaissance: 'renaissance',
  romantic: 'romantic',
  romantique: 'romantic',
};

/**
 * Scores in LilyPond's language below a folder, as the MutopiaProject collects them: headers name style, composer and
 * license. Public domain and CC BY are taken, nothing that binds what is made of it further.
 *
 * @param folder - Searched with all its folders.
 * @returns Usable scores, and what was left out and why.
 * @throws InputError when no score may be used.
 */
export function readScores(folder: string): Scores {
  const files = scoreFilesBelow(folder);
  const texts = new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
  const included = new Set([...texts].flatMap(([file, text]) => includedFiles(file, text)));
  const found: Found[] = [];
  const leftOut = new Map<string, number>();
  const leaveOut = (reason: string) => leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
  for (const [file, text] of texts) {
    if (!file.endsWith('.ly') || included.has(file)) continue;
    const withIncluded = [text, ...includedFiles(file, text).map((other) => texts.get(other) ?? '')];
    const read = scoreOf(file, withIncluded.join('\n'));
    if (typeof read === 'string') leaveOut(read);
    else found.push(read);
  }
  const scores = wholePieces(found);
  for (let i = scores.length; i < found.length; i++) leaveOut('a part of a piece that is there as a whole');
  if (scores.length === 0)
    throw new InputError(
      `must hold scores (.ly) with style, composer and a license of public domain or CC BY in their headers, ${folder} has none; give a folder of the MutopiaProject`,
      { option: 'scores' },
    );
  return { scores, leftOut };
}

/** A score with what tells it from the parts of its piece. */
interface Found {
  score: Score;
  title: string;
  /** Characters, with what it includes. */
  length: number;
}

/** Of the files of one title in one folder, a score and its parts, the longest. */
function wholePieces(found: readonly Found[]): Score[] {
  const longest = new Map<string, Found>();
  for (const each of found) {
    const piece = `${dirname(each.score.file)}/${each.title}`;
    const before = longest.get(piece);
    if (!before || each.length > before.length) longest.set(piece, each);
  }
  return [...longest.values()].map(({ score }) => score);
}

function scoreFilesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((file) => String(file).replaceAll('\\', '/'))
    .filter((file) => /\.(ly|ily|lyi)$/.test(file) && existsSync(join(folder, file)))
    .sort();
}

/** Files that a score includes from beside it or below, relative to the folder. */
function includedFiles(file: string, text: string): string[] {
  return [...text.matchAll(/^\s*\\include\s+"([^"]+)"/gm)].map(([, name]) =>
    join(dirname(file), name!).replaceAll('\\', '/'),
  );
}

/** The score, or why it is left out. */
function scoreOf(file: string, text: string): Found | string {
  const header = headerOf(text);
  const genre = genreOfStyle[header('style').toLowerCase()];
  if (genre === undefined) return 'no style, or none of those that are used';
  const license = usableLicense(`${header('license')} ${header('copyright')}`);
  if (license === undefined) return 'a license other than public domain or CC BY';
  const composer = composerOf(header);
  if (composer === undefined) return 'no composer';
  if (!/\\midi\b/.test(text)) return 'no sound asked for (\\midi)';
  return { score: { file, genre, composer, license }, title: titleOf(header), length: text.length };
}

function headerOf(text: string): (field: string) => string {
  return (field) => new RegExp(`^\\s*${field}\\s*=\\s*"([^"]*)"`, 'm').exec(text)?.[1]?.trim() ?? '';
}

/**
 * License of a score by the words of its header.
 *
 * @param words - What the header says.
 * @returns In the manifest's words; undefined when it may not be used.
 */
export function usableLicense(words: string): string | undefined {
  if (/share-?\s*alike|non-?\s*commercial|no-?\s*deriv|\bby-(sa|nc|nd)\b/i.test(words)) return undefined;
  if (/public domain/i.test(words)) return 'public domain';
  if (!/creative commons attribution|\bcc[ -]by\b/i.test(words)) return undefined;
  const version = /\d\.\d/.exec(words)?.[0];
  return version ? `CC-BY-${version}` : 'CC-BY';
}

/**
 * The surname, so that `BachJS` and `Johann Sebastian Bach (1685–1750)` are one, and all the Bachs too: a composer in two
 * splits would be worse. Nobody's tunes are told apart by title.
 */
function composerOf(header: (field: string) => string): string | undefined {
  const [mutopia, named] = [header('mutopiacomposer'), header('composer')].map(unaccented) as [
    string,
    string,
  ];
  const surname =
    /^(?:[a-z]+)?[A-Z][a-z]+(?:-[A-Z][a-z]+)*/.exec(mutopia)?.[0] ??
    /[\w-]+$/.exec(named.replace(/[([,].*$/, '').trim())?.[0];
  if (!surname) return undefined;
  if (!/^(trad\w*|anon\w*|unknown)$/i.test(surname)) return surname.toLowerCase();
  return `traditional: ${titleOf(header)}`;
}

function titleOf(header: (field: string) => string): string {
  const title = unaccented(header('mutopiatitle') || header('title')).toLowerCase();
  return title.replaceAll(/[^a-z0-9]+/g, ' ').trim();
}

function unaccented(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '');
}
