import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { decodeSound } from '../../../stimuli/decodeSound.ts';
import { meanChannel } from '../../../stimuli/monoSound.ts';
import { resampleSound } from '../../../stimuli/resample.ts';
import { InputError } from '../../base/inputError.ts';
import { readJson } from '../../base/readJson.ts';
import { corpusRateHz, type SplitName } from '../format/corpusFormat.ts';
import { type CorpusPart, cutWord, type EntryLabels, type Segment } from '../format/segment.ts';
import { dealSplits } from '../format/splits.ts';
import { isSoundFile } from '../readers/recordings.ts';

/** One clip of a pack's `index.json`: a word, a sentence with word times, or an utterance. */
const clipSchema = z.object({
  /** Seconds. */
  start: z.number().min(0),
  end: z.number(),
  word: z.string().optional(),
  /** Word, start and end of each, seconds. */
  words: z.array(z.tuple([z.string(), z.number(), z.number()])).optional(),
  speaker: z.string().optional(),
  id: z.string().optional(),
  src: z.string().optional(),
});

type PackedClip = z.infer<typeof clipSchema>;

/** Others make these files: what else they say is passed over. */
const indexSchema = z.record(z.string(), z.object({ file: z.string(), clips: z.array(clipSchema) }));

/** What is taken from a pack. */
export interface PackOptions {
  seed: number;
  /** Words that become labels; other isolated words are left out, other words of sentences are context. */
  words: readonly string[];
}

const licenseOfFolder: Readonly<Record<string, string>> = {
  'speech-commands': 'CC-BY-4.0',
  dspspeech: 'MIT',
  wakewords: 'Apache-2.0',
  'coffee-orders': 'Apache-2.0',
  librispeech: 'CC-BY-4.0',
  esc10: 'CC0-1.0 or CC-BY-3.0',
  ambience: 'CC0-1.0, public domain or CC-BY',
  foley: 'CC-BY-3.0',
};

/**
 * Parts of a pack of recordings: folders with an `index.json` that gives word, talker and times in long Ogg files, and
 * folders of loose background recordings.
 *
 * @param folder - The pack.
 * @param options - Seed of the splits, and the words.
 * @returns One part a file of speech, one a folder of backgrounds.
 * @throws InputError when the folder holds neither.
 */
export function packParts(folder: string, options: PackOptions): CorpusPart[] {
  const names = existsSync(folder) ? Object.keys(licenseOfFolder) : [];
  const parts = names.flatMap((name) => {
    if (existsSync(join(folder, name, 'index.json'))) return indexedParts(folder, name, options);
    return existsSync(join(folder, name)) ? [backgroundPart(join(folder, name), name, options.seed)] : [];
  });
  if (parts.length === 0)
    throw new InputError(
      `${folder} must hold at least one of the folders ${Object.keys(licenseOfFolder).join(', ')}; give the pack's own folder`,
      { option: 'audio' },
    );
  return parts;
}

function indexedParts(folder: string, name: string, options: PackOptions): CorpusPart[] {
  const index = readJson(join(folder, name, 'index.json'), indexSchema);
  const clips = Object.values(index).flatMap((file) => file.clips);
  const splits = dealSplits(
    clips.map((clip) => groupOf(clip)),
    options.seed,
  );
  return Object.entries(index).map(([key, { file, clips }]) => ({
    name: `${name}-${key}`.replaceAll(/[^a-z0-9-]/gi, ''),
    segments: () => indexedSegments(join(folder, file), clips, { name, key, words: options.words, splits }),
  }));
}

/** Talkers stay together; where none is named, the recording does. */
function groupOf(clip: PackedClip): string {
  return clip.speaker ?? `${clip.word ?? ''}${clip.src ?? clip.id ?? clip.start}`;
}

