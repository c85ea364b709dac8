import type { HearingImpairment } from '../../../cochlea/impairment.ts';
import { groupedBy } from '../../base/groups.ts';
import { backgroundKinds } from '../../corpus/excerpts/backgrounds.ts';
import { syntheticSources } from '../../corpus/excerpts/foregrounds.ts';
import type { SplitName } from '../../corpus/format/corpusFormat.ts';
import type { AuditoryModel, CorpusTask } from '../../model/auditoryModel.ts';
import { earOf } from '../../model/hearingThrough.ts';
import type { HumanComparison } from '../../records/humans/compareWithHumans.ts';
import { wilsonInterval } from '../../statistics/estimates/proportion.ts';
import { type Calibration, calibrationOf } from './calibration.ts';
import { type Confusions, confusionsOf } from './confusions.ts';
import { type HeardExcerpt, type HearOptions, levelName } from './hearExcerpts.ts';

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
  /** Hearing impairment of the ear it heard through; absent for the published ear. */
  ear?: HearingImpairment;
  split: SplitName;
  /** Excerpts of each label in each condition. */
  perLabel: number;
  snrsDb: readonly number[];
  seed: number;
  /**
   * By task, then by group: `clean`, `0 dB` over backgrounds, `babble of 2@0 dB`; each level also of one source, as
   * `clean, flite`, and of words by kind of talker, as `0 dB, real talkers` and `0 dB, synthetic talkers`.
   */
  tasks: Partial<Record<CorpusTask, Record<string, Accuracy>>>;
  calibration: Partial<Record<CorpusTask, Calibration>>;
  confusions: Partial<Record<CorpusTask, Confusions>>;
  /** The model beside people in noise, if it was held against any. */
  humans?: HumanComparison;
}

/**
 * Sums up what a model heard.
 *
 * @param model - Its name, hash, ear and labels.
 * @param heard - From `hearExcerpts`.
 * @param options - As it was heard.
 * @returns Accuracies with intervals, calibration and confusions.
 */
export function evaluationOf(
  model: Pick<AuditoryModel, 'name' | 'hash' | 'classifiers' | 'cochleagram'>,
  heard: readonly HeardExcerpt[],
  { split, perLabel, snrsDb, seed }: HearOptions,
): Evaluation {
  const byTask = <T>(of: (excerpts: HeardExcerpt[], labels: readonly string[]) => T) =>
    Object.fromEntries(
      model.classifiers.flatMap(({ task, labels }) => {
        const excerpts = heard.filter((excerpt) => excerpt.task === task);
        return excerpts.length > 0 ? [[task, of(excerpts, labels)]] : [];
      }),
    );
  return {
    ...{ model: model.name, modelHash: model.hash },
    ...earOf(model),
    ...{ split, perLabel, snrsDb, seed },
    tasks: byTask(groupedAccuracies),
    calibration: byTask(calibrationOf),
    confusions: byTask(confusionsOf),
  };
}

/**
 * Name of the observer that was evaluated: one model with two ears is two.
 *
 * @param evaluation - Names of its model, and of the ear where that is not the published one.
 */
export function observerOf({ model, ear }: { model: string; ear?: { name: string } }): string {
  return ear ? `${model}, ${ear.name} ear` : model;
}

/**
 * Accuracy of excerpts.
 *
 * @param heard - At least one.
 */
function accuracyOf(heard: readonly HeardExcerpt[]): Accuracy {
  const within = (places: number) => heard.filter(({ rank }) => rank >= 0 && rank < places).length;
  const excerpts = heard.length;
  return {
    excerpts,
    top1: within(1) / excerpts,
    top5: within(5) / excerpts,
    interval: wilsonInterval(within(1), excerpts),
  };
}

/** Accuracy of each group in {@link Evaluation.tasks}. */
function groupedAccuracies(heard: readonly HeardExcerpt[]): Record<string, Accuracy> {
  const sources = [...new Set(heard.map(({ source }) => source))].sort();
  const levels = [...groupedBy(heard, ({ snrDb }) => snrDb).values()].sort(cleanThenDown);
  const groups = levels.flatMap((excerpts) => {
    const name = levelName(excerpts[0]!);
    const those = (which: (excerpt: HeardExcerpt) => boolean) => excerpts.filter(which);
    return [
      [name, excerpts] as const,
      ...(name === 'clean' ? [] : backgroundKinds).map(
        (kind) => [`${kind}@${name}`, those(({ background }) => background === kind)] as const,
      ),
      ...(['real', 'synthetic'] as const).map(
        (kind) => [`${name}, ${kind} talkers`, those((excerpt) => talkerKind(excerpt) === kind)] as const,
      ),
      ...sources.map((own) => [`${name}, ${own}`, those(({ source }) => source === own)] as const),
    ];
  });
  const accuracies = groups.flatMap(([name, excerpts]) =>
    excerpts.length > 0 ? [[name, accuracyOf(excerpts)] as const] : [],
  );
  return Object.fromEntries(accuracies);
}

function cleanThenDown([a]: readonly HeardExcerpt[], [b]: readonly HeardExcerpt[]): number {
  return (b!.snrDb ?? Number.POSITIVE_INFINITY) > (a!.snrDb ?? Number.POSITIVE_INFINITY) ? 1 : -1;
}

/** Only words are spoken; music has no talker. */
function talkerKind({ task, source }: HeardExcerpt): 'real' | 'synthetic' | undefined {
  if (task !== 'word') return undefined;
  return syntheticSources.includes(source) ? 'synthetic' : 'real';
}
