import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, type Random } from '../../base/random.ts';
import type { SplitName } from '../format/corpusFormat.ts';
import type { CorpusPart, Segment } from '../format/segment.ts';
import { dealSplits } from '../format/splits.ts';
import { type Genre, genres } from './genres.ts';
import { playMidi } from './playMidi.ts';
import { availableSoundfonts, runProgram } from './programs.ts';

/** How much music is made. */
export interface MusicOptions {
  seed: number;
  genreNames: readonly string[];
  piecesPerGenre: number;
  /** Kept of each piece, seconds. */
  secondsPerPiece: number;
}

/** A piece before it is played. */
interface Plan {
  id: string;
  genre: Genre;
  groove: string;
  split: SplitName;
}

const progressions = [
  'C Am F G7',
  'C F G7 C',
  'C C F C G7 F C G7',
  'Am F C G',
  'Dm7 G7 CM7 A7',
  'C G Am F',
  'Am Dm E7 Am',
  'C E7 Am F Dm G7 C C',
  'F G Em Am',
  'CM7 FM7 Dm7 G7',
  'Am G F E7',
  'C Bb F C',
  'Em C G D',
  'C A7 D7 G7',
];
const powerProgressions = [
  'E5 E5 G5 A5',
  'A5 F5 C5 G5',
  'E5 D5 C5 D5',
  'E5 F5 E5 G5',
  'B5 G5 A5 E5',
  'E5 E5 Bb5 A5',
];

/**
 * Parts of arranged music: chords set by MMA's grooves (or by a band over its drum patterns), played by FluidSynth.
 *
 * @param options - Seed, genres and amounts.
 * @returns One part a genre; whole grooves are dealt to the splits.
 */
export function musicParts(options: MusicOptions): CorpusPart[] {
  return genres
    .filter(({ name }) => options.genreNames.includes(name))
    .map((genre) => ({ name: `music-${genre.name}`, segments: () => genreSegments(genre, options) }));
}

async function* genreSegments(genre: Genre, options: MusicOptions): AsyncIterable<Segment> {
  const folder = mkdtempSync(join(tmpdir(), 'metamer-music-'));
  try {
    for (const [index, plan] of plansOf(genre, options).entries()) {
      const random = pieceRandom(options.seed, genre.name, index);
      const samples = await playPiece(plan, folder, random, options.secondsPerPiece);
      const font = samples.license;
      yield {
        samples: samples.sound,
        labels: [
          {
            id: plan.id,
            kind: 'music',
            genre: genre.name,
            groove: plan.groove,
            piece: plan.id,
            source: 'mma+fluidsynth',
            license: `rendered from MMA's patterns (GPL-2.0) with a soundfont (${font})`,
            split: plan.split,
          },
        ],
      };
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The stream that a piece is drawn from: its soundfont, chords, tempo, key and variations.
 *
 * @param seed - The corpus's.
 * @param genre - Name of the genre.
 * @param index - The piece's place in its genre, from 0.
 */
export function pieceRandom(seed: number, genre: string, index: number): Random {
  return createRandom(seed, 'music', genre, index);
}

/** Grooves in turn, so that each has its share of the pieces; those of other splits get theirs on top. */
function plansOf(genre: Genre, options: MusicOptions): Plan[] {
  const grooves = [...genre.grooves, ...(genre.drumPatterns ?? [])].slice(0, options.piecesPerGenre);
  const splits = dealSplits(grooves, options.seed, { test: 0.15, validation: 0.08 });
  return Array.from({ length: options.piecesPerGenre }, (_, index) => {
    const groove = grooves[index % grooves.length]!;
    return { id: `${genre.name}-${index}`, genre, groove, split: splits.get(groove)! };
  });
}

async function playPiece(
  plan: Plan,
  folder: string,
  random: Random,
  seconds: number,
): Promise<{ sound: Float32Array; license: string }> {
  const [score, midi] = [join(folder, 'piece.mma'), join(folder, 'piece.mid')];
  const font = random.pick(availableSoundfonts());
  writeFileSync(score, scoreOf(plan, random, seconds));
  await runProgram('mma', ['-w', '-f', midi, score]);
  return { sound: await playMidi(midi, font.path, seconds), license: font.license };
}

function scoreOf({ genre, groove }: Plan, random: Random, seconds: number): string {
  const [slowest, fastest] = genre.tempo;
  const tempo = Math.round(slowest + (fastest - slowest) * random.uniform());
  const chords = random.pick(genre.powerChords ? powerProgressions : progressions).split(' ');
  // Enough for bars of two beats, the shortest there are.
  const bars = Math.ceil((seconds + 2) / ((60 / tempo) * 2)) + 1;
  const isDrumPattern = genre.drumPatterns?.includes(groove) ?? false;
  const band = isDrumPattern && genre.band ? genre.band : undefined;
  const tracks = band
    ? [
        random.pick(band.bass),
        random.pick(band.chords),
        ...(random.uniform() < 0.6 && band.extra ? [random.pick(band.extra)] : []),
      ]
    : [];
  return [
    `RndSeed ${random.integer(1e6)}`,
    `Tempo ${tempo}`,
    `Transpose ${random.integer(12) - 6}`,
    `Groove ${groove}`,
    ...tracks.flatMap(trackLines),
    `Tempo ${tempo}`,
    ...Array.from({ length: bars }, (_, bar) => `${bar + 1} ${chords[bar % chords.length]}`),
    '',
  ].join('\n');
}

/** `Track A; B; Sequence …` as MMA's block of one setting a line. */
function trackLines(track: string): string[] {
  const [name, rest] = [track.slice(0, track.indexOf(' ')), track.slice(track.indexOf(' ') + 1)];
  const cut = rest.indexOf('Sequence');
  const settings = rest
    .slice(0, cut)
    .split(';')
    .map((setting) => setting.trim())
    .filter(Boolean);
  return [...settings, rest.slice(cut)].map((setting) => `${name} ${setting}`);
}
