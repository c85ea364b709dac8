import { backgroundKinds } from '../../stimuli/corpus/backgrounds.ts';
import type { SplitName } from '../../stimuli/corpus/corpusFormat.ts';
import { type Condition, evaluationChoices } from '../../stimuli/corpus/evaluationSet.ts';
import { createExcerptSource, type ExcerptLabels } from '../../stimuli/corpus/excerptSource.ts';
import { syntheticSources } from '../../stimuli/corpus/foregrounds.ts';
import type { LoadedCorpus } from '../../stimuli/corpus/loadCorpus.ts';
import type { CompileOptions } from '../engine/engine.ts';
import { InputError } from '../inputError.ts';
import type { AuditoryModel, Task } from '../model/auditoryModel.ts';
import { computeActivations } from '../model/computeActivations.ts';
import { bestGuesses } from '../model/recognize.ts';
import { createRandom } from '../random.ts';
import { wilsonInterval } from '../wilson.ts';

/** Recognition of a group of excerpts. */
export interface Accuracy {
  excerpts: number;
  top1: number;
  top5: number;
  /** Wilson's 95 % interval of `top1`. */
  interval: { low: number; high: number };
}

/** How well a model recognizes. */
export interface Evaluation {
  model: string;
  modelHash: string;
  split: SplitName;
  /** By task, then by group: `clean`, `background@SNR`, `0 dB` over backgrounds, `clean, source`. */
  tasks: Partial<Record<Task, Record<string, Accuracy>>>;
}

/** What is evaluated. */
export interface EvaluateOptions extends CompileOptions {
  split: SplitName;
  /** Excerpts of each label in each condition. */
  perLabel: number;
  /** Signal-to-noise ratios besides clean, dB. */
  snrsDb: readonly number[];
  seed: number;
  onProgress?: (done: number, total: number) => void;
}

interface Heard {
  labels: ExcerptLabels;
  /** Place of the right label among the guesses, from 0. */
  rank: number;
}

/**
 * Lets a model recognize the words and genres of a corpus split it was not trained on, clean and in each background.
 *
 * @param model - The model; its labels choose the corpus's words and genres.
 * @param corpus - Loaded with the model's labels.
 * @param options - Split, size, signal-to-noise ratios.
 * @returns Accuracies with intervals.
 */
export async function evaluate(
  model: AuditoryModel,
  corpus: LoadedCorpus,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const { split, perLabel, snrsDb, seed } = options;
  const source = createExcerptSource(corpus, { split, augment: false });
  const tasks: Evaluation['tasks'] = {};
  for (const { task, labels, stage } of model.classifiers) {
    const conditions: Condition[] = [
      { background: 'none', snrDb: Number.POSITIVE_INFINITY },
      ...snrsDb.flatMap((snrDb) =>
        backgroundKinds
          .filter((background) => task !== 'genre' || background !== 'music')
          .map((background) => ({ background, snrDb })),
      ),
    ];
    const choices = evaluationChoices(source, { task, perLabel, conditions, seed });
    if (choices.length === 0)
      throw new InputError(
        `evaluate: the ${split} split must hold a ${task}, it has none; use another corpus`,
      );
    const heard: Heard[] = [];
    const batch = 64;
    for (let first = 0; first < choices.length; first += batch) {
      const rendered = choices.slice(first, first + batch).map((choice, i) => {
        const waveform = new Float32Array(source.samples);
        const known = source.renderInto(waveform, choice, createRandom(seed + first + i));
        return { waveform, known };
      });
      const waveforms = rendered.map(({ waveform }) => waveform);
      const logits = await computeActivations(model, waveforms, [stage], {
        ...options,
        form: 'fast',
        batch: 16,
      });
      for (const [i, { known }] of rendered.entries()) {
        const right = task === 'word' ? corpus.wordLabels[known.word] : corpus.genreLabels[known.genre];
        const guesses = bestGuesses(logits[i]![0]!, labels, labels.length);
        heard.push({ labels: known, rank: guesses.findIndex(({ label }) => label === right) });
      }
      options.onProgress?.(Math.min(first + batch, choices.length), choices.length);
    }
    tasks[task] = grouped(heard, snrsDb);
  }
  return { model: model.name, modelHash: model.hash, split, tasks };
}

function grouped(heard: readonly Heard[], snrsDb: readonly number[]): Record<string, Accuracy> {
  const groups: [string, (labels: ExcerptLabels) => boolean][] = [['clean', isClean]];
  for (const snrDb of snrsDb) {
    groups.push([`${snrDb} dB`, (labels) => labels.snrDb === snrDb]);
    for (const kind of backgroundKinds)
      groups.push([`${kind}@${snrDb} dB`, (labels) => labels.background === kind && labels.snrDb === snrDb]);
  }
  groups.push([
    'clean, real talkers',
    (labels) => isClean(labels) && !syntheticSources.includes(labels.source),
  ]);
  for (const source of new Set(heard.map(({ labels }) => labels.source)))
    groups.push([`clean, ${source}`, (labels) => isClean(labels) && labels.source === source]);
  return Object.fromEntries(
    groups.flatMap(([name, holds]) => {
      const inside = heard.filter(({ labels }) => holds(labels));
      return inside.length > 0 ? [[name, accuracyOf(inside)]] : [];
    }),
  );
}

const isClean = ({ background }: ExcerptLabels) => background === 'none';

function accuracyOf(heard: readonly Heard[]): Accuracy {
  const within = (places: number) => heard.filter(({ rank }) => rank >= 0 && rank < places).length;
  const excerpts = heard.length;
  return {
    excerpts,
    top1: within(1) / excerpts,
    top5: within(5) / excerpts,
    interval: wilsonInterval(within(1), excerpts),
  };
}
