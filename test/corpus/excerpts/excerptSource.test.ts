import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import {
  type BackgroundKind,
  backgroundKinds,
  createBackgrounds,
  modulatedNoise,
} from '../../../src/corpus/excerpts/backgrounds.ts';
import { evaluationChoices } from '../../../src/corpus/excerpts/evaluationSet.ts';
import { createExcerptSource, type DrawOptions } from '../../../src/corpus/excerpts/excerptSource.ts';
import { corpusRateHz } from '../../../src/corpus/format/corpusFormat.ts';
import { entrySamples, type LoadedCorpus, loadCorpus } from '../../../src/corpus/format/loadCorpus.ts';
import { decibels, rms } from '../../../stimuli/level.ts';
import { tonePower, writeToneCorpus } from '../toneCorpus.ts';

const folder = mkdtempSync(join(tmpdir(), 'metamer-test-'));
await writeToneCorpus(folder);
const corpus = await loadCorpus(folder);
rmSync(folder, { recursive: true });

function toneSource(options: DrawOptions) {
  const source = createExcerptSource(corpus, options);
  return { source, target: new Float32Array(source.samples) };
}

test('every drawn excerpt is 2 s, finite, without mean, at RMS 0.1, and of the asked split only', () => {
  for (const split of ['train', 'test'] as const) {
    const { source, target } = toneSource({ split });
    const random = createRandom(1);
    for (let n = 0; n < 60; n++) {
      const labels = source.renderInto(target, source.choose(random), random);
      expect(rms(target)).toBeCloseTo(0.1, 5);
      expect(target.reduce((sum, x) => sum + x, 0) / target.length).toBeCloseTo(0, 6);
      expect(labels.entryId === '' || labels.entryId.startsWith(split), labels.entryId).toBe(true);
    }
    expect(target.length).toBe(2 * corpusRateHz);
  }
});

test('shares, clean share and ranges of SNR are those asked for', () => {
  const { source } = toneSource({
    shares: { word: 2, genre: 1, neither: 1 },
    cleanShare: 0.5,
    wordSnrDb: [3, 6],
  });
  const random = createRandom(2);
  const choices = Array.from({ length: 4000 }, () => source.choose(random));
  const words = choices.filter(({ entry }) => entry?.word !== undefined);
  const pieces = choices.filter(({ entry }) => entry?.genre !== undefined);
  expect(words.length / 4000).toBeCloseTo(0.5, 1);
  expect(pieces.length / 4000).toBeCloseTo(0.25, 1);
  expect(words.filter(({ background }) => background === 'none').length / words.length).toBeCloseTo(0.5, 1);
  const snrs = words.filter(({ background }) => background !== 'none').map(({ snrDb }) => snrDb);
  expect(Math.min(...snrs)).toBeGreaterThanOrEqual(3);
  expect(Math.max(...snrs)).toBeLessThanOrEqual(6);
  expect(new Set(words.map(({ background }) => background))).toEqual(new Set(['none', ...backgroundKinds]));
  expect(pieces.some(({ background }) => background === 'music')).toBe(false);
});

test('labels name the sound that is there: word, genre, or neither', () => {
  const { source, target } = toneSource({ split: 'test', cleanShare: 1, contextShare: 0 });
  const random = createRandom(3);
  const expected: Record<string, number> = { low: 300, high: 2000, even: 500, odd: 3000 };
  const seen = new Set<string>();
  for (let n = 0; n < 80; n++) {
    const choice = source.choose(random);
    const labels = source.renderInto(target, choice, random);
    const label = labels.word > 0 ? corpus.wordLabels[labels.word]! : corpus.genreLabels[labels.genre]!;
    seen.add(label);
    expect(labels.word > 0 && labels.genre > 0).toBe(false);
    if (choice.entry === null) expect([labels.word, labels.genre, labels.entryId]).toEqual([0, 0, '']);
    else expect(tonePower(target, expected[label]!), label).toBeGreaterThan(0.002);
  }
  expect(seen).toEqual(new Set(['low', 'high', 'even', 'odd', 'null']));
});

