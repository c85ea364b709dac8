import * as Plot from '@observablehq/plot';
import { escapeMarkup } from '../../base/escapeMarkup.ts';
import { figureInk, figureStyle, joinedSvg } from '../../figures/figureStyle.ts';
import { figureColors, plotSvg } from '../../figures/plot.ts';
import type { DrawnEvaluation } from '../readEvaluation.ts';

const panel = { width: 430, height: 320 };
const titleHeight = 40;
/** Of a letter of the legend, px, as wide as the widest common font's. */
const letter = 7.5;

/**
 * Draws evaluations in one figure: accuracy over signal-to-noise ratio in all backgrounds, a panel a task.
 *
 * @param evaluations - In the order of the legend; they may be of several models or ears.
 * @returns A self-contained SVG.
 */
export function besideFigure(evaluations: readonly DrawnEvaluation[]): string {
  const names = evaluations.map(nameOf);
  const tasks = [...new Set(evaluations.flatMap(({ tasks }) => Object.keys(tasks)))];
  const panels = tasks.map((task, i) => ({
    svg: taskPanel(task, evaluations, names),
    x: i * panel.width,
    y: titleHeight,
  }));
  const x = tasks.length * panel.width;
  const legendWidth = 40 + letter * Math.max(...names.map(({ length }) => length));
  const legend = names.map(
    (name, i) =>
      `<line x1="0" x2="18" y1="${40 + 20 * i}" y2="${40 + 20 * i}" stroke="${colorOf(i)}" stroke-width="3"/><text x="24" y="${44 + 20 * i}" font-size="12" fill="${figureInk.text}">${escapeMarkup(name)}</text>`,
  );
  const svg = `<svg width="${legendWidth}" height="${panel.height}">${legend.join('')}</svg>`;
  return joinedSvg([...panels, { svg, x, y: titleHeight }], {
    width: x + legendWidth,
    height: titleHeight + panel.height,
    title: 'Recognition over signal-to-noise ratio, all backgrounds, with 95 % intervals',
  });
}

function nameOf({ model, ear }: DrawnEvaluation): string {
  return ear ? `${model}, ${ear.name} ear` : model;
}

function taskPanel(task: string, evaluations: readonly DrawnEvaluation[], names: readonly string[]): string {
  const snrsDb = [...new Set(evaluations.flatMap(({ snrsDb }) => snrsDb))].sort((a, b) => a - b);
  const [lowest, highest] = [snrsDb[0] ?? 0, snrsDb.at(-1) ?? 0];
  const cleanX = highest + Math.max(4, 0.15 * (highest - lowest));
  const points = evaluations.flatMap(({ tasks }, i) =>
    [...snrsDb.map((snrDb) => ({ x: snrDb, group: `${snrDb} dB` })), { x: cleanX, group: 'clean' }].flatMap(
      ({ x, group }) => {
        const accuracy = tasks[task]?.[group];
        return accuracy
          ? [{ x, y: accuracy.top1, ...accuracy.interval, name: names[i]!, isClean: group === 'clean' }]
          : [];
      },
    ),
  );
  return plotSvg({
    ...panel,
    ...{ marginLeft: 52, marginRight: 16, marginTop: 30, marginBottom: 44, style: figureStyle },
    ariaLabel: `Share of ${task}s recognized over signal-to-noise ratio, by evaluation`,
    x: {
      domain: [lowest - 1, cleanX + 1.5],
      ticks: [...snrsDb, cleanX],
      tickFormat: (x: number) => (x === cleanX ? 'clean' : `${x}`.replace('-', '−')),
      ...{ label: 'signal-to-noise ratio (dB)', labelAnchor: 'center', labelArrow: 'none' },
    },
    y: { label: `share of ${task}s recognized`, domain: [0, 1], grid: true, ticks: 5, labelArrow: 'none' },
    color: { domain: [...names], range: names.map((_, i) => colorOf(i)) },
    marks: [
      Plot.frame({ stroke: figureInk.frame }),
      Plot.ruleX(points, { x: 'x', y1: 'low', y2: 'high', stroke: 'name', strokeWidth: 1.5 }),
      Plot.line(
        points.filter(({ isClean }) => !isClean),
        { x: 'x', y: 'y', z: 'name', stroke: 'name', strokeWidth: 2.5 },
      ),
      Plot.dot(points, { x: 'x', y: 'y', fill: 'name', r: 3.5 }),
    ],
  });
}

function colorOf(index: number): string {
  return figureColors[index % figureColors.length]!;
}
