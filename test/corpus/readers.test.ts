import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Segment } from '../../src/corpus/format/segment.ts';
import {
  alignedSpeechRecordings,
  parseAlignmentText,
  parseTextGrid,
} from '../../src/corpus/readers/alignedSpeech.ts';
import { environmentRecordings } from '../../src/corpus/readers/environments.ts';
import { genreRecordings } from '../../src/corpus/readers/genreFolders.ts';
import { recordingParts } from '../../src/corpus/readers/recordings.ts';
import { speechCommandsRecordings } from '../../src/corpus/readers/speechCommands.ts';
import { writeWav } from '../../stimuli/writeWav.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { tone } from './toneCorpus.ts';

/** A folder with sounds of 1 s (a tone from 0.3 to 0.7 s) and texts at the given paths. */
function folderOf(files: Record<string, string | null>): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    if (text !== null) {
      writeFileSync(join(folder, path), text);
      continue;
    }
    const samples = new Float32Array(20000);
    samples.set(tone(400, 0.4), 6000);
    writeWav(join(folder, path), samples, { sampleRateHz: 20000 });
  }
  return folder;
}

async function segmentsOf(parts: ReturnType<typeof recordingParts>): Promise<Segment[]> {
  const all: Segment[] = [];
  for (const part of parts) for await (const segment of part.segments()) all.push(segment);
  return all;
}

test('Speech Commands: word from the folder, talker from the name, noises as backgrounds, unknown words left out', async () => {
  const folder = folderOf({
    'yes/0a7c2a8d_nohash_0.wav': null,
    'yes/0a7c2a8d_nohash_1.wav': null,
    'no/1b4c9b89_nohash_0.wav': null,
    'sheila/1b4c9b89_nohash_0.wav': null,
    '_background_noise_/pink_noise.wav': null,
  });
  const recordings = speechCommandsRecordings(folder, ['yes', 'no']);
  expect(recordings.map(({ isolatedWord, talker, scene }) => [isolatedWord, talker, scene])).toEqual([
    [undefined, undefined, 'pink_noise'],
    ['no', '1b4c9b89', undefined],
    ['yes', '0a7c2a8d', undefined],
    ['yes', '0a7c2a8d', undefined],
  ]);
  const segments = await segmentsOf(recordingParts(recordings, { source: 'own', seed: 1 }));
  const [label] = segments[1]!.labels;
  expect(label).toMatchObject({ id: 'own-1', word: 'no', talker: 'own/1b4c9b89', license: 'CC-BY-4.0' });
  expect(Math.abs(label!.wordEnd! - label!.wordStart! - 8000)).toBeLessThan(500);
  expect(() => speechCommandsRecordings(folder, ['up'])).toThrow(
    /must have a folder a word, named as one of up; /,
  );
});

test('LibriSpeech alignments: words in lower case with their times, talkers from the utterance’s name', async () => {
  const text = '84-121123-0000 ",GO,,DO,YOU," "0.490,0.590,0.610,0.780,0.900,1.000"\n';
  expect(parseAlignmentText(text)).toEqual([
    [
      '84-121123-0000',
      [
        { word: 'go', startSeconds: 0.49, endSeconds: 0.59 },
        { word: 'do', startSeconds: 0.61, endSeconds: 0.78 },
        { word: 'you', startSeconds: 0.78, endSeconds: 0.9 },
      ],
    ],
  ]);
  const folder = folderOf({
    '84/121123/84-121123-0000.wav': null,
    '84/121123/84-121123-0001.wav': null,
    '84/121123/84-121123.alignment.txt': text,
  });
  const recordings = alignedSpeechRecordings(folder, ['go', 'you']);
  expect(recordings.length).toBe(1);
  const [segment] = await segmentsOf(recordingParts(recordings, { source: 'own', seed: 1 }));
  expect(
    segment!.labels.map(({ id, word, wordStart, wordEnd, talker }) => [id, word, wordStart, wordEnd, talker]),
  ).toEqual([
    ['own-0-0', 'go', 9800, 11800, 'own/84'],
    ['own-0-1', 'you', 15600, 18000, 'own/84'],
  ]);
});

test('TextGrids: the tier of words, pauses left out; Common Voice’s table gives the talkers', () => {
  const grid = `File type = "ooTextFile"
item [1]:
    class = "IntervalTier"
    name = "phones"
    intervals [1]:
        xmin = 0
        xmax = 0.1
        text = "G"
item [2]:
    class = "IntervalTier"
    name = "words"
    intervals [1]:
        xmin = 0
        xmax = 0.25
        text = ""
    intervals [2]:
        xmin = 0.25
        xmax = 0.5
        text = "Coffee"
    intervals [3]:
        xmin = 0.5
        xmax = 0.8
        text = "sp"
`;
  expect(parseTextGrid(grid)).toEqual([{ word: 'coffee', startSeconds: 0.25, endSeconds: 0.5 }]);
  const folder = folderOf({
    'clips/common_voice_en_1.wav': null,
    'clips/common_voice_en_2.wav': null,
    'aligned/common_voice_en_1.TextGrid': grid,
    'validated.tsv': 'client_id\tpath\tsentence\nabc\tcommon_voice_en_1.wav\tCoffee\n',
  });
  expect(alignedSpeechRecordings(folder, ['coffee'])).toMatchObject([
    { talker: 'abc', group: 'abc', license: 'CC0-1.0', words: [{ word: 'coffee' }] },
  ]);
  const bare = folderOf({ 'a.wav': null });
  expect(() => alignedSpeechRecordings(bare, ['coffee'])).toThrow(/must hold an alignment for its sounds/);
});