test.each(backgroundKinds.filter((kind) => kind !== 'speech-shaped noise' && kind !== 'music-shaped noise'))(
  '%s is mixed at the stated SNR, exact to 0.01 dB',
  (background) => {
    const { source, target } = toneSource({ split: 'test', contextShare: 0 });
    const entry = source.labeledEntries.find(({ genre }) => genre === 'odd')!;
    const noiseHz = { 'babble of 2': [700], 'babble of 8': [700], music: [500, 3000], scene: [5000] }[
      background as 'scene'
    ];
    for (const snrDb of [-9, 0, 12]) {
      // The seed is one whose music background is the other piece.
      source.renderInto(target, { entry, background, snrDb }, createRandom(6));
      const noise = noiseHz.filter((hz) => hz !== 3000).reduce((sum, hz) => sum + tonePower(target, hz), 0);
      expect(decibels(Math.sqrt(tonePower(target, 3000) / noise)), `${snrDb} dB`).toBeCloseTo(snrDb, 2);
    }
  },
);

test('the word overlaps the middle of the excerpt, at varying places, with or without speech around it', () => {
  for (const contextShare of [0, 1]) {
    const { source, target } = toneSource({ split: 'test', contextShare });
    const entry = source.labeledEntries.find(({ word }) => word === 'high')!;
    const starts = new Set<number>();
    for (let seed = 1; seed <= 20; seed++) {
      source.renderInto(
        target,
        { entry, background: 'none', snrDb: Number.POSITIVE_INFINITY },
        createRandom(seed),
      );
      const frames = Array.from({ length: 200 }, (_, i) =>
        tonePower(target.subarray(i * 200, (i + 1) * 200), 2000),
      );
      const isWord = frames.map((power) => power > 0.3 * Math.max(...frames));
      expect(isWord[100], `seed ${seed}`).toBe(true);
      starts.add(isWord.indexOf(true));
      const around = rms(target.subarray(0, 10000));
      if (contextShare === 1) expect(around).toBeGreaterThan(0.02);
      else expect(around).toBeLessThan(1e-4);
    }
    expect(starts.size).toBeGreaterThan(8);
  }
});

test('a piece is as smooth where its excerpt begins and ends as within it', () => {
  const { source, target } = toneSource({ split: 'test', cleanShare: 1 });
  const piece = source.labeledEntries.find(({ genre }) => genre === 'even')!;
  const random = createRandom(8);
  // The curvature of a sine of RMS 0.1 at 500 Hz: amplitude times the square of its angle a sample.
  const steepest = 0.1 * Math.SQRT2 * ((2 * Math.PI * 500) / corpusRateHz) ** 2;
  for (let n = 0; n < 20; n++) {
    source.renderInto(target, { entry: piece, background: 'none', snrDb: Number.POSITIVE_INFINITY }, random);
    for (const i of [1, target.length - 2])
      expect(Math.abs(target[i - 1]! - 2 * target[i]! + target[i + 1]!)).toBeLessThan(1.3 * steepest);
  }
});

test('the same random state renders the same bits', () => {
  const { source, target } = toneSource({});
  const draw = () => {
    const random = createRandom(11);
    source.renderInto(target, source.choose(random), random);
    return target.slice();
  };
  expect(draw()).toEqual(draw());
});

test('evaluationChoices takes the same entries of every label in every condition, talkers in turn', () => {
  const { source } = toneSource({ split: 'validation' });
  const conditions = [
    { background: 'none' as const, snrDb: Number.POSITIVE_INFINITY },
    { background: 'scene' as const, snrDb: 0 },
  ];
  const choices = evaluationChoices(source, { task: 'word', perLabel: 3, conditions, seed: 1 });
  expect(choices.length).toBe(2 * 3 * 2);
  const ids = (background: string) =>
    choices.filter((choice) => choice.background === background).map(({ entry }) => entry!.id);
  expect(ids('none')).toEqual(ids('scene'));
  for (const word of ['low', 'high']) {
    const talkers = choices.filter(({ entry }) => entry!.word === word).map(({ entry }) => entry!.talker);
    expect(new Set(talkers.slice(0, 2))).toEqual(new Set(['validation-a', 'validation-b']));
    expect(talkers[2]).toBe(talkers[0]);
  }
  const pieces = evaluationChoices(source, { task: 'genre', perLabel: 2, seed: 1 });
  expect(pieces.map(({ entry }) => entry!.genre)).toEqual(['even', 'even', 'odd', 'odd']);
});

