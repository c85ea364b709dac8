import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic, writeJsonAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { parseJson, readJson } from '../../base/readJson.ts';
import { validated } from '../../base/validate.ts';

/** Rate of every shard, Hz. */
export const corpusRateHz = 20000;

/**
 * Formats that can be read, the last one being written. They differ in how pieces and voices are drawn from the seed: in
 * format 1 genres whose names had equal length and initial shared their draws.
 */
const corpusFormats = ['auditory-metamer corpus 1', 'auditory-metamer corpus 2'] as const;
/** The format that is written. */
export const corpusFormat = corpusFormats[1];

/** The three parts of a corpus; no talker, groove, composer or recording is in two of them. */
export const splitNames = ['train', 'validation', 'test'] as const;
/** Name of a part. */
export type SplitName = (typeof splitNames)[number];

const sampleIndex = z.int().min(0);

/** Layout of a line of `manifest.jsonl`; what else a later version says is passed over. */
export const entrySchema = z.object({
  id: z.string(),
  /** Shard's file name below the corpus folder. */
  shard: z.string(),
  /** First sample in the shard, and the one after the last. */
  start: sampleIndex,
  end: sampleIndex,
  kind: z.enum(['speech', 'music', 'background']),
  /** Spoken word, and where it is, samples from `start`; absent in speech without known words. */
  word: z.string().exactOptional(),
  wordStart: sampleIndex.exactOptional(),
  wordEnd: sampleIndex.exactOptional(),
  talker: z.string().exactOptional(),
  genre: z.string().exactOptional(),
  groove: z.string().exactOptional(),
  composer: z.string().exactOptional(),
  piece: z.string().exactOptional(),
  /** What a background is: a scene's or sound's name. */
  scene: z.string().exactOptional(),
  /** Which collection or program it came from. */
  source: z.string(),
  license: z.string(),
  split: z.enum(splitNames),
});

/** Layout of a shard in `corpus.json`. */
export const shardSchema = z.object({ file: z.string(), samples: sampleIndex, sha256: z.string() });

/** `corpus.json`. Open, as the entries are: a later version may say more of a corpus. */
const descriptionSchema = z.object({
  format: z.enum(corpusFormats),
  size: z.string(),
  seed: z.number(),
  sampleRateHz: z.literal(corpusRateHz),
  words: z.array(z.string()),
  genres: z.array(z.string()),
  shards: z.array(shardSchema),
  /** Entries by kind and split. */
  counts: z.record(z.string(), z.record(z.enum(splitNames), z.number())),
  /** Seconds of sound, entries and license of each source. */
  sources: z.record(z.string(), z.object({ license: z.string(), entries: z.number(), seconds: z.number() })),
});

/** One labeled stretch of sound in a shard: one line of `manifest.jsonl`. */
export type CorpusEntry = z.infer<typeof entrySchema>;

/** `corpus.json`: what a corpus folder holds. */
export type CorpusDescription = z.infer<typeof descriptionSchema>;

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
    throw new InputError(`${folder} must hold a finished corpus, corpus.json is missing; build it`);
  const description = readJson(join(folder, 'corpus.json'), descriptionSchema, { remedy: again });
  const manifest = join(folder, 'manifest.jsonl');
  const entries = readManifest(manifest);
  const lengths = new Map(description.shards.map(({ file, samples }) => [file, samples]));
  for (const [i, entry] of entries.entries())
    if (!isWithin(entry, lengths.get(entry.shard) ?? 0, description))
      throw new InputError(
        `${manifest}, line ${i + 1} must be an entry within a shard and with labels of corpus.json, it is not; ${again}`,
      );
  return { folder, description, entries };
}

const again = 'build the corpus again with the same settings';

/** Whether an entry lies in its shard and has labels that the corpus knows. */
function isWithin(
  { start, end, wordStart = 0, wordEnd = 0, word, genre }: CorpusEntry,
  samples: number,
  { words, genres }: CorpusDescription,
): boolean {
  const length = end - start;
  return (
    length > 0 &&
    end <= samples &&
    wordStart <= length &&
    wordEnd <= length &&
    (word === undefined || words.includes(word)) &&
    (genre === undefined || genres.includes(genre))
  );
}

/**
 * Reads entries from JSON Lines.
 *
 * @param path - A manifest.
 * @returns Its entries in order.
 * @throws InputError naming the line that is no entry.
 */
function readManifest(path: string): CorpusEntry[] {
  return readText(path)
    .split('\n')
    .filter(Boolean)
    .map((line, i) => {
      const where = `${path}, line ${i + 1}`;
      return validated(entrySchema, parseJson(line, where, { remedy: again }), where, { remedy: again });
    });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InputError(`${path} must be the manifest of a corpus, it cannot be read; ${again}`, { cause });
  }
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
