import { longTermSpectrum } from '../../../stimuli/noise.ts';
import { InputError } from '../../base/inputError.ts';
import { createRandom } from '../../base/random.ts';
import { corpusRateHz, type SplitName } from '../format/corpusFormat.ts';
import type { LoadedCorpus } from '../format/loadCorpus.ts';
import { evaluationChoices } from './evaluationSet.ts';
import { createExcerptSource, type DrawOptions } from './excerptSource.ts';
import { syntheticSources } from './foregrounds.ts';
import { fitLinearDiscriminant } from './linearDiscriminant.ts';

/** How much the long-term spectrum, which holds no word, tells. */
export interface ChannelConfound {
  /** Share of test excerpts whose source set is told from 24 bands of the long-term spectrum, mean over the sets. */
  sourceAccuracy: number;
  /** Share whose word is told from them, mean over the words. */
  wordAccuracy: number;
  /** What guessing reaches: one over the number of sets, and of words. */
  sourceChance: number;
  wordChance: number;
  excerpts: { train: number; test: number };
}

/** Conditions that are compared. */
export interface ChannelConfoundReport {
  /** Real recordings alone, as they are. */
  bare: ChannelConfound;
  /** As training draws them: synthetic tokens, random channel, noise floor, other speech around, backgrounds. */
  countered: ChannelConfound;
}

const bands = 24;

/**
 * Measures the channel confound: each source set has words of its own, so that a recording's channel can stand in for
 * the word. A linear discriminant tells source and word from the excerpt's long-term spectrum alone, on talkers it
 * was not fitted to.
 *
 * @param corpus - In memory.
 * @param options - Excerpts of each word (default 20 to fit, 6 to test) and seed.
 * @throws InputError when the corpus has no real recordings of words.
 * @returns Accuracies for bare recordings and for excerpts as training draws them.
 */
export function measureChannelConfound(
  corpus: LoadedCorpus,
  { seed, perWord = { train: 20, test: 6 } }: { seed: number; perWord?: { train: number; test: number } },
): ChannelConfoundReport {
  const real: LoadedCorpus = {
    ...corpus,
    entries: corpus.entries.filter(({ source }) => !syntheticSources.includes(source)),
  };
  if (!real.entries.some(({ word, split }) => word !== undefined && split === 'test'))
    throw new InputError(
      'the channel confound is one of real recordings, this corpus has none with words; build it with recordings of words',
    );
  const measure = (from: LoadedCorpus, draw: DrawOptions, isCountered: boolean) => {
    const features = (split: SplitName) =>
      spectraOf(from, {
        draw: { ...draw, split },
        perWord: perWord[split === 'train' ? 'train' : 'test'],
        seed,
        isCountered,
      });
    return confoundOf(features('train'), features('test'));
  };
  return {
    bare: measure(real, { augment: false, contextShare: 0 }, false),
    countered: measure(corpus, { augment: true }, true),
  };
}

interface Spectrum {
  bands: number[];
  source: string;
  word: string;
}

function spectraOf(
  corpus: LoadedCorpus,
  wanted: { draw: DrawOptions; perWord: number; seed: number; isCountered: boolean },
): Spectrum[] {
  const source = createExcerptSource(corpus, wanted.draw);
  const target = new Float32Array(source.samples);
  const choices = evaluationChoices(source, { task: 'word', perLabel: wanted.perWord, seed: wanted.seed });
  return choices.map((choice, index) => {
    const random = createRandom(wanted.seed, 'channel confound', index);
    const condition = wanted.isCountered ? source.choose(random) : choice;
    // Background alone has no level to be under: such a draw counts as clean.
    const { background, snrDb } = Number.isFinite(condition.snrDb) ? condition : choice;
    source.renderInto(target, { entry: choice.entry, background, snrDb }, random);
    return { bands: bandLevels(target), source: choice.entry!.source, word: choice.entry!.word! };
  });
}

/** Levels of bands of equal width on a logarithmic scale from 80 Hz to 9.5 kHz, dB. */
function bandLevels(samples: Float32Array): number[] {
  const { power } = longTermSpectrum([samples], corpusRateHz);
  const binHz = corpusRateHz / 2 / (power.length - 1);
  const edge = (band: number) => Math.max(1, Math.round((80 * (9500 / 80) ** (band / bands)) / binHz));
  return Array.from({ length: bands }, (_, band) => {
    const bins = power.subarray(edge(band), Math.max(edge(band) + 1, edge(band + 1)));
    return 10 * Math.log10(bins.reduce((sum, value) => sum + value, 0) / bins.length + 1e-12);
  });
}

function confoundOf(train: readonly Spectrum[], test: readonly Spectrum[]): ChannelConfound {
  const told = (label: (spectrum: Spectrum) => string) => {
    const predict = fitLinearDiscriminant(
      train.map((spectrum) => spectrum.bands),
      train.map(label),
    );
    const classes = [...new Set(test.map(label))];
    const shares = classes.map((name) => {
      const ofClass = test.filter((spectrum) => label(spectrum) === name);
      return ofClass.filter((spectrum) => predict(spectrum.bands) === name).length / ofClass.length;
    });
    return {
      accuracy: shares.reduce((sum, share) => sum + share, 0) / classes.length,
      chance: 1 / classes.length,
    };
  };
  const [source, word] = [told((spectrum) => spectrum.source), told((spectrum) => spectrum.word)];
  return {
    sourceAccuracy: source.accuracy,
    wordAccuracy: word.accuracy,
    sourceChance: source.chance,
    wordChance: word.chance,
    excerpts: { train: train.length, test: test.length },
  };
}