/** The corpus whose running speech, pieces and scenes last 3 s and are silent from a time on. */
function silencedCorpus(fromSeconds: number): LoadedCorpus {
  const piece = (split: string) => corpus.entries.find(({ id }) => id === `${split}-odd`)!;
  const entries = corpus.entries.map((entry) =>
    entry.kind === 'background'
      ? { ...entry, start: piece(entry.split).start, end: piece(entry.split).end }
      : entry,
  );
  const { shard } = piece('test');
  const samples = new Int16Array(new SharedArrayBuffer(2 * Math.max(...entries.map(({ end }) => end))));
  for (const entry of entries.filter((each) => each.shard === shard)) {
    samples.set(entrySamples(corpus, entry), entry.start);
    if (entry.word === undefined) samples.fill(0, entry.start + fromSeconds * corpusRateHz, entry.end);
  }
  return { ...corpus, entries, shards: { ...corpus.shards, [shard]: { samples } } };
}

test.each<BackgroundKind>([...backgroundKinds, modulatedNoise])(
  '%s is never drawn where its recordings are silent',
  (kind) => {
    const silenced = silencedCorpus(0.3);
    const backgrounds = createBackgrounds(
      silenced,
      silenced.entries.filter(({ split }) => split === 'test'),
    );
    const target = new Float32Array(2 * corpusRateHz);
    for (let seed = 1; seed <= 30; seed++) {
      backgrounds.renderInto(target, kind, createRandom(seed));
      expect(rms(target), `seed ${seed}`).toBeGreaterThan(0.003);
    }
  },
);

test('recordings of nothing but silence are refused as backgrounds, by their source', () => {
  const silenced = silencedCorpus(0);
  const backgrounds = createBackgrounds(silenced, silenced.entries);
  expect(() => backgrounds.renderInto(new Float32Array(40000), 'scene', createRandom(1))).toThrow(
    'recordings for backgrounds (tones) must be heard, 100 stretches were all but silent; leave the silent ones out',
  );
});

test('backgrounds that can be made are drawn equally often, silent stretches or not', () => {
  const source = createExcerptSource(silencedCorpus(0.3), { cleanShare: 0 });
  const random = createRandom(4);
  const words = Array.from({ length: 6000 }, () => source.choose(random)).filter(({ entry }) => entry?.word);
  for (const kind of backgroundKinds)
    expect(words.filter(({ background }) => background === kind).length / words.length).toBeCloseTo(1 / 6, 1);
});

test('a piece that is silent for most of its length is drawn where it sounds', () => {
  const entry = corpus.entries.find(({ id }) => id === 'test-even')!;
  const samples = new Int16Array(new SharedArrayBuffer(2 * entry.end));
  samples.set(entrySamples(corpus, entry), entry.start);
  samples.fill(0, entry.start + 0.8 * corpusRateHz, entry.start + 3 * corpusRateHz);
  const silent = { ...corpus, shards: { ...corpus.shards, [entry.shard]: { samples } } };
  const source = createExcerptSource(silent, { split: 'test' });
  const target = new Float32Array(source.samples);
  for (let seed = 1; seed <= 20; seed++) {
    source.renderInto(
      target,
      { entry, background: 'none', snrDb: Number.POSITIVE_INFINITY },
      createRandom(seed),
    );
    expect(rms(target), `seed ${seed}`).toBeCloseTo(0.1, 5);
  }
});

test('pieces of real composers are drawn composer by composer, in training and in an evaluation', () => {
  const piece = corpus.entries.find(({ id }) => id === 'test-even')!;
  const { groove: _, ...ungrooved } = piece;
  const composers = ['bach', 'bach', 'bach', 'bach', 'abel'];
  const pieces = composers.map((composer, i) => ({
    ...ungrooved,
    composer,
    id: `piece-${i}`,
    piece: `${i}`,
  }));
  const source = createExcerptSource(
    { ...corpus, entries: pieces },
    { split: 'test', shares: { word: 0, genre: 1, neither: 0 } },
  );
  const random = createRandom(7);
  const drawn = Array.from({ length: 2000 }, () => source.choose(random).entry!.composer);
  expect(drawn.filter((composer) => composer === 'abel').length / 2000).toBeCloseTo(0.5, 1);
  for (const seed of [1, 2, 3, 4]) {
    const choices = evaluationChoices(source, { task: 'genre', perLabel: 2, seed });
    expect(new Set(choices.map(({ entry }) => entry!.composer))).toEqual(new Set(['bach', 'abel']));
  }
});
