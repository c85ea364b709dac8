import * as Plot from '@observablehq/plot';
import { figureInk, figureStyle, joinedSvg, twoColumnsSvg } from '../../figures/figureStyle.ts';
import { plotSvg } from '../../figures/plot.ts';
import type { CorpusTask } from '../../model/auditoryModel.ts';
import type { Confusions } from '../evaluation/confusions.ts';

/** More labels than this would have letters below 6 points in print beside each other: their panels stand below each other. */
const mostLarge = 22;
const titleHeight = 34;

/**
 * Draws responses by target, clean and in noise, each row scaled to its sum; the null class is a response only.
 *
 * @param model - Its name.
 * @param task - Of which the labels are.
 * @param confusions - Counts.
 * @returns A self-contained SVG.
 */
export function confusionFigure(
  model: string,
  task: CorpusTask,
  { labels, clean, inNoise }: Confusions,
): string {
  const isLarge = labels.length <= mostLarge;
  const [cell, fontSize] = isLarge ? [16, 11] : [9, 8.2];
  const margin = 16 + 0.62 * fontSize * Math.max(...labels.map(({ length }) => length));
  const side = cell * labels.length;
  const size = { width: side + margin + 24, height: side + margin + 40 - cell };
  const names = labels.map((label, i) => (i === 0 ? '(null)' : label));
  const parts = [
    { name: 'clean', counts: clean },
    { name: 'in noise', counts: inNoise },
  ].filter(({ counts }) => counts.flat().some((count) => count > 0));
  const svgs = parts.map(({ name, counts }) =>
    plotSvg({
      ...{ ...size, marginLeft: margin, marginTop: 30, marginRight: 24, marginBottom: margin + 10 - cell },
      style: { ...figureStyle, fontSize: `${fontSize}px` },
      ariaLabel: `Confusions of ${task}s, ${name}`,
      x: { domain: names, label: null, tickRotate: -90, tickSize: 0, padding: 0.05 },
      y: { domain: names.slice(1), label: null, tickSize: 0, padding: 0.05 },
      color: { type: 'linear', scheme: 'blues', domain: [0, 1] },
      marks: [
        Plot.frame({ stroke: figureInk.frame }),
        Plot.cell(cellsOf(counts, names), { x: 'response', y: 'target', fill: 'share' }),
        Plot.text([name], {
          ...{ frameAnchor: 'top-left', dy: -16, fontSize: 12, fontWeight: 600 },
        }),
      ],
    }),
  );
  const title = `${model}: ${task}s taken for one another; rows targets, columns responses, share of row`;
  if (isLarge && svgs.length > 0) return twoColumnsSvg(svgs, { ...size, title });
  const panels = svgs.map((svg, i) => ({ svg, x: 0, y: titleHeight + i * size.height }));
  return joinedSvg(panels, {
    ...{ width: size.width, height: titleHeight + parts.length * size.height, title },
  });
}

function cellsOf(counts: readonly (readonly number[])[], names: readonly string[]) {
  return counts.flatMap((row, i) => {
    const sum = row.reduce((total, count) => total + count, 0);
    return row.flatMap((count, j) =>
      count > 0 ? [{ target: names[i]!, response: names[j]!, share: count / sum }] : [],
    );
  });
}
