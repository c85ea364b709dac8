import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../../src/base/sha256.ts';
import { type CorpusEntry, readCorpus, writeManifest } from '../../../src/corpus/format/corpusFormat.ts';
import { entrySamples, loadCorpus } from '../../../src/corpus/format/loadCorpus.ts';
import { makePart } from '../../../src/corpus/format/shards.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tone, toneParts, writeToneCorpus } from '../toneCorpus.ts';

test('a corpus is read back with counts, sources, checksums, and its sound sample by sample', async () => {
  const folder = temporaryFolder();
  await writeToneCorpus(folder);
  const { description, entries } = readCorpus(folder);
  expect(description.words).toEqual(['high', 'low']);
  expect(description.genres).toEqual(['even', 'odd']);
  expect(description.counts).toEqual({
    speech: { train: 5, validation: 5, test: 5 },
    music: { train: 2, validation: 2, test: 2 },
    background: { train: 1, validation: 1, test: 1 },
  });
  expect(description.sources['tones']?.license).toBe('CC0-1.0');
  expect(description.sources['tones']?.seconds).toBeCloseTo(12 * 0.7 + 9 * 3 + 3, 6);
  for (const { file, sha256: sum } of description.shards)
    expect(sha256(readFileSync(join(folder, file)))).toBe(sum);
  const corpus = await loadCorpus(folder);
  const entry = entries.find(({ id }) => id === 'test-odd')!;
  const loaded = entrySamples(corpus, entry);
  const peak = 0.5;
  expect([...loaded.slice(0, 500)]).toEqual(
    [...tone(3000, 3).slice(0, 500)].map((x) => Math.round((x * 0.9 * 32767) / peak) + 0),
  );
});

test('readCorpus reads the first format as well, and refuses one that it does not know', async () => {
  const folder = temporaryFolder();
  await writeToneCorpus(folder);
  const path = join(folder, 'corpus.json');
  const { format, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
  expect(format).toBe('auditory-metamer corpus 2');
  const written = (as: string) => {
    writeFileSync(path, JSON.stringify({ format: as, ...rest }));
    return readCorpus(folder);
  };
  expect(written('auditory-metamer corpus 1').entries).toHaveLength(written(format).entries.length);
  expect(() => written('auditory-metamer corpus 3')).toThrow(
    /field 'format' must be one of auditory-metamer corpus 1, auditory-metamer corpus 2, got "auditory-metamer corpus 3"/,
  );
});

test('makePart takes a finished part as it is, and makes it anew when its record is missing', async () => {
  const folder = temporaryFolder();
  const [part] = toneParts();
  const first = await makePart(folder, part!);
  const path = join(folder, first!.shard.file);
  const before = statSync(path).mtimeMs;
  const failing = {
    name: part!.name,
    segments: () => {
      throw new Error('must not be asked again');
    },
  };
  expect(await makePart(folder, failing)).toEqual(first);
  expect(statSync(path).mtimeMs).toBe(before);
  await expect(makePart(folder, { ...failing, name: 'other' })).rejects.toThrow('must not be asked again');
  expect(existsSync(join(folder, 'parts/other.json'))).toBe(false);
});

test('readCorpus and loadCorpus refuse a folder without corpus, and words it does not have', async () => {
  const folder = temporaryFolder();
  expect(() => readCorpus(folder)).toThrow(
    `${folder} must hold a finished corpus, corpus.json is missing; build it`,
  );
  await writeToneCorpus(folder);
  await expect(loadCorpus(folder, { words: ['low', 'middle'] })).rejects.toThrow(
    `${folder}: words must be among high, low; got middle; leave these out or build a larger corpus`,
  );
  writeFileSync(join(folder, 'manifest.jsonl'), '{"id":');
  expect(() => readCorpus(folder)).toThrow(/manifest\.jsonl, line 1 must be JSON/);
  writeFileSync(join(folder, 'corpus.json'), '{');
  expect(() => readCorpus(folder)).toThrow(/corpus\.json must be a JSON file, it is not JSON/);
});

test('readCorpus names the line of an entry that is in no split, no shard, or beyond its shard', async () => {
  const folder = temporaryFolder();
  await writeToneCorpus(folder);
  const [first, ...rest] = readCorpus(folder).entries;
  const wrong = [
    [{ split: 'tset' }, ': field \'split\' must be one of train, validation, test, got "tset"'],
    [{ start: -1 }, ": field 'start' must be ≥ 0, got -1"],
    [{ end: 0.5 }, ": field 'end' must be a whole number, got 0.5"],
    [{ kind: 'song' }, ': field \'kind\' must be one of speech, music, background, got "song"'],
    [{ shard: 'shards/none.flac' }, ' must be an entry within a shard'],
    [{ end: 1e9 }, ' must be an entry within a shard'],
    [{ wordEnd: 1e6 }, ' must be an entry within a shard'],
    [{ word: 'middle' }, ' must be an entry within a shard'],
  ] as const;
  for (const [change, sentence] of wrong) {
    writeManifest(join(folder, 'manifest.jsonl'), [
      ...rest,
      { ...first!, ...(change as object) } as CorpusEntry,
    ]);
    expect(() => readCorpus(folder), JSON.stringify(change)).toThrow(
      `manifest.jsonl, line ${rest.length + 1}${sentence}`,
    );
  }
});

test('loadCorpus refuses a shard that was changed, and makePart makes it anew', async () => {
  const folder = temporaryFolder();
  await writeToneCorpus(folder);
  const shard = readCorpus(folder).description.shards[0]!;
  const path = join(folder, shard.file);
  const whole = readFileSync(path);
  const changed = Buffer.from(whole);
  changed[changed.length - 100]! ^= 1;
  writeFileSync(path, changed);
  for (const memoryMib of [2048, 0])
    await expect(loadCorpus(folder, { memoryMib })).rejects.toThrow(
      /must have the SHA-256 that corpus\.json names/,
    );
  const ofShard = (name: string) => name.startsWith(shard.sha256);
  expect(readdirSync(join(folder, 'decoded')).filter(ofShard)).toEqual([]);
  await makePart(folder, toneParts()[0]!);
  expect(readFileSync(path).equals(whole)).toBe(true);
  rmSync(path);
  await expect(loadCorpus(folder)).rejects.toThrow(/does not exist/);
});

/** Whether two arrays have the same bytes; comparing them number by number would take a minute. */
function isSame(a: Int16Array | Float32Array, b: Int16Array | Float32Array): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    Buffer.from(buffer, byteOffset, byteLength);
  return bytes(a).equals(bytes(b));
}

