import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSoundBytes } from '../../../stimuli/files/openSound.ts';
import { longTermSpectrum, shapedNoise, whiteNoise } from '../../../stimuli/noise.ts';
import { InputError } from '../../base/inputError.ts';
import { createRandom } from '../../base/random.ts';
import {
  type Corpus,
  type CorpusDescription,
  type CorpusEntry,
  corpusRateHz,
  readCorpus,
  sha256,
} from './corpusFormat.ts';

/** Label 0 of both tasks: no word, no genre. */
const nullLabel = 'null';

/** A corpus in memory, in shared buffers so that worker threads read the same copy. */
export interface LoadedCorpus {
  entries: CorpusEntry[];
  /** All shards one after the other. */
  audio: Int16Array<SharedArrayBuffer>;
  /** Where each shard begins in `audio`. */
  shardOffsets: Record<string, number>;
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
}

const noiseSamples = 2 ** 19;

/**
 * Decodes a whole corpus into memory (16 bits a sample: 144 MB an hour).
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
  const audio = new Int16Array(
    new SharedArrayBuffer(2 * description.shards.reduce((sum, shard) => sum + shard.samples, 0)),
  );
  const shardOffsets: Record<string, number> = {};
  let samples = 0;
  for (const shard of description.shards) {
    shardOffsets[shard.file] = samples;
    samples += shard.samples;
  }
  const waiting = [...description.shards];
  // Two at a time: one is decoded while the other's samples are rounded.
  const decode = async () => {
    for (let shard = waiting.shift(); shard; shard = waiting.shift())
      await decodeInto(audio.subarray(shardOffsets[shard.file]!), join(folder, shard.file), shard);
  };
  await Promise.all([decode(), decode()]);
  const corpus: LoadedCorpus = {
    entries: entries.filter(
      ({ word, genre }) =>
        (word === undefined || words.includes(word)) && (genre === undefined || genres.includes(genre)),
    ),
    audio,
    shardOffsets,
    wordLabels: [nullLabel, ...words],
    genreLabels: [nullLabel, ...genres],
    noises: { white: shared(whiteNoise(noiseSamples, createRandom(1))), ...emptyNoises() },
  };
  corpus.noises['speech-shaped'] = coloredNoise(corpus, 'speech', 2);
  corpus.noises['music-shaped'] = coloredNoise(corpus, 'music', 3);
  return corpus;
}

/**
 * The samples of an entry.
 *
 * @param entry - One of its entries.
 * @returns A view, 16-bit.
 */
export function entrySamples(corpus: LoadedCorpus, entry: CorpusEntry): Int16Array {
  const offset = corpus.shardOffsets[entry.shard]!;
  return corpus.audio.subarray(offset + entry.start, offset + entry.end);
}

async function decodeInto(
  target: Int16Array,
  path: string,
  { samples, sha256: promised }: CorpusDescription['shards'][number],
): Promise<void> {
  const bytes = readShard(path);
  if (sha256(bytes) !== promised)
    throw new InputError(
      `${path} must have the SHA-256 that corpus.json names, it was changed or damaged; build the corpus again`,
    );
  const sound = await openSoundBytes(bytes, path);
  if (sound.samples !== samples)
    throw new InputError(
      `${path} must have ${samples} samples, it has ${sound.samples}; build the corpus anew`,
    );
  for (let start = 0; start < samples; start += decodedAtOnce) {
    const [channel] = await sound.read(start, decodedAtOnce);
    for (let i = 0; i < channel!.length; i++) target[start + i] = Math.round(channel![i]! * 32768);
  }
}

/** A shard may hold hours; this many samples of it are decoded at once. */
const decodedAtOnce = 2 ** 22;

function readShard(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? String(cause)})`;
    throw new InputError(`${path}, a shard of the corpus, ${reason}; build the corpus anew`, { cause });
  }
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
