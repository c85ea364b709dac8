import { levelInto } from '../../../stimuli/level.ts';
import { addAtSnrInto } from '../../../stimuli/mix.ts';
import type { Random } from '../../base/random.ts';
import { type CorpusEntry, corpusRateHz, type SplitName } from '../format/corpusFormat.ts';
import type { LoadedCorpus } from '../format/loadCorpus.ts';
import { type BackgroundKind, type Backgrounds, backgroundKinds, createBackgrounds } from './backgrounds.ts';
import { applyRandomChannelInto } from './channel.ts';
import { createForegrounds, type Foregrounds } from './foregrounds.ts';

/** How excerpts are drawn. Everything is optional; the defaults are those of training. */
export interface DrawOptions {
  /** Default `train`. */
  split?: SplitName;
  /** Default 2. */
  durationSeconds?: number;
  /**
   * Shares of excerpts with a word, with a genre, and of background alone; scaled to sum to 1. Default 0.5, 0.4, 0.1 of
   * what is there.
   */
  shares?: { word: number; genre: number; neither: number };
  /** Share of word and genre excerpts without background. Default 0.25. */
  cleanShare?: number;
  /** Backgrounds drawn from, evenly. Default: all; music is never the background of music. */
  backgrounds?: readonly BackgroundKind[];
  /** Range of signal-to-noise ratios, dB, uniform. Default −9 to 18 for words, −6 to 20 for genres. */
  wordSnrDb?: readonly [number, number];
  genreSnrDb?: readonly [number, number];
  /** Random channel, speed and noise floor. Default: only in `train`. */
  augment?: boolean;
  /** Share of isolated words that get other speech before and after. Default 0.5. */
  contextShare?: number;
  /** Share of real recordings among word tokens, where a word has both. Default 0.75. */
  realShare?: number;
}

/** What an excerpt holds. */
export interface ExcerptLabels {
  /** Index into the corpus's `wordLabels`; 0 is null. */
  word: number;
  /** Index into the corpus's `genreLabels`; 0 is null. */
  genre: number;
  background: BackgroundKind | 'none';
  /** dB; +∞ without background. */
  snrDb: number;
  /** Entry of the foreground; empty for background alone. */
  entryId: string;
  source: string;
  talker: string;
}

/** What to render: a foreground and its condition. */
export interface Choice {
  /** Null for background alone. */
  entry: CorpusEntry | null;
  background: BackgroundKind | 'none';
  snrDb: number;
}

/** Draws labeled excerpts from a corpus. */
export interface ExcerptSource {
  /** Samples of an excerpt. */
  samples: number;
  /** Entries with a word or a genre in the split, in manifest order: what an evaluation goes through. */
  labeledEntries: readonly CorpusEntry[];
  /** Backgrounds of training and evaluation that the split can make. */
  backgroundKinds: readonly BackgroundKind[];
  /** Whether the split can make a background. */
  hasBackground(kind: BackgroundKind): boolean;
  /** Chooses what comes next. */
  choose(random: Random): Choice;
  /** Renders a choice into `target` (its first `samples` values), RMS 0.1, mean 0. */
  renderInto(target: Float32Array, choice: Choice, random: Random): ExcerptLabels;
}

const wantedRms = 0.1;

/**
 * Prepares drawing from one split of a corpus.
 *
 * @param corpus - From `loadCorpus`.
 * @param options - How.
 * @returns The source; it holds scratch memory, so use one a thread.
 * @throws RangeError when the split has nothing of an asked kind.
 */
export function createExcerptSource(corpus: LoadedCorpus, options: DrawOptions = {}): ExcerptSource {
  const { split = 'train', durationSeconds = 2, contextShare = 0.5, realShare = 0.75 } = options;
  const augment = options.augment ?? split === 'train';
  const samples = Math.round(durationSeconds * corpusRateHz);
  const entries = corpus.entries.filter((entry) => entry.split === split);
  const foregrounds = createForegrounds(corpus, entries, { augment, contextShare, realShare });
  const backgrounds = createBackgrounds(corpus, entries);
  const noise = new Float32Array(samples);
  return {
    samples,
    labeledEntries: entries.filter(({ word, genre }) => word !== undefined || genre !== undefined),
    backgroundKinds: backgroundKinds.filter(backgrounds.has),
    hasBackground: backgrounds.has,
    choose: createChooser(foregrounds, backgrounds, options),
    renderInto: (whole, { entry, background, snrDb }, random) => {
      const target = whole.subarray(0, samples);
      target.fill(0);
      if (entry) {
        foregrounds.renderInto(target, entry, random);
        if (augment) applyRandomChannelInto(target, random);
      }
      if (background !== 'none') {
        backgrounds.renderInto(noise, background, random);
        addAtSnrInto(target, noise, snrDb);
      }
      levelInto(target, 1);
      if (augment && random.uniform() < 0.8)
        backgrounds.addFloorInto(target, -70 + 45 * random.uniform(), random);
      levelInto(target, wantedRms);
      return labelsOf(corpus, entry, background, snrDb);
    },
  };
}

function createChooser(
  foregrounds: Foregrounds,
  backgrounds: Backgrounds,
  options: DrawOptions,
): (random: Random) => Choice {
  const { cleanShare = 0.25 } = options;
  const shares = options.shares ?? {
    word: foregrounds.hasWords ? 0.5 : 0,
    genre: foregrounds.hasPieces ? 0.4 : 0,
    neither: 0.1,
  };
  const { wordSnrDb = [-9, 18], genreSnrDb = [-6, 20] } = options;
  const kinds = (options.backgrounds ?? backgroundKinds).filter(backgrounds.has);
  const withoutMusic = kinds.filter((kind) => kind !== 'music');
  const condition = (
    random: Random,
    allowed: readonly BackgroundKind[],
    [low, high]: readonly [number, number],
  ): Omit<Choice, 'entry'> => {
    if (allowed.length === 0 || random.uniform() < cleanShare)
      return { background: 'none', snrDb: Number.POSITIVE_INFINITY };
    return { background: random.pick(allowed), snrDb: low + (high - low) * random.uniform() };
  };
  return (random) => {
    const share = random.uniform() * (shares.word + shares.genre + shares.neither);
    if (share < shares.word)
      return { entry: foregrounds.chooseWord(random), ...condition(random, kinds, wordSnrDb) };
    if (share < shares.word + shares.genre)
      return { entry: foregrounds.choosePiece(random), ...condition(random, withoutMusic, genreSnrDb) };
    const alone = withoutMusic.length > 0 ? withoutMusic : (['speech-shaped noise'] as const);
    return { entry: null, background: random.pick(alone), snrDb: Number.NEGATIVE_INFINITY };
  };
}

function labelsOf(
  corpus: LoadedCorpus,
  entry: CorpusEntry | null,
  background: ExcerptLabels['background'],
  snrDb: number,
): ExcerptLabels {
  return {
    word: entry?.word === undefined ? 0 : corpus.wordLabels.indexOf(entry.word),
    genre: entry?.genre === undefined ? 0 : corpus.genreLabels.indexOf(entry.genre),
    background,
    snrDb,
    entryId: entry?.id ?? '',
    source: entry?.source ?? '',
    talker: entry?.talker ?? '',
  };
}
