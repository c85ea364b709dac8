import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeJsonAtomic } from '../base/files.ts';
import { InputError } from '../base/inputError.ts';
import { readJson } from '../base/readJson.ts';
import { type CorpusDescription, corpusFormat, writeCorpus } from './format/corpusFormat.ts';
import type { CorpusPart } from './format/segment.ts';
import { type FinishedPart, makePart } from './format/shards.ts';
import { musicParts } from './makers/arrangedMusic.ts';
import { genres, tinyGenres } from './makers/genres.ts';
import { packParts } from './makers/packedRecordings.ts';
import { type ScoreOptions, scoreParts } from './makers/playedScores.ts';
import { type ProgramName, requirePrograms } from './makers/programs.ts';
import { textToSpeechParts } from './makers/textToSpeech.ts';
import { heldOutVoices, voices } from './makers/voices.ts';
import { coreWords, furtherWords, tinyWords } from './makers/wordLists.ts';
import { alignedSpeechRecordings } from './readers/alignedSpeech.ts';
import { environmentRecordings } from './readers/environments.ts';
import { genreRecordings } from './readers/genreFolders.ts';
import { recordingParts } from './readers/recordings.ts';
import { speechCommandsRecordings } from './readers/speechCommands.ts';

/** Sizes of a corpus. */
export const corpusSizes = ['tiny', 'small'] as const;
/** Name of a size. */
export type CorpusSize = (typeof corpusSizes)[number];

/** Layouts of recordings that can be read. */
export const collectionLayouts = [
  'audio',
  'speech-commands',
  'aligned-speech',
  'genres',
  'backgrounds',
  'scores',
] as const;
/** Name of a layout, and of the flag that gives its folder. */
export type CollectionLayout = (typeof collectionLayouts)[number];

/** What is built. */
export interface BuildCorpusOptions {
  size: CorpusSize;
  /** The user's recordings to use as well, by layout. */
  collections?: Partial<Record<CollectionLayout, string>>;
  /** License of the user's recordings, for the manifest; default: that of the data set whose layout they have. */
  license?: string;
  /** Words that become labels; default: those of the size. */
  words?: readonly string[];
  /** Whether speech and music are synthesized too; default true. Without, only the collections are used. */
  synthesize?: boolean;
  seed: number;
  /** Parts made at the same time. */
  workers: number;
  /** Told of each damaged file of a collection, which is left out. */
  onSkip?: (reason: string) => void;
  /** Told after each finished part. */
  onPart?: (progress: { done: number; total: number; part: string }) => void;
}

const amounts = {
  tiny: {
    words: tinyWords,
    genreNames: tinyGenres,
    espeakVoices: 10,
    tokensPerWord: { flite: 1, 'espeak-ng': 2, festival: 1 },
    hasHeldOutVoices: false,
    sentences: 4,
    piecesPerGenre: 3,
    secondsPerPiece: 6,
  },
  small: {
    words: [...coreWords, ...furtherWords],
    genreNames: genres.map(({ name }) => name),
    espeakVoices: 32,
    tokensPerWord: { flite: 8, 'espeak-ng': 1, festival: 1 },
    hasHeldOutVoices: true,
    sentences: 16,
    piecesPerGenre: 60,
    secondsPerPiece: 20,
  },
} as const;

/**
 * Builds a corpus, or finishes one that was interrupted.
 *
 * @param options - Size, recordings, seed and workers.
 * @returns The finished corpus's description.
 * @throws InputError when a program is missing, the folder holds another corpus, or it cannot be written.
 */
export async function buildCorpus(folder: string, options: BuildCorpusOptions): Promise<CorpusDescription> {
  const { size, seed, workers, onPart } = options;
  const programs = programsFor(options);
  requirePrograms(programs, programs.includes('fluidsynth'));
  const parts = partsOf(options);
  claimFolder(folder, options);
  const finished: FinishedPart[] = [];
  const waiting = [...parts.entries()];
  let done = 0;
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, part] = next;
      const made = await makePart(folder, part);
      if (made) finished[index] = made;
      onPart?.({ done: ++done, total: parts.length, part: part.name });
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  const all = finished.filter(Boolean);
  if (all.length === 0)
    throw new InputError(
      `${folder} would be a corpus without sound, none of the recordings could be used; give others`,
    );
  return writeCorpus({
    folder,
    description: { size, seed, shards: all.map((part) => part.shard) },
    entries: all.flatMap((part) => part.entries),
  });
}

function programsFor({ collections, synthesize = true }: BuildCorpusOptions): ProgramName[] {
  const forSynthesis = ['flite', 'espeak-ng', 'mma', 'fluidsynth'] as const;
  const forScores = ['lilypond', 'convert-ly', 'fluidsynth'] as const;
  return [
    ...new Set([
      ...(synthesize ? forSynthesis : []),
      ...(collections?.scores === undefined ? [] : forScores),
    ]),
  ];
}

/** Notes what is being built, so that a later run with other arguments cannot mix two corpora. */
function claimFolder(
  folder: string,
  { size, collections, words, seed, synthesize, license }: BuildCorpusOptions,
): void {
  const path = join(folder, 'build.json');
  const claim = {
    format: corpusFormat,
    size,
    seed,
    words: words ?? null,
    collections: collections ?? {},
    synthesize: synthesize ?? true,
    ...(license === undefined ? {} : { license }),
  };
  if (!existsSync(path)) {
    writeJsonAtomic(path, claim);
    return;
  }
  const earlier = readJson(path, z.unknown(), { remedy: 'remove it to begin anew' });
  if (JSON.stringify(earlier) !== JSON.stringify(claim))
    throw new InputError(
      `${folder} holds a corpus of other arguments (${JSON.stringify(earlier)}); choose another folder or remove it`,
    );
}

function partsOf({
  size,
  collections = {},
  seed,
  words,
  synthesize = true,
  license,
  onSkip,
}: BuildCorpusOptions): CorpusPart[] {
  const amount = { ...amounts[size], words: words ?? amounts[size].words };
  const parts = collectionLayouts.flatMap((layout) => {
    const folder = collections[layout];
    return folder === undefined
      ? []
      : collectionParts(layout, folder, { ...amount, seed, license, ...(onSkip ? { onSkip } : {}) });
  });
  if (!synthesize) return parts;
  return [
    ...parts,
    ...musicParts({ seed, ...amount }),
    ...textToSpeechParts(
      [...voices(amount.espeakVoices), ...(amount.hasHeldOutVoices ? heldOutVoices(onSkip) : [])],
      { seed, ...amount },
    ),
  ];
}

function collectionParts(
  layout: CollectionLayout,
  folder: string,
  { words, license, ...options }: ScoreOptions & { words: readonly string[]; license: string | undefined },
): CorpusPart[] {
  if (layout === 'audio') return packParts(folder, { seed: options.seed, words });
  if (layout === 'scores') return scoreParts(folder, options);
  const recordings = {
    'speech-commands': () => speechCommandsRecordings(folder, words),
    'aligned-speech': () => alignedSpeechRecordings(folder, words),
    genres: () => genreRecordings(folder),
    backgrounds: () => environmentRecordings(folder),
  }[layout]();
  const licensed =
    license === undefined ? recordings : recordings.map((recording) => ({ ...recording, license }));
  return recordingParts(licensed, { source: `own-${layout}`, ...options });
}
