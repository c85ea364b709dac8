import { type BackgroundKind, backgroundKinds, modulatedNoise } from '../../corpus/excerpts/backgrounds.ts';
import type { Condition } from '../../corpus/excerpts/evaluationSet.ts';
import type { LoadedCorpus } from '../../corpus/format/loadCorpus.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import {
  backgroundName,
  compareWithHumans,
  type HumanComparison,
  type ModelCell,
} from '../../records/humans/compareWithHumans.ts';
import type { HumansInNoise } from '../../records/humans/readHumans.ts';
import { type HeardExcerpt, type HearOptions, hearExcerpts } from './hearExcerpts.ts';

/**
 * Lets a model hear words in the conditions in which people heard theirs, and compares.
 *
 * The excerpts are drawn apart from those of the evaluation, so that these do not change by it.
 *
 * @param corpus - Loaded with the model's labels.
 * @param options - Split, excerpts of each word in each condition, seed; the people.
 * @returns How alike they are; conditions whose background the corpus cannot make are among the missing.
 */
export async function heardLikeHumans(
  model: AuditoryModel,
  corpus: LoadedCorpus,
  { humans, ...options }: HearOptions & { humans: HumansInNoise },
): Promise<HumanComparison> {
  const conditions = conditionsOf(humans);
  const heard = await hearExcerpts(model, corpus, { ...options, only: { task: 'word', conditions } });
  return compareWithHumans(humans, modelCells(heard));
}

const kinds: readonly BackgroundKind[] = [...backgroundKinds, modulatedNoise];

function conditionsOf({ cells }: HumansInNoise): Condition[] {
  const clean: Condition = { background: 'none', snrDb: Number.POSITIVE_INFINITY };
  const noisy = cells.flatMap(({ background, snrDb }): Condition[] => {
    const kind = kinds.find((name) => backgroundName(name) === backgroundName(background));
    return kind && Number.isFinite(snrDb) ? [{ background: kind, snrDb }] : [];
  });
  return [clean, ...noisy];
}

function modelCells(heard: readonly HeardExcerpt[]): ModelCell[] {
  const cells = new Map<string, ModelCell>();
  for (const { background, snrDb, rank } of heard) {
    const key = `${background}\n${snrDb}`;
    const cell: ModelCell = cells.get(key) ?? {
      ...{ background, snrDb: snrDb ?? Number.POSITIVE_INFINITY },
      ...{ correct: 0, trials: 0 },
    };
    cells.set(key, cell);
    cell.trials += 1;
    if (rank === 0) cell.correct += 1;
  }
  return [...cells.values()];
}
