import * as Plot from '@observablehq/plot';
import { figureInk, figureStyle, twoColumnsSvg } from '../../../figures/figureStyle.ts';
import { figureColors, plotSvg } from '../../../figures/plot.ts';
import type { AuditoryModel } from '../../../model/auditoryModel.ts';
import { changePanel, changePanels } from '../changePanels.ts';
import type { DifferentiatedSound, DifferentiationRecord } from './differentiationRecord.ts';

/**
 * Draws a maximum differentiation: cochleagrams of the original and of the sounds of the largest level, and the distances of
 * all sounds from it for both observers.
 *
 * @param record - The search.
 * @param sounds - The original, shape [samples], and all sounds made.
 * @param model - Gives the cochleagram.
 * @returns A self-contained SVG.
 */
export function differentiationFigure(
  record: Pick<DifferentiationRecord, 'sound' | 'model' | 'observers' | 'levelsDb' | 'sounds'>,
  {
    original,
    found,
  }: { original: Float32Array; found: readonly { sound: DifferentiatedSound; waveform: Float32Array }[] },
  model: Pick<AuditoryModel, 'cochleagram'>,
): string {
  const { sound: draw } = changePanels(original, model);
  const largest = Math.max(...record.levelsDb);
  const drawn = found
    .filter(({ sound }) => sound.levelDb === largest)
    .map(({ sound, waveform }) =>
      draw(waveform, `Held: ${sound.held}; ${sound.push} different: ${sound.pushed}`),
    );
  const title = `Maximum differentiation of ${record.sound}, ${record.model}`;
  return twoColumnsSvg([draw(original, 'The original'), distancePlot(record), ...drawn], {
    ...changePanel,
    title,
  });
}

/** Patterns of arrows by which observer holds. */
const dashes = [undefined, '5 3'];

function distancePlot({ observers, sounds }: Pick<DifferentiationRecord, 'observers' | 'sounds'>): string {
  const [x, y] = observers as [string, string];
  const rows = sounds.map(({ held, push, start, end }) => {
    const isFirst = held === x;
    const at = (of: typeof start) => (isFirst ? [of.held, of.pushed] : [of.pushed, of.held]);
    const [[x1, y1], [x2, y2]] = [at(start), at(end)];
    return { x1, y1, x2, y2, held: `${held} held`, push };
  });
  const axis = (of: string) => ({
    ...{ type: 'log', label: `distance for ${of} (share of norm)`, labelAnchor: 'center' },
    ...{ labelArrow: 'none', grid: true, ticks: 4, tickFormat: '~g', nice: true },
  });
  return plotSvg({
    ...{ ...changePanel, marginLeft: 72, marginRight: 24, marginBottom: 44, marginTop: 30 },
    ariaLabel: 'Distances of all sounds from the original for both observers',
    style: figureStyle,
    ...{ x: axis(x), y: axis(y) },
    color: { domain: observers.map((name) => `${name} held`), range: [figureColors[1], figureColors[2]] },
    marks: [
      Plot.frame({ stroke: figureInk.frame }),
      ...observers.map((name, i) =>
        Plot.arrow(
          rows.filter(({ held }) => held === `${name} held`),
          {
            ...{ x1: 'x1', y1: 'y1', x2: 'x2', y2: 'y2', stroke: 'held', strokeWidth: 2 },
            ...(dashes[i] && { strokeDasharray: dashes[i] }),
          },
        ),
      ),
      Plot.dot(rows, { x: 'x1', y: 'y1', fill: figureInk.guide, r: 4 }),
      ...[false, true].map((isBelow) =>
        // Under the head of an arrow that points down, else above.
        Plot.text(
          rows.filter(({ y1, y2 }) => y2 < 0.9 * y1 === isBelow),
          { x: 'x2', y: 'y2', text: 'push', fill: 'held', dy: isBelow ? 12 : -12 },
        ),
      ),
      ...observers.map((name, i) =>
        Plot.text([`${dashes[i] ? '- -' : '—'} ${name} held`], {
          ...{ frameAnchor: 'top-left', dx: 8, dy: 10 + 16 * i, fill: figureColors[1 + i]! },
        }),
      ),
    ],
  } as Parameters<typeof plotSvg>[0]);
}
