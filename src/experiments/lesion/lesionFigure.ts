import * as Plot from '@observablehq/plot';
import { columnPx, figureInk, figureStyle, twoColumnsSvg } from '../../figures/figureStyle.ts';
import { legendSvg, seriesEntries } from '../../figures/legend.ts';
import { figureColors, type PlotOptions, plotSvg } from '../../figures/plot.ts';
import { seriesSymbols } from '../../figures/series.ts';
import type { Lesions } from './lesionModel.ts';

const size = { width: columnPx, height: 340 };
const segregation = 'segregation of the tasks';

/**
 * Draws what lesions cost: a panel for the units that each task needs most, one for random units, and the segregation of
 * the tasks by stage against random lesions.
 *
 * @param lesions - Of a network.
 * @returns A self-contained SVG.
 */
export function lesionFigure({ model, tasks, stages, share }: Lesions): string {
  const names = tasks.map(({ task }) => task);
  const percent = `${Math.round(100 * share)} %`;
  const lesionOf = (task: string) => `${percent} most needed for ${task}`;
  const random = `${percent} at random`;
  const panels = [...names.map(lesionOf), random, segregation];
  const lines = stages.flatMap(({ stage, lesions, random: atRandom }) =>
    names.flatMap((task) => [
      ...names.map((by) => ({ stage, panel: lesionOf(by), task, drop: lesions[by]!.drops[task]! })),
      { stage, panel: random, task, drop: atRandom[task]!.mean },
    ]),
  );
  const bands = [
    ...stages.flatMap(({ stage, random: atRandom }) =>
      names.map((task) => ({ stage, panel: random, task, ...atRandom[task]!.middle })),
    ),
    ...stages.map(({ stage, segregation: { random: middle } }) => ({
      ...{ stage, panel: segregation, task: '', ...middle },
    })),
  ];
  const found = stages.map(({ stage, segregation: { value, interval } }) => ({
    ...{ stage, panel: segregation, value, ...interval },
  }));
  const drawn = [
    ...lines.map(({ drop }) => drop),
    ...[...bands, ...found].flatMap(({ low, high }) => [low, high]),
  ];
  const [least, most] = [Math.min(0, ...drawn), Math.max(0, ...drawn)];
  // Nothing touches the frame.
  const range = [least - 0.05 * (most - least), most + 0.05 * (most - least)];
  const svgs = panels.map((panel) => {
    const here = <T extends { panel: string }>(rows: readonly T[]) =>
      rows.filter((row) => row.panel === panel);
    return plotSvg({
      ...{ ...size, marginLeft: 60, marginRight: 16, marginBottom: 80, marginTop: 46, style: figureStyle },
      ariaLabel: `Loss of performance by stage, ${panel}`,
      x: { domain: stages.map(({ stage }) => stage), label: null, tickRotate: -45 },
      y: {
        label: panel === segregation ? 'segregation' : 'loss of performance above chance',
        grid: true,
        domain: range,
        labelArrow: 'none',
      },
      color: { domain: names, range: names.map((name) => colorOf(names, name)) },
      symbol: seriesSymbols(names),
      marks: [
        Plot.frame({ stroke: figureInk.frame }),
        Plot.text([panel], { frameAnchor: 'top', dy: -18, fontWeight: 600 }),
        Plot.ruleY([0], { stroke: figureInk.guide }),
        Plot.ruleX(here(bands), {
          ...{ x: 'stage', y1: 'low', y2: 'high', strokeWidth: 9, strokeOpacity: 0.22 },
          stroke: ({ task }: { task: string }) => (task === '' ? figureInk.guide : colorOf(names, task)),
        }),
        Plot.line(here(lines), { x: 'stage', y: 'drop', z: 'task', stroke: 'task', strokeWidth: 2 }),
        Plot.dot(here(lines), { x: 'stage', y: 'drop', fill: 'task', symbol: 'task', r: 3.5 }),
        Plot.ruleX(here(found), { x: 'stage', y1: 'low', y2: 'high', stroke: figureColors[0] }),
        Plot.dot(here(found), { x: 'stage', y: 'value', fill: figureColors[0], r: 3.5 }),
      ],
    } as PlotOptions);
  });
  const entries = seriesEntries(names).map((entry) => ({ ...entry, color: colorOf(names, entry.name) }));
  return twoColumnsSvg(svgs, {
    ...{ ...size, title: `Lesions of ${model}` },
    below: (width) => legendSvg([...entries, { name: 'broad bars: random lesions' }], width),
  });
}

const colorOf = (names: readonly string[], task: string) => figureColors[1 + names.indexOf(task)]!;
