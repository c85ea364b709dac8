import { median } from '../../statistics/estimates/descriptive.ts';
import type { Times } from './yardstick.ts';

/** How many times as long PyTorch takes, over sittings. */
export interface Ratio {
  median: number;
  least: number;
  most: number;
}

/** One row of the comparison; times are medians of a sitting, ms, one a sitting. */
export interface ComparedRow {
  row: string;
  theirs: Times;
  ours: Times;
  /** By the clock, and of the processor's time, which other work on the machine changes little. */
  ratio: { clock: Ratio; processor: Ratio };
}

/**
 * Compares sittings of a row.
 *
 * @param theirs - Times of PyTorch's repeats by sitting.
 * @param ours - Likewise, as many sittings.
 */
export function comparedRow(row: string, theirs: readonly Times[], ours: readonly Times[]): ComparedRow {
  const medians = (sittings: readonly Times[]): Times => ({
    clock: sittings.map(({ clock }) => median(clock)),
    processor: sittings.map(({ processor }) => median(processor)),
  });
  const [there, here] = [medians(theirs), medians(ours)];
  const ratioOf = (kind: keyof Times): Ratio => {
    const ratios = there[kind].map((ms, sitting) => ms / here[kind][sitting]!);
    return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
  };
  return {
    ...{ row, theirs: there, ours: here },
    ratio: { clock: ratioOf('clock'), processor: ratioOf('processor') },
  };
}
