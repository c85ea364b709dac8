import { byTurns, groupedBy } from '../../base/groups.ts';
import { createRandom, type Random } from '../../base/random.ts';
import type { CorpusEntry } from '../format/corpusFormat.ts';
import type { BackgroundKind } from './backgrounds.ts';
import type { Choice, ExcerptSource } from './excerptSource.ts';

/** A background and its level. */
export interface Condition {
  background: BackgroundKind | 'none';
  /** dB; +∞ without background. */
  snrDb: number;
}

/** What is evaluated. */
export interface EvaluationSetOptions {
  task: 'word' | 'genre';
  /** Excerpts of each label in each condition. */
  perLabel: number;
  /** Default: without background alone. */
  conditions?: readonly Condition[];
  seed: number;
}

/**
 * A fixed set of excerpts to evaluate on: for every label the same entries in every condition, sources and talkers (or
 * grooves, composers) in turn as evenly as they come. Entries repeat when a label has fewer; a piece then gives other stretches.
 *
 * @param source - From `createExcerptSource` with the split to evaluate.
 * @param options - Task, size and conditions.
 * @returns Choices for `renderInto`; give each its own `createRandom` from its index, so that order does not matter.
 */
export function evaluationChoices(
  source: ExcerptSource,
  {
    task,
    perLabel,
    conditions = [{ background: 'none', snrDb: Number.POSITIVE_INFINITY }],
    seed,
  }: EvaluationSetOptions,
): Choice[] {
  const random = createRandom(seed);
  const labeled = source.labeledEntries.filter((entry) => entry[task] !== undefined);
  const ofLabel = groupedBy(labeled, (entry) => entry[task]);
  return [...ofLabel.values()].flatMap((entries) => {
    const ordered = inTurn(inTurn(entries, groupOf, random), (entry) => entry.source, random);
    const taken = Array.from({ length: perLabel }, (_, i) => ordered[i % ordered.length]!);
    return conditions.flatMap((condition) => taken.map((entry) => ({ entry, ...condition })));
  });
}

function groupOf(entry: CorpusEntry): string {
  return entry.talker ?? entry.groove ?? entry.composer ?? entry.id;
}

/** One item of every group, then the second of every group, …; the groups in a random order. */
function inTurn<T>(items: readonly T[], group: (item: T) => string, random: Random): T[] {
  return byTurns(random.shuffled([...groupedBy(items, group).values()]));
}