async function* indexedSegments(
  path: string,
  clips: readonly PackedClip[],
  from: { name: string; key: string; words: readonly string[]; splits: Map<string, SplitName> },
): AsyncIterable<Segment> {
  const { channels, sampleRateHz } = await decodeSound(path);
  const sound = meanChannel(channels);
  for (const [index, clip] of clips.entries()) {
    if (clip.word !== undefined && !from.words.includes(clip.word)) continue;
    const cut = sound.slice(Math.round(clip.start * sampleRateHz), Math.round(clip.end * sampleRateHz));
    const labels: EntryLabels = {
      id: `${from.name}-${from.key}-${index}`,
      kind: 'speech',
      ...(clip.speaker === undefined ? {} : { talker: `${from.name}/${clip.speaker}` }),
      source: from.name,
      license: licenseOfFolder[from.name]!,
      split: from.splits.get(groupOf(clip))!,
    };
    yield* clip.word === undefined
      ? utteranceSegments(resampleSound(cut, sampleRateHz, corpusRateHz), clip, labels, from.words)
      : [isolatedSegment(cut, sampleRateHz, { ...labels, word: clip.word })];
  }
}

function isolatedSegment(samples: Float32Array, sampleRateHz: number, labels: EntryLabels): Segment {
  const cut = cutWord(samples, sampleRateHz, 0.1);
  const [wordStart, wordEnd] = [cut.wordStart, cut.wordEnd].map((at) =>
    Math.round((at * corpusRateHz) / sampleRateHz),
  ) as [number, number];
  return {
    samples: resampleSound(cut.samples, sampleRateHz, corpusRateHz),
    labels: [{ ...labels, wordStart, wordEnd }],
  };
}

function utteranceSegments(
  samples: Float32Array,
  clip: PackedClip,
  labels: EntryLabels,
  words: readonly string[],
): Segment[] {
  const spoken = (clip.words ?? []).filter(([word]) => words.includes(word));
  if (spoken.length === 0) return [{ samples, labels: [labels] }];
  const toSample = (seconds: number) => Math.min(samples.length, Math.round(seconds * corpusRateHz));
  return [
    {
      samples,
      labels: spoken.map(([word, start, end], position) => ({
        ...labels,
        id: `${labels.id}-${position}`,
        word,
        wordStart: toSample(start),
        wordEnd: toSample(end),
      })),
    },
  ];
}

const longestBackgroundSeconds = 60;

function backgroundPart(folder: string, name: string, seed: number): CorpusPart {
  const files = readdirSync(folder, { recursive: true }).map(String).filter(isSoundFile).sort();
  const splits = dealSplits(files.map(recordingOf), seed);
  return {
    name,
    segments: async function* (): AsyncIterable<Segment> {
      for (const file of files) {
        const { channels, sampleRateHz } = await decodeSound(join(folder, file));
        const longest = longestBackgroundSeconds * sampleRateHz;
        const samples = resampleSound(meanChannel(channels).slice(0, longest), sampleRateHz, corpusRateHz);
        if (samples.every((value) => value === 0)) continue;
        yield {
          samples,
          labels: [
            {
              id: `${name}-${file.replaceAll(/[^a-z0-9-]+/gi, '-')}`,
              kind: 'background',
              scene: sceneOf(file),
              source: name,
              license: licenseOfFolder[name]!,
              split: splits.get(recordingOf(file))!,
            },
          ],
        };
      }
    },
  };
}

/** ESC names its clips fold-recording-take; foley numbers takes at the end: takes of one recording stay together. */
function recordingOf(file: string): string {
  const base = file.replace(/^.*\//, '').replace(/\.[^.]+$/, '');
  const esc = /^\d-(\d+)-/.exec(base);
  return esc ? esc[1]! : base.replace(/[_ -]?\d+$/, '').toLowerCase();
}

function sceneOf(file: string): string {
  const folder = /^(?:\d+ - )?([^/]+)\//.exec(file)?.[1];
  return (folder ?? file.replace(/\.[^.]+$/, '').replace(/[_ -]?\d+$/, '')).toLowerCase();
}