test('GTZAN: genre from the folder', () => {
  const folder = folderOf({ 'genres/Blues/blues.00000.wav': null, 'genres/rock/rock.00001.wav': null });
  expect(genreRecordings(folder).map(({ genre, group }) => [genre, group])).toEqual([
    ['blues', 'blues.00000'],
    ['rock', 'rock.00001'],
  ]);
  expect(() => genreRecordings(folderOf({ 'a.wav': null }))).toThrow(
    /must have a folder a genre, or FMA's tracks.csv/,
  );
});

test('FMA: genre, artist and license from tracks.csv, tracks without genre left out', () => {
  const folder = folderOf({
    '000/000002.wav': null,
    '000/000003.wav': null,
    '000/000005.wav': null,
    'fma_metadata/tracks.csv': [
      ',album,artist,artist,track,track',
      ',id,id,name,genre_top,license',
      'track_id,,,,,',
      '2,1,1,AWOL,Hip-Hop,Attribution-NonCommercial',
      '3,1,1,AWOL,,Attribution',
      '5,2,7,"Some, one",Rock,Attribution',
    ].join('\n'),
  });
  expect(genreRecordings(folder).map(({ genre, group, license }) => [genre, group, license])).toEqual([
    ['hip-hop', 'artist 1', 'Attribution-NonCommercial'],
    ['rock', 'artist 7', 'Attribution'],
  ]);
});

test('ESC-50: category and original recording from its table; AudioSet: the video; any folder: its own name', () => {
  const esc = folderOf({
    'audio/1-100032-A-0.wav': null,
    'meta/esc50.csv':
      'filename,fold,target,category,esc10,src_file,take\n1-100032-A-0.wav,1,0,dog,True,100032,A\n',
  });
  expect(environmentRecordings(esc)).toMatchObject([
    { scene: 'dog', group: '100032', license: 'CC-BY-NC-3.0' },
  ]);
  const other = folderOf({ 'street/Yabcdefghij1_30.000.wav': null, 'street/b.wav': null });
  expect(environmentRecordings(other).map(({ scene, group }) => [scene, group])).toEqual([
    ['street', 'abcdefghij1'],
    ['street', 'b'],
  ]);
  const empty = temporaryFolder();
  expect(() => environmentRecordings(empty)).toThrow(
    `backgrounds must hold sound files (WAV, W64, AIFF, FLAC, MP3, OGG), ${empty} has none; give another folder`,
  );
});

test('recordingParts keeps the takes of one talker in one split', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`yes/t${i % 4}_nohash_${i}.wav`, null] as const),
  );
  const recordings = speechCommandsRecordings(folderOf(files), ['yes']);
  const segments = await segmentsOf(recordingParts(recordings, { source: 'own', seed: 1, filesPerPart: 5 }));
  const splitOfTalker = new Map<string, Set<string>>();
  for (const { labels } of segments)
    for (const { talker, split } of labels)
      splitOfTalker.set(talker!, (splitOfTalker.get(talker!) ?? new Set()).add(split));
  expect(segments.length).toBe(12);
  expect([...splitOfTalker.values()].map((splits) => splits.size)).toEqual([1, 1, 1, 1]);
  expect(new Set([...splitOfTalker.values()].flatMap((splits) => [...splits])).size).toBe(3);
});

test('recordingParts leaves a damaged file out and says so, and words beyond the end of a file', async () => {
  const folder = folderOf({
    'a.wav': null,
    'a.TextGrid': gridOf([0.2, 0.6, 'go'], [1.2, 1.5, 'go']),
    'b.wav': 'no sound',
    'b.TextGrid': gridOf([0.2, 0.6, 'go']),
  });
  const skipped: string[] = [];
  const options = { source: 'own', seed: 1, onSkip: (reason: string) => skipped.push(reason) };
  const segments = await segmentsOf(recordingParts(alignedSpeechRecordings(folder, ['go']), options));
  expect(segments.map(({ labels }) => labels.map(({ wordStart }) => wordStart))).toEqual([[4000]]);
  expect(skipped).toEqual([expect.stringMatching(/b\.wav must be a WAV, FLAC, MP3, OGG/)]);
});

function gridOf(...words: [startSeconds: number, endSeconds: number, word: string][]): string {
  const intervals = words.map(
    ([start, end, word]) => `        xmin = ${start}\n        xmax = ${end}\n        text = "${word}"`,
  );
  return ['item [1]:', '    name = "words"', ...intervals].join('\n');
}
