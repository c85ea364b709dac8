import { breath } from '../../base/breath.ts';
import { InputError } from '../../base/inputError.ts';
import { createRandom } from '../../base/random.ts';
import type { BackgroundKind } from '../../corpus/excerpts/backgrounds.ts';
import { type Condition, evaluationChoices } from '../../corpus/excerpts/evaluationSet.ts';
import { type Choice, createExcerptSource, type ExcerptSource } from '../../corpus/excerpts/excerptSource.ts';
import type { SplitName } from '../../corpus/format/corpusFormat.ts';
import type { LoadedCorpus } from '../../corpus/format/loadCorpus.ts';
import { compile } from '../../engine/compile.ts';
import type { CompileOptions } from '../../engine/engine.ts';
import type { AuditoryModel, CorpusTask } from '../../model/auditoryModel.ts';
import { bestGuesses, probabilityOf } from '../../model/recognize.ts';
import { type CorpusClassifier, corpusClassifiers } from '../corpusClassifiers.ts';

/** One excerpt and what a model took it for. */
export interface HeardExcerpt {
  task: CorpusTask;
  /** The word or genre that it holds. */
  target: string;
  /** The model's most probable label, null included. */
  response: string;
  /** Its probability. */
  probability: number;
  /** Probability of the target; 0 where the model lacks it. */
  targetProbability: number;
  /** Place of the target among the model's labels, from 0. */
  rank: number;
  background: BackgroundKind | 'none';
  /** dB; null without background. */
  snrDb: number | null;
  /** Entry of the corpus. */
  entryId: string;
  source: string;
  /** Talker of a word, groove of a piece: what is sampled together. */
  group: string;
}

/**
 * Name of an excerpt's level: `clean`, or `9 dB`.
 *
 * @param excerpt - Its signal-to-noise ratio.
 */
export function levelName({ snrDb }: Pick<HeardExcerpt, 'snrDb'>): string {
  return snrDb === null ? 'clean' : `${snrDb} dB`;
}

/** What is heard. */
export interface HearOptions extends CompileOptions {
  split: SplitName;
  /** Excerpts of each label in each condition. */
  perLabel: number;
  /** Signal-to-noise ratios besides clean, dB. */
  snrsDb: readonly number[];
  seed: number;
  /** One task in these conditions alone, in place of all tasks in all backgrounds at `snrsDb`. */
  only?: { task: CorpusTask; conditions: readonly Condition[] };
  onProgress?: (done: number, total: number) => void;
  /** What an interrupted call with the same options had heard, from its first excerpt on. */
  finished?: readonly HeardExcerpt[] | undefined;
  /** Is given all that is heard so far, after each run of the graph. */
  onHeard?: ((heard: readonly HeardExcerpt[]) => void) | undefined;
  /** Ends the work after the excerpts it is at. */
  signal?: AbortSignal | undefined;
}

/** Excerpts a run of the graph. */
const batchSize = 16;

/**
 * Lets a model recognize the words and genres of a corpus split, clean and in each background that the split can make.
 * Which excerpts depends on corpus, labels and options alone, so that models can be compared excerpt by excerpt.
 *
 * @param model - The model; its labels choose the corpus's words and genres.
 * @param corpus - Loaded with the model's labels.
 * @param options - Split, size, signal-to-noise ratios.
 * @returns One excerpt after the other, by task; none of a task that the split does not hold.
 * @throws InputError when the split has no excerpt of any task; the signal's reason when it is stopped.
 */
export async function hearExcerpts(
  model: AuditoryModel,
  corpus: LoadedCorpus,
  options: HearOptions,
): Promise<HeardExcerpt[]> {
  const { split, perLabel, snrsDb, seed, only, ...rest } = options;
  const { onProgress, onHeard, signal, finished = [], ...computing } = rest;
  const source = createExcerptSource(corpus, { split, augment: false });
  const classifiers = corpusClassifiers(model);
  const choices = classifiers.map(({ task }) => {
    if (only && only.task !== task) return [];
    const conditions = only
      ? only.conditions.filter(({ background }) => background === 'none' || source.hasBackground(background))
      : conditionsOf(task, source, snrsDb);
    return evaluationChoices(source, { task, perLabel, conditions, seed });
  });
  const total = choices.reduce((sum, { length }) => sum + length, 0);
  if (total === 0)
    throw new InputError(
      `evaluate: the ${split} split must hold a word or a genre of the model, it has none; use another corpus or split`,
    );
  const heard: HeardExcerpt[] = [];
  for (const [k, classifier] of classifiers.entries()) {
    if (choices[k]!.length === 0) continue;
    await hearTask(model, source, {
      ...{ computing, seed, classifier, choices: choices[k]! },
      finished: finished.filter(({ task }) => task === classifier.task),
      async onHeard(excerpts) {
        heard.push(...excerpts);
        onProgress?.(heard.length, total);
        onHeard?.(heard);
        await breath(signal);
      },
    });
  }
  return heard;
}

/** Every background that the split can make; music is never the background of music. */
function conditionsOf(
  task: CorpusTask,
  { backgroundKinds }: ExcerptSource,
  snrsDb: readonly number[],
): Condition[] {
  const kinds = backgroundKinds.filter((background) => task !== 'genre' || background !== 'music');
  return [
    { background: 'none', snrDb: Number.POSITIVE_INFINITY },
    ...snrsDb.flatMap((snrDb) => kinds.map((background) => ({ background, snrDb }))),
  ];
}

/** Hears the excerpts of a task that are not finished, and tells of all of them in order. */
async function hearTask(
  model: AuditoryModel,
  source: ExcerptSource,
  options: {
    computing: CompileOptions;
    seed: number;
    classifier: CorpusClassifier;
    choices: readonly Choice[];
    finished: readonly HeardExcerpt[];
    onHeard: (heard: readonly HeardExcerpt[]) => Promise<void>;
  },
): Promise<void> {
  const { classifier, choices, seed, finished, onHeard, computing } = options;
  const { samples } = source;
  if (finished.length > 0) await onHeard(finished);
  if (finished.length === choices.length) return;
  const program = await compile(
    ({ sounds }) => ({ logits: model.activations(sounds, [classifier.stage])[0]! }),
    { sounds: { shape: [batchSize, samples] } },
    computing,
  );
  try {
    for (let first = finished.length; first < choices.length; first += batchSize) {
      const part = choices.slice(first, first + batchSize);
      const waveforms = new Float32Array(batchSize * samples);
      for (const [i, choice] of part.entries())
        source.renderInto(
          waveforms.subarray(i * samples, (i + 1) * samples),
          choice,
          createRandom(seed + first + i),
        );
      const { logits } = await program.run({ sounds: waveforms });
      const classes = classifier.labels.length;
      await onHeard(
        part.map((choice, i) => heardOf(choice, classifier, logits.subarray(i * classes, (i + 1) * classes))),
      );
    }
  } finally {
    await program.release();
  }
}

function heardOf(
  { entry, background, snrDb }: Choice,
  classifier: CorpusClassifier,
  logits: Float32Array,
): HeardExcerpt {
  const { task } = classifier;
  const guesses = bestGuesses(logits, classifier, classifier.labels.length);
  const { id, source, talker, groove } = entry!;
  const target = entry![task]!;
  return {
    task,
    target,
    response: guesses[0]!.label,
    probability: guesses[0]!.probability,
    targetProbability: probabilityOf(guesses, target),
    rank: guesses.findIndex(({ label }) => label === target),
    background,
    snrDb: Number.isFinite(snrDb) ? snrDb : null,
    entryId: id,
    source,
    group: talker ?? groove ?? id,
  };
}
