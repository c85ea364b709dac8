import { musicParts } from './arrangedMusic.ts';
import { type CorpusDescription, writeCorpus } from './corpusFormat.ts';
import { genres, tinyGenres } from './genres.ts';
import { packParts } from './packedRecordings.ts';
import { requirePrograms } from './programs.ts';
import type { CorpusPart } from './segment.ts';
import { type FinishedPart, makePart } from './shards.ts';
import { textToSpeechParts, voices } from './textToSpeech.ts';
import { coreWords, furtherWords, tinyWords } from './wordLists.ts';

/** Sizes of a corpus. */
export const corpusSizes = ['tiny', 'small'] as const;
/** Name of a size. */
export type CorpusSize = (typeof corpusSizes)[number];

/** What is built. */
export interface BuildCorpusOptions {
  size: CorpusSize;
  /** Folder of packed recordings to use as well. */
  audioFolder?: string;
  seed: number;
  /** Parts made at the same time. */
  workers: number;
  /** Told after each finished part. */
  onPart?: (progress: { done: number; total: number; part: string }) => void;
}

const amounts = {
  tiny: {
    words: tinyWords,
    espeakVoices: 10,
    tokensPerWord: { flite: 1, 'espeak-ng': 2 },
    sentences: 4,
    piecesPerGenre: 6,
    secondsPerPiece: 10,
  },
  small: {
    words: [...coreWords, ...furtherWords],
    espeakVoices: 32,
    tokensPerWord: { flite: 8, 'espeak-ng': 1 },
    sentences: 16,
    piecesPerGenre: 60,
    secondsPerPiece: 20,
  },
} as const;

/**
 * Builds a corpus, or finishes one that was interrupted.
 *
 * @param folder - Where.
 * @param options - Size, recordings, seed and workers.
 * @returns The finished corpus's description.
 * @throws InputError when a program is missing, the folder holds another corpus, or it cannot be written.
 */
export async function buildCorpus(folder: string, options: BuildCorpusOptions): Promise<CorpusDescription> {
  requirePrograms(['flite', 'espeak-ng', 'mma', 'fluidsynth'], true);
  const { size, seed, workers, onPart } = options;
  const parts = partsOf(options);
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
  return writeCorpus({
    folder,
    description: { size, seed, shards: all.map((part) => part.shard) },
    entries: all.flatMap((part) => part.entries),
  });
}

function partsOf({ size, audioFolder, seed }: BuildCorpusOptions): CorpusPart[] {
  const amount = amounts[size];
  return [
    ...(audioFolder === undefined ? [] : packParts(audioFolder, { seed, words: amount.words })),
    ...musicParts({ seed, genreNames: genreNamesOf(size), ...amount }),
    ...textToSpeechParts(voices(amount.espeakVoices), { seed, ...amount }),
  ];
}

function genreNamesOf(size: CorpusSize): readonly string[] {
  return size === 'tiny' ? tinyGenres : genres.map(({ name }) => name);
}
