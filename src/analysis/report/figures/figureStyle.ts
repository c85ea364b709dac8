import * as Plot from '@observablehq/plot';
import { figureInk, figureStyle } from '../../../figures/figureStyle.ts';
import { spreadPositions } from '../../../figures/plot.ts';

/** A figure of the report. */
export interface ReportFigure {
  /** File name without extension. */
  name: string;
  caption: string;
  svg: string;
  /** Whether it is too wide to be read at the width of a phone, so that it scrolls sideways there. */
  isWide?: boolean;
}

/** Width of all figures, CSS pixels. */
export const widthPx = 540;
/** Lettering and ground of all figures, in the letters of the page around them. */
export const style = {
  ...figureStyle,
  fontFamily: 'system-ui, -apple-system, Segoe UI, Roboto, sans-serif',
  fontSize: '14px',
};

/**
 * Frame shared by figures over levels: rotated names where they are long.
 *
 * @param levels - Names in order.
 * @param plotHeightPx - Height without the names, CSS pixels.
 * @param rightPx - Margin on the right, CSS pixels.
 * @returns Options for Plot.
 */
export function levelAxis(levels: readonly string[], plotHeightPx: number, rightPx = 110) {
  // Letters are 7.5 px wide, and the outer levels stand 0.4 of a step from the frame.
  const stepPx = (widthPx - 44 - rightPx) / (levels.length - 0.2);
  const isLong = levels.some(
    (name, i) => i > 0 && (7.5 / 2) * (name.length + levels[i - 1]!.length) + 8 > stepPx,
  );
  const longest = Math.max(...levels.map(({ length }) => length));
  // Letters are about 7.5 px wide; at 38° a name takes 4.7 px downwards and 5.9 px to the left for each.
  const marginBottom = isLong ? 26 + 4.7 * longest : 46;
  const leftmost = Math.max(...levels.map(({ length }, i) => 5.9 * length - 34 * (i + 0.5)));
  return {
    height: plotHeightPx + marginBottom,
    marginTop: 30,
    marginBottom,
    marginLeft: Math.max(44, isLong ? leftmost : 0),
    x: {
      domain: [...levels],
      label: null,
      tickRotate: isLong ? -38 : 0,
      type: 'point' as const,
      padding: 0.4,
    },
  };
}

/**
 * Room on the right for names.
 *
 * @returns Margin, CSS pixels.
 */
export function nameMargin(names: readonly string[]): number {
  // Bold letters of 14 px are 9.6 px wide on average; a symbol stands before the name.
  return 34 + 9.6 * Math.max(...names.map(({ length }) => length));
}

/**
 * Marks of means over levels, a line an observer, with their intervals.
 *
 * @param points - One an observer and level.
 */
export function meanMarks(
  points: readonly { observer: string; level: string; y: number; low: number; high: number }[],
) {
  return [
    Plot.line(points, { x: 'level', y: 'y', z: 'observer', stroke: 'observer', strokeWidth: 2 }),
    Plot.ruleX(points, { x: 'level', y1: 'low', y2: 'high', stroke: 'observer', strokeWidth: 1.5 }),
    Plot.dot(points, { x: 'level', y: 'y', fill: 'observer', symbol: 'observer', r: 4 }),
  ];
}

/**
 * A dashed line at chance.
 *
 * @param chance - Proportion; NaN for no line.
 */
export function chanceRule(chance: number) {
  return Plot.ruleY(Number.isNaN(chance) ? [] : [chance], {
    stroke: figureInk.guide,
    strokeDasharray: '4 3',
  });
}

/** Where names of lines of proportions may stand. */
export const proportionNames = { least: 0, most: 1.03 };

/**
 * Names at the right end of lines, moved apart.
 *
 * @param points - Where each line ends.
 * @param gap - Least distance of names, in units of y.
 * @param within - Range of y that names must not leave.
 * @returns The marks: each name behind its symbol.
 */
export function endLabels(
  points: readonly { observer: string; level: string | number; y: number }[],
  gap: number,
  within?: { least: number; most: number },
) {
  const spread = spreadPositions(
    points.map(({ y }) => y),
    gap,
    within,
  );
  const placed = points.map((point, i) => ({ ...point, y: spread[i]! }));
  return [
    Plot.dot(placed, {
      x: 'level',
      y: 'y',
      symbol: 'observer',
      fill: 'observer',
      r: 3.5,
      dx: 15,
      clip: false,
    }),
    Plot.text(placed, {
      x: 'level',
      y: 'y',
      text: 'observer',
      fill: 'observer',
      textAnchor: 'start',
      dx: 24,
      fontWeight: 600,
      clip: false,
    }),
  ];
}
