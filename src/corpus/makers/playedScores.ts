import { join } from 'node:path';
import { byTurns, groupedBy } from '../../base/groups.ts';
import { InputError } from '../../base/inputError.ts';
import { createRandom } from '../../base/random.ts';
import { corpusRateHz, type SplitName } from '../format/corpusFormat.ts';
import type { CorpusPart, Segment } from '../format/segment.ts';
import { dealSplits } from '../format/splits.ts';
import { readScores, type Score } from '../readers/scores.ts';
import { withMidi } from './lilypondMidi.ts';
import { playMidi } from './playMidi.ts';
import { availableSoundfonts } from './programs.ts';

/** How many scores are played. */
export interface ScoreOptions {
  seed: number;
  piecesPerGenre: number;
  /** Kept of each piece, seconds. */
  secondsPerPiece: number;
  /** Told of what is left out and of each score that cannot be played. */
  onSkip?: (reason: string) => void;
}

/** Source of the entries. */
const source = 'lilypond+fluidsynth';
/** An excerpt is two seconds; what is shorter than two of them is an exercise or a mistake. */
const shortestSeconds = 4;

/**
 * Parts of real compositions: scores played by LilyPond and FluidSynth.
 *
 * @param folder - Scores, as `readScores` takes them.
 * @param options - Seed and amounts.
 * @returns One part a genre; whole composers are dealt to the splits.
 * @throws InputError when no score may be used.
 */
export function scoreParts(folder: string, options: ScoreOptions): CorpusPart[] {
  const { scores, leftOut } = readScores(folder);
  for (const [reason, count] of leftOut) options.onSkip?.(`${count} scores of ${folder}: ${reason}`);
  const splits = dealComposers(scores, options.seed);
  return [...groupedBy(scores, genreOf)].map(([genre, ofGenre]) => ({
    name: `scores-${genre}`,
    segments: () => playedSegments(folder, chosenScores(ofGenre, splits, options), { splits, ...options }),
  }));
}

/**
 * Deals composers to the splits, genres of few composers first, so that each genre is in all splits where it can be. A
 * composer of several genres stays where the first of them put him.
 *
 * @param scores - With genre and composer.
 * @param seed - Another seed gives another deal.
 */
export function dealComposers(
  scores: readonly Pick<Score, 'genre' | 'composer'>[],
  seed: number,
): Map<string, SplitName> {
  const composers = [...groupedBy(scores, genreOf).values()].map(
    (ofGenre) => new Set(ofGenre.map((each) => each.composer)),
  );
  const dealt = new Map<string, SplitName>();
  for (const ofGenre of composers.sort((a, b) => a.size - b.size))
    for (const [composer, split] of dealSplits(
      [...ofGenre].filter((composer) => !dealt.has(composer)),
      seed,
    ))
      dealt.set(composer, split);
  return dealt;
}

/**
 * Scores of a genre to play: one of each composer, then the second of each, …; the first ones are of all three splits.
 *
 * @param scores - Of the genre.
 * @param splits - Of its composers.
 * @param options - Seed, and how many at most.
 */
export function chosenScores(
  scores: readonly Score[],
  splits: ReadonlyMap<string, SplitName>,
  { seed, piecesPerGenre }: Pick<ScoreOptions, 'seed' | 'piecesPerGenre'>,
): Score[] {
  const random = createRandom(seed, 'scores', scores[0]?.genre ?? '');
  const ofComposer = groupedBy(random.shuffled(scores), ({ composer }) => composer);
  const queues = [...ofComposer.values()];
  const first = (split: SplitName) => queues.find(([score]) => splits.get(score!.composer) === split);
  const ordered = new Set(
    [first('train'), first('test'), first('validation'), ...queues].filter((queue) => queue !== undefined),
  );
  return byTurns([...ordered]).slice(0, piecesPerGenre);
}

async function* playedSegments(
  folder: string,
  scores: readonly Score[],
  { splits, seed, secondsPerPiece, onSkip }: ScoreOptions & { splits: ReadonlyMap<string, SplitName> },
): AsyncIterable<Segment> {
  for (const score of scores) {
    const { file, genre, composer, license } = score;
    const random = createRandom(seed, 'score', file);
    const font = random.pick(availableSoundfonts());
    const played = await withMidi(join(folder, file), (files) =>
      playMidi(random.pick(files), font.path, secondsPerPiece),
    ).catch((error: unknown) => {
      if (!(error instanceof InputError)) throw error;
      onSkip?.(error.message);
    });
    if (!played) continue;
    const samples = withoutEnding(played);
    if (samples.length < shortestSeconds * corpusRateHz) {
      onSkip?.(`${file} must last ${shortestSeconds} s, it is shorter; leave it out`);
      continue;
    }
    const labels = { id: `score-${file}`, kind: 'music' as const, genre, composer, piece: file, source };
    const heard = `score (${license}) played with a soundfont (${font.license})`;
    yield { samples, labels: [{ ...labels, license: heard, split: splits.get(composer)! }] };
  }
}

/** Up to the last sample within 40 dB of the peak: FluidSynth lets the reverberation die away for seconds. */
function withoutEnding(samples: Float32Array): Float32Array {
  const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const last = samples.findLastIndex((value) => Math.abs(value) > 0.01 * peak);
  return samples.subarray(0, last + 1);
}

const genreOf = ({ genre }: Pick<Score, 'genre'>) => genre;
