import { createRandom, type Random } from '../../base/random.ts';
import type { CorpusTask } from '../../model/auditoryModel.ts';
import { sortedQuantile } from '../../statistics/estimates/descriptive.ts';
import { type HeardExcerpt, levelName } from '../evaluation/hearExcerpts.ts';

/** What a trained model of the study heard. */
export interface StudyRun {
  branchPoint: number;
  seed: number;
  heard: readonly HeardExcerpt[];
}

/** A share or a difference of shares, with a 95 % interval. */
export interface Estimate {
  value: number;
  interval: { low: number; high: number };
}

/** Accuracy by level: `mean` over all levels, `clean`, `9 dB`, … */
export type ByLevel<T> = Record<string, T>;

/** How a task fares over branch points. */
export interface TaskComparison {
  /** By branch point, over seeds. */
  accuracy: Record<number, ByLevel<Estimate>>;
  /** By branch point, then seed. */
  ofSeeds: Record<number, Record<number, ByLevel<number>>>;
  /**
   * The tested branch point less the best other one, in mean accuracy; absent when the tested one is not in the study. The
   * best is found on the same excerpts, so the interval is one that holds for all others at once (Bonferroni).
   */
  againstBest?: Estimate & { branchPoint: number };
  /** The tested branch point less branch point 0; absent when one of them is not in the study. */
  againstSeparate?: Estimate;
}

const resamples = 2000;

/**
 * Compares branch points in one task. Intervals are of a paired bootstrap: all models heard the same excerpts, and equal
 * seeds had the same training excerpts, so talkers (or grooves), with all their excerpts, and seeds are drawn anew for
 * all branch points at once. A single seed is not drawn: then the interval tells of talkers alone.
 *
 * @param runs - Every branch point with every seed.
 * @param task - Word or genre.
 * @param tested - The branch point that is compared with the others.
 * @returns Accuracies and differences with percentile intervals.
 */
export function compareBranchPoints(
  runs: readonly StudyRun[],
  task: CorpusTask,
  tested: number,
): TaskComparison {
  const tables = tablesOf(runs, task);
  const { branchPoints, seeds, levels, groups } = tables;
  const whole = meansOf(tables, [...seeds.keys()], [...groups.keys()]);
  const random = createRandom(1);
  const drawn = Array.from({ length: resamples }, () =>
    meansOf(tables, resampled(seeds.length, random), resampled(groups.length, random)),
  );
  const estimate = (of: (means: number[][]) => number, comparisons = 1): Estimate => ({
    value: of(whole),
    interval: percentileInterval(drawn.map(of), 0.05 / comparisons),
  });
  const names = ['mean', ...levels];
  const at = (means: number[][], k: number, level: number) =>
    level === 0 ? means[k]!.reduce((sum, share) => sum + share, 0) / levels.length : means[k]![level - 1]!;
  const byLevel = (k: number) =>
    Object.fromEntries(names.map((name, level) => [name, estimate((means) => at(means, k, level))]));
  const testedIndex = branchPoints.indexOf(tested);
  const difference = (other: number, comparisons?: number) =>
    estimate((means) => at(means, testedIndex, 0) - at(means, other, 0), comparisons);
  const best = bestOf(
    branchPoints.map((_, k) => at(whole, k, 0)),
    testedIndex,
  );
  return {
    accuracy: Object.fromEntries(branchPoints.map((branchPoint, k) => [branchPoint, byLevel(k)])),
    ofSeeds: Object.fromEntries(
      branchPoints.map((branchPoint, k) => [
        branchPoint,
        Object.fromEntries(
          seeds.map((seed, s) => {
            const means = meansOf(tables, [s], [...groups.keys()]);
            return [seed, Object.fromEntries(names.map((name, level) => [name, at(means, k, level)]))];
          }),
        ),
      ]),
    ),
    ...(testedIndex >= 0 && best !== undefined
      ? { againstBest: { branchPoint: branchPoints[best]!, ...difference(best, branchPoints.length - 1) } }
      : {}),
    ...(testedIndex >= 0 && tested !== 0 && branchPoints.includes(0)
      ? { againstSeparate: difference(branchPoints.indexOf(0)) }
      : {}),
  };
}

/** Counts by branch point, seed, group and level. */
interface Tables {
  branchPoints: number[];
  seeds: number[];
  levels: string[];
  groups: string[];
  /** Index ((branch point · seeds + seed) · groups + group) · levels + level. */
  correct: Float64Array;
  /** Index group · levels + level. */
  excerpts: Float64Array;
}

function tablesOf(runs: readonly StudyRun[], task: CorpusTask): Tables {
  const distinct = <T>(values: readonly T[]) => [...new Set(values)];
  const first = runs[0]!.heard.filter((excerpt) => excerpt.task === task);
  const branchPoints = distinct(runs.map(({ branchPoint }) => branchPoint));
  const seeds = distinct(runs.map(({ seed }) => seed));
  const levels = distinct(first.map(levelName));
  const groups = distinct(first.map(({ group }) => group));
  const placeOf = new Map(groups.map((group, i) => [group, i]));
  const cell = (excerpt: HeardExcerpt) =>
    placeOf.get(excerpt.group)! * levels.length + levels.indexOf(levelName(excerpt));
  const size = groups.length * levels.length;
  const excerpts = new Float64Array(size);
  for (const excerpt of first) excerpts[cell(excerpt)]!++;
  const correct = new Float64Array(branchPoints.length * seeds.length * size);
  for (const { branchPoint, seed, heard } of runs) {
    const offset = (branchPoints.indexOf(branchPoint) * seeds.length + seeds.indexOf(seed)) * size;
    for (const excerpt of heard)
      if (excerpt.task === task && excerpt.rank === 0) correct[offset + cell(excerpt)]!++;
  }
  return { branchPoints, seeds, levels, groups, correct, excerpts };
}

/** Accuracy by branch point and level over given seeds and groups, which may repeat. */
function meansOf(
  { branchPoints, seeds, levels, groups, correct, excerpts }: Tables,
  seedIndices: readonly number[],
  groupIndices: readonly number[],
): number[][] {
  const size = groups.length * levels.length;
  const counts = levels.map((_, level) =>
    groupIndices.reduce((sum, group) => sum + excerpts[group * levels.length + level]!, 0),
  );
  return branchPoints.map((_, k) => {
    const sums = levels.map(() => 0);
    for (const seed of seedIndices) {
      const offset = (k * seeds.length + seed) * size;
      for (const group of groupIndices)
        for (let level = 0; level < levels.length; level++)
          sums[level]! += correct[offset + group * levels.length + level]!;
    }
    return sums.map((sum, level) => sum / (seedIndices.length * counts[level]!));
  });
}

function resampled(count: number, random: Random): number[] {
  return Array.from({ length: count }, () => random.integer(count));
}

/** Bounds that leave out a share of the values, half of it at each end. */
function percentileInterval(values: readonly number[], leftOut: number): { low: number; high: number } {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return { low: sortedQuantile(sorted, leftOut / 2), high: sortedQuantile(sorted, 1 - leftOut / 2) };
}

/** Index of the largest value, one place left out. */
function bestOf(values: readonly number[], leftOut: number): number | undefined {
  return [...values.keys()]
    .filter((k) => k !== leftOut)
    .reduce<number | undefined>(
      (best, k) => (best !== undefined && values[best]! >= values[k]! ? best : k),
      undefined,
    );
}