/** Both shards together. */
const wholeMib = (2 * 768_000) / 2 ** 20;
const almostMib = wholeMib - 2 ** -20;

test.each([0, 0.5, almostMib, wholeMib, 2048])(
  'loadCorpus with %s MiB of memory gives the same sound, in memory as far as it fits and else in files',
  async (memoryMib) => {
    const folder = temporaryFolder();
    await writeToneCorpus(folder);
    const whole = await loadCorpus(folder);
    const corpus = await loadCorpus(folder, { memoryMib });
    for (const entry of corpus.entries)
      expect(isSame(entrySamples(corpus, entry), entrySamples(whole, entry)), entry.id).toBe(true);
    for (const [color, noise] of Object.entries(whole.noises))
      expect(isSame(corpus.noises[color as keyof typeof whole.noises], noise), color).toBe(true);
    const inFiles = Object.values(corpus.shards).filter((shard) => 'path' in shard);
    // The shard of words has 168,000 samples, the other 600,000.
    expect(inFiles).toHaveLength({ 0: 2, 0.5: 1, [almostMib]: 1, [wholeMib]: 0, 2048: 0 }[memoryMib]!);
    for (const { path } of inFiles as { path: string }[]) {
      const { mtimeMs, size } = statSync(path);
      await loadCorpus(folder, { memoryMib });
      expect(statSync(path).mtimeMs).toBe(mtimeMs);
      truncateSync(path, size - 2);
      expect(() => corpus.entries.map((entry) => entrySamples(corpus, entry))).toThrow(
        /must hold a whole shard, it was cut off/,
      );
      await loadCorpus(folder, { memoryMib });
      expect(statSync(path).size).toBe(size);
    }
  },
);

test('loadCorpus with words leaves the tokens of other words out', async () => {
  const folder = temporaryFolder();
  await writeToneCorpus(folder);
  const corpus = await loadCorpus(folder, { words: ['low'] });
  expect(corpus.wordLabels).toEqual(['null', 'low']);
  expect(corpus.entries.some(({ word }) => word === 'high')).toBe(false);
});
