import * as Plot from '@observablehq/plot';
import { figureInk, figureStyle } from '../../figures/figureStyle.ts';
import { figureColors, plotSvg } from '../../figures/plot.ts';
import type { Lesions } from './lesionModel.ts';

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
  return plotSvg({
    ariaLabel: 'Loss of performance by lesions, by stage',
    title: `Lesions of ${model}`,
    ...{ width: 1140, height: 400, marginLeft: 60, marginRight: 80, marginBottom: 80, marginTop: 40 },
    style: figureStyle,
    x: { domain: stages.map(({ stage }) => stage), label: null, tickRotate: -45 },
    y: { label: 'loss of performance above chance', grid: true, domain: range, labelArrow: 'none' },
    fx: { domain: panels, label: null, padding: 0.08 },
    color: { domain: names, range: figureColors.slice(1), legend: false },
    marks: [
      Plot.frame({ stroke: figureInk.frame }),
      Plot.ruleY([0], { stroke: figureInk.guide }),
      Plot.ruleX(bands, {
        ...{ fx: 'panel', x: 'stage', y1: 'low', y2: 'high', strokeWidth: 9, strokeOpacity: 0.22 },
        stroke: ({ task }: { task: string }) => (task === '' ? figureInk.guide : colorOf(names, task)),
      }),
      Plot.line(lines, { fx: 'panel', x: 'stage', y: 'drop', z: 'task', stroke: 'task', strokeWidth: 2 }),
      Plot.dot(lines, { fx: 'panel', x: 'stage', y: 'drop', fill: 'task', symbol: 'task', r: 3.5 }),
      Plot.ruleX(found, { fx: 'panel', x: 'stage', y1: 'low', y2: 'high', stroke: figureColors[0] }),
      Plot.dot(found, { fx: 'panel', x: 'stage', y: 'value', fill: figureColors[0], r: 3.5 }),
      ...names.map((task, i) =>
        // Beside the last panel, where no line runs.
        Plot.text([{ panel: segregation }], {
          ...{
            fx: 'panel',
            frameAnchor: 'top-right',
            textAnchor: 'start',
            dx: 12,
            dy: 8 + 17 * i,
            text: () => task,
          },
          ...{ fill: colorOf(names, task), fontWeight: 'bold' },
        }),
      ),
    ],
  } as Parameters<typeof plotSvg>[0]);
}

const colorOf = (names: readonly string[], task: string) => figureColors[1 + names.indexOf(task)]!;
