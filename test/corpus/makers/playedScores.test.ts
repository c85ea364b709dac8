import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { corpusCommand } from '../../../src/cli/commands/corpus.ts';
import { corpusRateHz, readCorpus } from '../../../src/corpus/format/corpusFormat.ts';
import { entrySamples, loadCorpus } from '../../../src/corpus/format/loadCorpus.ts';
import { chosenScores, dealComposers, scoreParts } from '../../../src/corpus/makers/playedScores.ts';
import { availableSoundfonts, hasProgram } from '../../../src/corpus/makers/programs.ts';
import type { Score } from '../../../src/corpus/readers/scores.ts';
import { composedPieces } from '../../../stimuli/clips/composedPieces.ts';
import { midiFileOf } from '../../bench/midiFile.ts';
import { runCommand } from '../../cli/runCommand.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tonePower } from '../toneCorpus.ts';

/** Scores of a genre: each composer's first, then the second of the first half of them. */
function scoresOf(genre: string, composers: readonly string[]): Score[] {
  return [...composers, ...composers.slice(0, composers.length / 2)].map((composer, i) => ({
    file: `${genre}/${i}.ly`,
    ...{ genre, composer, license: 'public domain' },
  }));
}

const names = Array.from({ length: 30 }, (_, i) => `composer${i}`);
const scores = [
  ...scoresOf('baroque', names.slice(0, 25)),
  ...scoresOf('march', names.slice(22, 26)),
  ...scoresOf('folk', names.slice(26)),
];

test.each([1, 2, 3])(
  'dealComposers gives each genre all three splits, composers of two genres one, seed %i',
  (seed) => {
    const splits = dealComposers(scores, seed);
    expect([...splits.keys()].sort()).toEqual([...names].sort());
    for (const genre of ['baroque', 'march', 'folk']) {
      const there = scores
        .filter((score) => score.genre === genre)
        .map(({ composer }) => splits.get(composer));
      expect(new Set(there), genre).toEqual(new Set(['train', 'validation', 'test']));
    }
  },
);

test('chosenScores takes one of each composer before a second, the first three of all splits', () => {
  const baroque = scores.filter(({ genre }) => genre === 'baroque');
  const splits = dealComposers(scores, 1);
  const chosen = (piecesPerGenre: number) => chosenScores(baroque, splits, { seed: 1, piecesPerGenre });
  expect(chosen(3).map(({ composer }) => splits.get(composer))).toEqual(['train', 'test', 'validation']);
  expect(new Set(chosen(25).map(({ composer }) => composer)).size).toBe(25);
  expect(chosen(30)).toHaveLength(30);
  expect(chosen(25)).toEqual(chosen(30).slice(0, 25));
  expect(new Set(chosen(99).map(({ file }) => file)).size).toBe(baroque.length);
});

test('corpus --scores names the one package that it lacks', async () => {
  vi.stubEnv('PATH', temporaryFolder());
  const argv = ['--size', 'tiny', '--out', join(temporaryFolder(), 'corpus'), '--no-synthesis'];
  await expect(runCommand(corpusCommand, [...argv, '--scores', temporaryFolder()])).rejects.toThrow(
    /^this corpus needs lilypond, convert-ly, fluidsynth.*install with: apt-get install --no-install-recommends lilypond fluidsynth( fluid-soundfont-gm)?$/,
  );
  vi.unstubAllEnvs();
});

const canPlay =
  ['lilypond', 'convert-ly', 'fluidsynth'].every(hasProgram) && availableSoundfonts().length > 0;

/** Folders of a score each, of LilyPond 2.8, with a MIDI file beside those that have one. */
function foldersOf(scores: Record<string, { composer: string; body: string; midi?: Uint8Array }>): string {
  const folder = temporaryFolder();
  for (const [name, { composer, body, midi }] of Object.entries(scores)) {
    mkdirSync(join(folder, name));
    const fields = `title = "Etude"\n composer = "${composer}"\n style = "Folk"\n license = "Public Domain"\n`;
    const old = `subtitle = \\markup { \\bigger "old" }\n tagline = "played by " + \\footer + "."\n`;
    writeFileSync(
      join(folder, name, 'etude.ly'),
      `\\version "2.8.0"\n\\header {\n ${fields} ${old}}\n${body}`,
    );
    if (midi) writeFileSync(join(folder, name, 'etude.mid'), midi);
  }
  return folder;
}

test.runIf(canPlay)(
  'corpus --scores plays an old score and one with its MIDI file, and says what it cannot play',
  async () => {
    const scale = "\\score { \\relative c' { c4 d e f g a b c c b a g f e d c } \\layout { } \\midi { } }";
    const midi = (bars: number) => midiFileOf(composedPieces[0]!, bars);
    const folder = foldersOf({
      'an.old': { composer: 'A. Miller', body: scale },
      beside: { composer: 'B. Smith', body: '\\nonsense \\midi', midi: midi(8) },
      wrong: { composer: 'C. Baker', body: '\\score { \\nonsense \\midi { } }' },
    });
    for (const link of ['gone.ly', 'Makefile'])
      symlinkSync(join(folder, 'nowhere'), join(folder, 'an.old', link));
    const out = join(temporaryFolder(), 'corpus');
    const argv = ['--size', 'tiny', '--out', out, '--no-synthesis', '--scores', folder];
    const { stderr } = await runCommand(corpusCommand, argv);
    const { entries, description } = readCorpus(out);
    expect(entries.map(({ piece }) => piece).sort()).toEqual(['an.old/etude.ly', 'beside/etude.ly']);
    expect(entries.find(({ composer }) => composer === 'miller')).toMatchObject({
      ...{ kind: 'music', genre: 'folk', source: 'lilypond+fluidsynth' },
      license: expect.stringMatching(/^score \(public domain\) played with a soundfont \(/),
    });
    expect(description.genres).toEqual(['folk']);
    // The scale begins at middle C, a note a second; the first half second is left out.
    const corpus = await loadCorpus(out);
    const old = entrySamples(corpus, entries.find(({ composer }) => composer === 'miller')!);
    expect(old.length).toBe(6 * corpusRateHz);
    const second = Float32Array.from(old.subarray(0.6 * corpusRateHz, 1.4 * corpusRateHz), (x) => x / 32768);
    expect(tonePower(second, 293.66)).toBeGreaterThan(10 * tonePower(second, 277.18));
    expect(stderr).toMatch(
      /wrong\/etude\.ly must be a score that LilyPond can read, it cannot; leave it out/,
    );
    expect(stderr).toContain('corpus: 1 left out');
  },
);

test.runIf(canPlay)(
  'scoreParts leaves out what lasts less than two excerpts, and files of no notes',
  async () => {
    const body = '\\score { \\midi { } }';
    const short = midiFileOf({ ...composedPieces[0]!, beatsPerMinute: 600 }, 1);
    const folder = foldersOf({
      a: { composer: 'A. Miller', body, midi: short },
      b: { composer: 'B. Smith', body, midi: new Uint8Array(8) },
    });
    const skipped: string[] = [];
    const onSkip = (reason: string) => skipped.push(reason);
    const [part] = scoreParts(folder, { seed: 1, piecesPerGenre: 2, secondsPerPiece: 6, onSkip });
    for await (const { labels } of part!.segments()) expect(labels).toEqual([]);
    expect(skipped.sort()).toEqual([
      expect.stringMatching(
        /b\/etude\.mid must be a MIDI file with notes, FluidSynth plays nothing of it; leave it out/,
      ),
      'a/etude.ly must last 4 s, it is shorter; leave it out',
    ]);
  },
);
