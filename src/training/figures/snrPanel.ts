import * as Plot from '@observablehq/plot';
import { columnPx, figureInk, figureStyle } from '../../figures/figureStyle.ts';
import { plotSvg } from '../../figures/plot.ts';
import { seriesColors, seriesSymbols } from '../../figures/series.ts';
import type { Accuracy } from '../evaluation/evaluation.ts';

/** Size of the panel, CSS pixels. */
export const snrPanelSize = { width: columnPx, height: 320 };

/** Accuracies of one line of the panel: a model's, or those in one background. */
export interface SnrSeries {
  name: string;
  /** Of the excerpts of a group; undefined where there are none. */
  accuracyOf: (group: { snrDb: number | 'clean' }) => Pick<Accuracy, 'top1' | 'interval'> | undefined;
  /** Whether it is drawn thin, without intervals. */
  isDetail?: boolean;
}

/**
 * Share recognized over signal-to-noise ratio; clean stands apart on the right.
 *
 * @param task - Of which the share is.
 * @param snrsDb - Ascending.
 * @param series - In the order of their colors and shapes.
 * @returns A self-contained SVG without a legend.
 */
export function snrPanel(task: string, snrsDb: readonly number[], series: readonly SnrSeries[]): string {
  const [lowest, highest] = [snrsDb[0] ?? 0, snrsDb.at(-1) ?? 0];
  const cleanX = highest + Math.max(4, 0.15 * (highest - lowest));
  const points = series.flatMap(({ name, accuracyOf, isDetail = false }) =>
    [...snrsDb, 'clean' as const].flatMap((snrDb) => {
      const accuracy = accuracyOf({ snrDb });
      const x = snrDb === 'clean' ? cleanX : snrDb;
      return accuracy ? [{ x, y: accuracy.top1, ...accuracy.interval, name, isDetail }] : [];
    }),
  );
  const [details, whole] = [true, false].map((is) => points.filter(({ isDetail }) => isDetail === is));
  const names = series.map(({ name }) => name);
  const place = { x: 'x', y: 'y' } as const;
  const noisy = (of: typeof points) => of.filter(({ x }) => x !== cleanX);
  return plotSvg({
    ...snrPanelSize,
    ...{ marginLeft: 52, marginRight: 16, marginTop: 30, marginBottom: 44, style: figureStyle },
    ariaLabel: `Share of ${task}s recognized over signal-to-noise ratio`,
    x: {
      domain: [lowest - 1, cleanX + 1.5],
      ticks: [...snrsDb, cleanX],
      tickFormat: (x: number) => (x === cleanX ? 'clean' : `${x}`.replace('-', '−')),
      ...{ label: 'signal-to-noise ratio (dB)', labelAnchor: 'center', labelArrow: 'none' },
    },
    y: { label: `share of ${task}s recognized`, domain: [0, 1], grid: true, ticks: 5, labelArrow: 'none' },
    color: seriesColors(names),
    symbol: seriesSymbols(names),
    marks: [
      Plot.frame({ stroke: figureInk.frame }),
      Plot.line(noisy(details!), { ...place, z: 'name', stroke: 'name', strokeWidth: 1.5 }),
      Plot.dot(details!, { ...place, fill: 'name', symbol: 'name', r: 3 }),
      Plot.ruleX(whole!, { x: 'x', y1: 'low', y2: 'high', stroke: 'name', strokeWidth: 1.5 }),
      Plot.line(noisy(whole!), { ...place, z: 'name', stroke: 'name', strokeWidth: 2.5 }),
      Plot.dot(whole!, { ...place, fill: 'name', symbol: 'name', r: 4 }),
    ],
  });
}
