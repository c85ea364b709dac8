import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic, writeJsonAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';

/** Rate of every shard, Hz. */
export const corpusRateHz = 20000;

/**
 * Formats that can be read, the last one being written. They differ in how pieces and voices are drawn from the seed: in
 * format 1 genres whose names had equal length and initial shared their draws.
 */
export const corpusFormats = ['auditory-metamer corpus 1', 'auditory-metamer corpus 2'] as const;
/** The format that is written. */
export const corpusFormat = corpusFormats[1];

/** The three parts of a corpus; no talker, groove or recording is in two of them. */
export const splitNames = ['train', 'validation', 'test'] as const;
/** Name of a part. */
export type SplitName = (typeof splitNames)[number];

const entryKinds = ['speech', 'music', 'background'] as const;

/** One labeled stretch of sound in a shard: one line of `manifest.jsonl`. */
export interface CorpusEntry {
  id: string;
  /** Shard's file name below the corpus folder. */
  shard: string;
  /** First sample in the shard, and the one after the last. */
  start: number;
  end: number;
  kind: (typeof entryKinds)[number];
  /** Spoken word, and where it is, samples from `start`; absent in speech without known words. */
  word?: string;
  wordStart?: number;
  wordEnd?: number;
  talker?: string;
  genre?: string;
  groove?: string;
  piece?: string;
  /** What a background is: a scene's or sound's name. */
  scene?: string;
  /** Which collection or program it came from. */
  source: string;
  license: string;
  split: SplitName;
}

/** `corpus.json`: what a corpus folder holds. */
export interface CorpusDescription {
  format: (typeof corpusFormats)[number];
  size: string;
  seed: number;
  sampleRateHz: number;
  words: string[];
  genres: string[];
  shards: { file: string; samples: number; sha256: string }[];
  /** Entries by kind and split. */
  counts: Record<string, Record<SplitName, number>>;
  /** Seconds of sound, entries and license of each source. */
  sources: Record<string, { license: string; entries: number; seconds: number }>;
}

/** A corpus's description and entries. */
export interface Corpus {
  folder: string;
  description: CorpusDescription;
  entries: CorpusEntry[];
}

/**
 * Reads a corpus's description and manifest (not its sound).
 *
 * @param folder - What `metamer corpus` wrote.
 * @returns Both.
 * @throws InputError when the folder holds no finished corpus.
 */
export function readCorpus(folder: string): Corpus {
  if (!existsSync(join(folder, 'corpus.json')))
    throw new InputError(
      `${folder} must hold a finished corpus, corpus.json is missing; make it with metamer corpus`,
    );
  try {
    const description = JSON.parse(readFileSync(join(folder, 'corpus.json'), 'utf8')) as CorpusDescription;
    if (!corpusFormats.includes(description.format))
      throw new InputError(
        `${join(folder, 'corpus.json')} must be of format ${corpusFormats.map((each) => `'${each}'`).join(' or ')}, it is of '${description.format}'; build the corpus anew or use the version that made it`,
      );
    const entries = readManifest(join(folder, 'manifest.jsonl'));
    const lengths = new Map(description.shards.map(({ file, samples }) => [file, samples]));
    for (const [i, entry] of entries.entries())
      if (!isWithin(entry, lengths.get(entry.shard) ?? 0, description))
        throw new InputError(
          `${join(folder, 'manifest.jsonl')}, line ${i + 1} must be an entry with a split, within a shard and with labels of corpus.json, it is not; run the metamer corpus that made it again`,
        );
    return { folder, description, entries };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      `${folder} holds a damaged corpus.json or manifest.jsonl; make it anew with metamer corpus`,
      {
        cause: error,
      },
    );
  }
}

/** Whether an entry is in a split, lies in its shard, and has labels that the corpus knows. */
function isWithin(
  { start, end, wordStart = 0, wordEnd = 0, split, kind, word, genre }: CorpusEntry,
  samples: number,
  { words, genres }: CorpusDescription,
): boolean {
  const length = end - start;
  return (
    [start, end, wordStart, wordEnd].every(Number.isInteger) &&
    start >= 0 &&
    length > 0 &&
    end <= samples &&
    wordStart >= 0 &&
    wordStart <= length &&
    wordEnd >= 0 &&
    wordEnd <= length &&
    splitNames.includes(split) &&
    entryKinds.includes(kind) &&
    (word === undefined || words.includes(word)) &&
    (genre === undefined || genres.includes(genre))
  );
}

/**
 * Reads entries from JSON Lines.
 *
 * @param path - A manifest.
 * @returns Its entries in order.
 * @throws InputError naming the line that is not JSON.
 */
export function readManifest(path: string): CorpusEntry[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line, i) => {
      try {
        return JSON.parse(line) as CorpusEntry;
      } catch (cause) {
        throw new InputError(
          `${path}, line ${i + 1} must be JSON, it is not; run the metamer corpus that made it again`,
          { cause },
        );
      }
    });
}

/**
 * Writes entries as JSON Lines, whole or not at all.
 *
 * @param path - A manifest.
 * @param entries - In order.
 */
export function writeManifest(path: string, entries: readonly CorpusEntry[]): void {
  writeFileAtomic(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}

/**
 * Writes `manifest.jsonl` and, last, `corpus.json`, which marks the corpus as finished.
 *
 * @param corpus - Everything; counts and sources are computed here.
 */
export function writeCorpus(
  corpus: Omit<Corpus, 'description'> & {
    description: Pick<CorpusDescription, 'size' | 'seed' | 'shards'>;
  },
): CorpusDescription {
  const { folder, entries } = corpus;
  const description: CorpusDescription = {
    format: corpusFormat,
    sampleRateHz: corpusRateHz,
    ...corpus.description,
    words: distinct(entries.map((entry) => entry.word)),
    genres: distinct(entries.map((entry) => entry.genre)),
    counts: countsOf(entries),
    sources: sourcesOf(entries),
  };
  writeManifest(join(folder, 'manifest.jsonl'), entries);
  writeJsonAtomic(join(folder, 'corpus.json'), description);
  return description;
}

/**
 * SHA-256 of bytes.
 *
 * @param bytes - Any.
 * @returns Lower-case hexadecimal.
 */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function distinct(values: (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))].sort();
}

function countsOf(entries: readonly CorpusEntry[]): CorpusDescription['counts'] {
  const counts: CorpusDescription['counts'] = {};
  for (const { kind, split } of entries) {
    counts[kind] ??= { train: 0, validation: 0, test: 0 };
    counts[kind][split]++;
  }
  return counts;
}

function sourcesOf(entries: readonly CorpusEntry[]): CorpusDescription['sources'] {
  const sources: CorpusDescription['sources'] = {};
  const seen = new Set<string>();
  for (const { source, license, shard, start, end } of entries) {
    sources[source] ??= { license, entries: 0, seconds: 0 };
    const total = sources[source];
    if (!total.license.split('; ').includes(license)) total.license += `; ${license}`;
    total.entries++;
    // Words of one sentence share its sound.
    if (!seen.has(`${shard}:${start}`)) total.seconds += (end - start) / corpusRateHz;
    seen.add(`${shard}:${start}`);
  }
  return sources;
}
