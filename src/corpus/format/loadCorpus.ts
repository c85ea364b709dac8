import { longTermSpectrum, shapedNoise, whiteNoise } from '../../../stimuli/noise.ts';
import { InputError } from '../../base/inputError.ts';
import { createRandom } from '../../base/random.ts';
import { type Corpus, type CorpusEntry, corpusRateHz, readCorpus } from './corpusFormat.ts';
import { decodeShards, readShardSamples, type ShardSamples } from './shardSamples.ts';

/** Label 0 of both tasks: no word, no genre. */
const nullLabel = 'null';

/** A corpus to draw from, in shared buffers and files so that worker threads read the same copy. */
export interface LoadedCorpus {
  entries: CorpusEntry[];
  /** Samples by the shard's file name. */
  shards: Record<string, ShardSamples>;
  /** Label of each word index; 0 is {@link nullLabel}. */
  wordLabels: string[];
  /** Label of each genre index; 0 is {@link nullLabel}. */
  genreLabels: string[];
  /** Noises, 26 s each, RMS about 1: white, and with the spectra of the training part's speech and music. */
  noises: Record<NoiseColor, Float32Array<SharedArrayBuffer>>;
}

/** Colors of synthetic noise. */
export type NoiseColor = 'white' | 'speech-shaped' | 'music-shaped';

/** What is loaded. */
export interface LoadCorpusOptions {
  /** Words that are labels; default: all of the corpus. Tokens of other words are left out. */
  words?: readonly string[];
  /** Genres that are labels; default: all of the corpus. */
  genres?: readonly string[];
  /**
   * What decoded sound may take of the memory, MiB; default 2048, 15 hours. What does not fit is decoded once into files
   * beside the corpus, 144 MB an hour, of which stretches are read as they are drawn; the excerpts are the same.
   */
  memoryMib?: number;
}

/** What decoded sound takes of the memory unless told otherwise, MiB. */
export const defaultCorpusMemoryMib = 2048;
const noiseSamples = 2 ** 19;

/**
 * Makes a corpus ready to be drawn from: decodes it, into memory as far as it may (144 MB an hour), else into files.
 *
 * @param given - The folder that `metamer corpus` wrote, or the corpus as `readCorpus` gives it.
 * @param options - Restrictions of the labels.
 * @returns The corpus, labels in alphabetical order after the null label.
 * @throws InputError when the folder holds no finished corpus, or lacks an asked word or genre.
 */
export async function loadCorpus(
  given: string | Corpus,
  options: LoadCorpusOptions = {},
): Promise<LoadedCorpus> {
  const { folder, description, entries } = typeof given === 'string' ? readCorpus(given) : given;
  const words = chosen('words', options.words, description.words, folder);
  const genres = chosen('genres', options.genres, description.genres, folder);
  const shards = await decodeShards({ folder, description }, options.memoryMib ?? defaultCorpusMemoryMib);
  const corpus: LoadedCorpus = {
    entries: entries.filter(
      ({ word, genre }) =>
        (word === undefined || words.includes(word)) && (genre === undefined || genres.includes(genre)),
    ),
    shards,
    wordLabels: [nullLabel, ...words],
    genreLabels: [nullLabel, ...genres],
    noises: { white: shared(whiteNoise(noiseSamples, createRandom(1))), ...emptyNoises() },
  };
  corpus.noises['speech-shaped'] = coloredNoise(corpus, 'speech', 2);
  corpus.noises['music-shaped'] = coloredNoise(corpus, 'music', 3);
  return corpus;
}

/**
 * The samples of an entry, or a stretch of them: of what lies in a file no more is read.
 *
 * @param entry - One of its entries.
 * @param stretch - First sample and the one after the last, of the entry; default all.
 * @returns 16-bit; not to be written to.
 */
export function entrySamples(
  corpus: LoadedCorpus,
  { shard, start, end }: CorpusEntry,
  { from = 0, to = end - start }: { from?: number; to?: number } = {},
): Int16Array {
  return readShardSamples(corpus.shards[shard]!, start + from, start + to);
}

function chosen(
  what: string,
  asked: readonly string[] | undefined,
  known: readonly string[],
  folder: string,
): string[] {
  const missing = (asked ?? []).filter((label) => !known.includes(label));
  if (missing.length > 0)
    throw new InputError(
      `${folder}: ${what} must be among ${known.join(', ')}; got ${missing.join(', ')}; leave these out or build a larger corpus`,
    );
  return [...(asked ?? known)].sort();
}

function coloredNoise(
  corpus: LoadedCorpus,
  kind: CorpusEntry['kind'],
  seed: number,
): Float32Array<SharedArrayBuffer> {
  const entries = corpus.entries.filter((entry) => entry.kind === kind && entry.split === 'train');
  if (entries.length === 0) return corpus.noises.white;
  const step = Math.max(1, Math.floor(entries.length / 200));
  const sounds = entries
    .filter((_, index) => index % step === 0)
    .map((entry) => Float32Array.from(entrySamples(corpus, entry).subarray(0, 2 * corpusRateHz)));
  const spectrum = longTermSpectrum(sounds, corpusRateHz);
  return shared(shapedNoise(noiseSamples, spectrum, createRandom(seed)));
}

function emptyNoises(): Record<'speech-shaped' | 'music-shaped', Float32Array<SharedArrayBuffer>> {
  return { 'speech-shaped': shared(new Float32Array(0)), 'music-shaped': shared(new Float32Array(0)) };
}

function shared(samples: Float32Array): Float32Array<SharedArrayBuffer> {
  const copy = new Float32Array(new SharedArrayBuffer(4 * samples.length));
  copy.set(samples);
  return copy;
}
