import { defined } from '../../base/definedValues.ts';
import { sha256 } from '../../base/sha256.ts';
import { type Corpus, readCorpus } from '../../corpus/format/corpusFormat.ts';
import { loadCorpus } from '../../corpus/format/loadCorpus.ts';
import type { AuditoryModel, CorpusTask } from '../../model/auditoryModel.ts';
import { nullLabel } from '../../model/modelDescription.ts';
import { requireClasses } from '../../model/recognize.ts';
import type { HumansInNoise } from '../../records/humans/readHumans.ts';
import { type Evaluation, evaluationOf } from './evaluation.ts';
import { keepHearing } from './heardFile.ts';
import { heardLikeHumans } from './heardLikeHumans.ts';
import { type HeardExcerpt, type HearOptions, hearExcerpts } from './hearExcerpts.ts';

/** How a model is evaluated. */
export interface EvaluateOptions extends Partial<Omit<HearOptions, 'finished' | 'onHeard'>> {
  /** Is told when the corpus lacks some of the model's labels. */
  onWarning?: (warning: string) => void;
  /** People to hold the model against; it then hears the conditions of their table too. */
  humans?: HumansInNoise;
  /** What the corpus's decoded sound may take of the memory, MiB; default as `loadCorpus`. */
  corpusMemoryMib?: number;
  /**
   * File in which an evaluation that is stopped leaves what was heard, and after which the same evaluation goes on. It
   * stays: remove it when the result is where it is wanted.
   */
  heardPath?: string | undefined;
}

/** Levels at which models are evaluated unless others are asked for, dB. */
export const defaultSnrsDb: readonly number[] = [18, 9, 6, 3, 0, -3, -6, -9];

/**
 * How well a model recognizes words and genres of a corpus, clean and over backgrounds.
 *
 * @param corpusFolder - What `buildCorpus` wrote.
 * @param options - Split (default `test`), excerpts of each label in each condition (default 4), signal-to-noise ratios
 *   besides clean, seed (default 1), engine; people to be held against.
 * @returns Accuracies with intervals, calibration and confusions, and each excerpt as it was heard.
 * @throws InputError when the model names no classes or the corpus cannot be read.
 */
export async function evaluateModel(
  model: AuditoryModel,
  corpusFolder: string,
  { onWarning, humans, corpusMemoryMib, heardPath, ...given }: EvaluateOptions = {},
): Promise<{ evaluation: Evaluation; heard: HeardExcerpt[] }> {
  requireClasses(model);
  const stored = readCorpus(corpusFolder);
  const corpus = await loadCorpus(stored, {
    ...sharedLabels(model, stored, onWarning),
    ...defined({ memoryMib: corpusMemoryMib }),
  });
  const options: HearOptions = { split: 'test', perLabel: 4, snrsDb: defaultSnrsDb, seed: 1, ...given };
  const keeper =
    heardPath === undefined ? undefined : keepHearing(heardPath, evaluationKey(model, stored, options));
  try {
    const { finished, onHeard } = keeper ?? {};
    const heard = await hearExcerpts(model, corpus, { ...options, finished, onHeard });
    const evaluation = evaluationOf(model, heard, options);
    if (!humans) return { evaluation, heard };
    const beside = await heardLikeHumans(model, corpus, { ...options, humans });
    return { evaluation: { ...evaluation, humans: beside }, heard };
  } catch (error) {
    if (options.signal?.aborted) keeper?.save();
    throw error;
  }
}

/** What settles all that an evaluation hears. */
function evaluationKey({ hash }: AuditoryModel, { entries }: Corpus, options: HearOptions): object {
  const { split, perLabel, snrsDb, seed } = options;
  return { modelHash: hash, entries: sha256(JSON.stringify(entries)), split, perLabel, snrsDb, seed };
}

/** Labels that model and corpus both have: a corpus of a few words, or without music, tells of these alone. */
function sharedLabels(
  model: AuditoryModel,
  { folder, description }: Corpus,
  onWarning: EvaluateOptions['onWarning'],
): { words: string[]; genres: string[] } {
  const shared = (task: CorpusTask, known: readonly string[]) => {
    const labels = model.classifiers.find((classifier) => classifier.task === task)?.labels ?? [];
    const own = labels.filter((label) => label !== nullLabel);
    const both = own.filter((label) => known.includes(label));
    if (both.length < own.length)
      onWarning?.(`${both.length} of the model's ${own.length} ${task}s are in ${folder}`);
    return both;
  };
  return { words: shared('word', description.words), genres: shared('genre', description.genres) };
}
