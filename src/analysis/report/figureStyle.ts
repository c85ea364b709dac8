import * as Plot from '@observablehq/plot';
import { figureColors, spreadPositions } from '../../figures/plot.ts';

/** A figure of the report. */
export interface ReportFigure {
  /** File name without extension. */
  name: string;
  caption: string;
  svg: string;
}

/** Width of all figures, CSS pixels. */
export const widthPx = 620;
/** Lettering and ground of all figures. */
export const style = {
  fontFamily: 'system-ui, -apple-system, Segoe UI, Roboto, sans-serif',
  fontSize: '13px',
  background: 'white',
};

/**
 * Color scale by observer: the first is darkest.
 *
 * @param observers - Names in order.
 * @returns Domain and range for Plot's color scale.
 */
export function observerColors(observers: readonly string[]): { domain: string[]; range: string[] } {
  return {
    domain: [...observers],
    range: observers.map((_, i) => figureColors[i % figureColors.length]!),
  };
}

/**
 * Frame shared by figures over levels: rotated names where they are long.
 *
 * @param levels - Names in order.
 * @returns Options for Plot.
 */
export function levelAxis(levels: readonly string[]) {
  const isLong = levels.join('').length > 48;
  return {
    marginBottom: isLong ? 78 : 46,
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
 * @param names - The names.
 * @returns Margin, CSS pixels.
 */
export function nameMargin(names: readonly string[]): number {
  return 24 + 8 * Math.max(...names.map(({ length }) => length));
}

/**
 * Names at the right end of lines, moved apart.
 *
 * @param points - Where each line ends.
 * @param gap - Least distance of names, in units of y.
 * @returns The mark.
 */
export function endLabels(
  points: readonly { observer: string; level: string | number; y: number }[],
  gap: number,
) {
  const spread = spreadPositions(
    points.map(({ y }) => y),
    gap,
  );
  return Plot.text(
    points.map((point, i) => ({ ...point, y: spread[i]! })),
    {
      x: 'level',
      y: 'y',
      text: 'observer',
      fill: 'observer',
      textAnchor: 'start',
      dx: 12,
      fontWeight: 600,
      clip: false,
    },
  );
}
