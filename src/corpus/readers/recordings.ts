import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type MonoSound, openMono } from '../../../stimuli/monoSound.ts';
import { InputError } from '../../base/inputError.ts';
import { type CorpusEntry, corpusRateHz } from '../format/corpusFormat.ts';
import { type CorpusPart, cutWord, type EntryLabels, type Segment } from '../format/segment.ts';
import { dealSplits, type SplitShares } from '../format/splits.ts';

/** A word in an utterance. */
export interface SpokenWord {
  word: string;
  startSeconds: number;
  endSeconds: number;
}

/** One sound file of a user's collection, and what is known of it. */
export interface Recording {
  path: string;
  kind: CorpusEntry['kind'];
  /** What must not be in two splits: talker, piece, or original recording. */
  group: string;
  talker?: string;
  /** The file holds this word alone; where in it is found by level. */
  isolatedWord?: string;
  /** Words that become labels, with their times. */
  words?: readonly SpokenWord[];
  genre?: string;
  scene?: string;
  license: string;
}

/** How a collection becomes parts of a corpus. */
export interface CollectionOptions {
  /** Prefix of part names and ids, and the entries' source. */
  source: string;
  seed: number;
  shares?: SplitShares;
  /** Longest stretch kept of a file, seconds, from its middle; default 60. */
  longestSeconds?: number;
  /** Files a shard; default 400. */
  filesPerPart?: number;
  /** Told of each file that is damaged and therefore left out: GTZAN and FMA have some. */
  onSkip?: (reason: string) => void;
}

/**
 * Turns recordings into parts of a corpus: whole groups dealt to the splits, a shard for every few hundred files.
 *
 * @param recordings - In a fixed order.
 * @param options - Names, seed and sizes.
 */
export function recordingParts(recordings: readonly Recording[], options: CollectionOptions): CorpusPart[] {
  const { source, seed, shares, filesPerPart = 400 } = options;
  const splits = dealSplits(
    recordings.map(({ group }) => group),
    seed,
    shares,
  );
  const count = Math.ceil(recordings.length / filesPerPart);
  return Array.from({ length: count }, (_, index) => ({
    name: `${source}-${index}`,
    segments: async function* () {
      for (let i = index * filesPerPart; i < Math.min(recordings.length, (index + 1) * filesPerPart); i++) {
        const recording = recordings[i]!;
        const segment = await segmentOf(recording, options, {
          id: `${source}-${i}`,
          kind: recording.kind,
          source,
          license: recording.license,
          split: splits.get(recording.group)!,
          ...(recording.talker === undefined ? {} : { talker: `${source}/${recording.talker}` }),
          ...(recording.genre === undefined ? {} : { genre: recording.genre, piece: recording.group }),
          ...(recording.scene === undefined ? {} : { scene: recording.scene }),
        }).catch((error: unknown) => {
          if (!(error instanceof InputError)) throw error;
          options.onSkip?.(error.message);
        });
        if (segment) yield segment;
      }
    },
  }));
}

/**
 * Whether a file's name ends as those of sounds that can be read.
 *
 * @param file - Its name or path.
 */
export function isSoundFile(file: string): boolean {
  return /\.(wav|w64|aiff?|flac|mp3|ogg|oga|opus)$/i.test(file);
}

/**
 * Sound files below a folder, sorted by path.
 *
 * @param folder - Searched with all its folders.
 * @param option - The option that names it, for the message.
 * @returns Paths relative to it, with `/`.
 * @throws InputError when there is none.
 */
export function soundFilesBelow(folder: string, option: string): string[] {
  const files = existsSync(folder)
    ? readdirSync(folder, { recursive: true })
        .map((file) => String(file).replaceAll('\\', '/'))
        .filter(isSoundFile)
        .sort()
    : [];
  if (files.length === 0)
    throw new InputError(
      `must hold sound files (WAV, W64, AIFF, FLAC, MP3, OGG), ${folder} has none; give another folder`,
      { option },
    );
  return files;
}

async function segmentOf(
  recording: Recording,
  options: CollectionOptions,
  labels: EntryLabels,
): Promise<Segment> {
  const sound = await openMono(recording.path, corpusRateHz);
  try {
    return await segmentOfSound(sound, recording, options, labels);
  } finally {
    sound.close();
  }
}

/** Longest file of which all is kept. */
const longestWholeSeconds = 3600;

async function segmentOfSound(
  sound: MonoSound,
  recording: Recording,
  options: CollectionOptions,
  labels: EntryLabels,
): Promise<Segment> {
  const { samples: all } = sound;
  const readWhole = () => {
    if (all > longestWholeSeconds * corpusRateHz)
      throw new InputError(
        `${recording.path} must be at most ${longestWholeSeconds} s long, it has ${(all / corpusRateHz).toFixed(0)} s; cut it`,
      );
    return sound.read(0, all);
  };
  if (recording.isolatedWord !== undefined) {
    const { samples, wordStart, wordEnd } = cutWord(await readWhole(), corpusRateHz, 0.1);
    return { samples, labels: [{ ...labels, word: recording.isolatedWord, wordStart, wordEnd }] };
  }
  // An alignment may reach beyond a file that was cut.
  const words = (recording.words ?? [])
    .map((spoken, i) => wordLabels(labels, spoken, i, all))
    .filter(({ wordStart, wordEnd }) => wordEnd! > wordStart!);
  if (words.length > 0) return { samples: await readWhole(), labels: words };
  const length = Math.min(all, (options.longestSeconds ?? 60) * corpusRateHz);
  return { samples: await sound.read(Math.floor((all - length) / 2), length), labels: [labels] };
}

function wordLabels(labels: EntryLabels, spoken: SpokenWord, position: number, length: number): EntryLabels {
  const toSample = (seconds: number) => Math.min(length, Math.max(0, Math.round(seconds * corpusRateHz)));
  return {
    ...labels,
    id: `${labels.id}-${position}`,
    word: spoken.word,
    wordStart: toSample(spoken.startSeconds),
    wordEnd: toSample(spoken.endSeconds),
  };
}

/**
 * The absolute path of a file of a collection.
 *
 * @param folder - The collection.
 * @param file - Relative, with `/`.
 * @returns Both joined.
 */
export function pathIn(folder: string, file: string): string {
  return join(folder, ...file.split('/'));
}
