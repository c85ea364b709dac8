import * as Plot from '@observablehq/plot';
import { columnPx, figureInk, figureStyle, joinedSvg } from '../../figures/figureStyle.ts';
import { type LegendEntry, legendSvg } from '../../figures/legend.ts';
import { figureColors, plotSvg } from '../../figures/plot.ts';
import type { SeriesSymbol } from '../../figures/series.ts';
import { mean } from '../../statistics/estimates/descriptive.ts';
import type { TrainingMetrics } from '../trainingMetrics.ts';

const width = columnPx;
const panelHeight = 270;
const margins = { marginLeft: 60, marginRight: 16, marginTop: 30, marginBottom: 42 };
/** Of a task; the dashes are those of training excerpts. */
interface Look {
  color: string;
  symbol: SeriesSymbol;
  dash: string;
}
const looks: Record<string, Look> = {
  word: { color: figureColors[2], symbol: 'circle', dash: '2 2' },
  genre: { color: figureColors[1], symbol: 'square', dash: '6 2' },
};
const lookOf = (task: string): Look =>
  looks[task] ?? { color: figureColors[3], symbol: 'triangle', dash: '2 6' };
/** Lines of the log that are averaged into one point, so that a long training stays readable. */
const pointsWanted = 200;

/**
 * Draws a training over its steps: the loss, and the share recognized of training and validation excerpts by task.
 *
 * @param log - Lines of `metrics.jsonl`, at least one.
 * @param name - What is trained, for the title.
 * @returns A self-contained SVG.
 */
export function curvesFigure(log: readonly TrainingMetrics[], name: string): string {
  const size = Math.ceil(log.length / pointsWanted);
  const points = Array.from({ length: Math.ceil(log.length / size) }, (_, i) =>
    log.slice(i * size, (i + 1) * size),
  );
  const x = { label: 'steps', labelAnchor: 'center', labelArrow: 'none', domain: [0, log.at(-1)!.step] };
  const common = { width, height: panelHeight, style: figureStyle, ...margins };
  const loss = plotSvg({
    ...common,
    ariaLabel: 'Loss over steps',
    x: { ...x, label: null } as Plot.ScaleOptions,
    y: { label: 'loss', grid: true, ticks: 5, nice: true, labelArrow: 'none' },
    marks: [
      Plot.frame({ stroke: figureInk.frame }),
      Plot.line(
        points.map((part) => ({ step: part.at(-1)!.step, loss: mean(part.map((line) => line.loss)) })),
        { x: 'step', y: 'loss', stroke: figureColors[0], strokeWidth: 1.5 },
      ),
    ],
  });
  const accuracy = plotSvg({
    ...common,
    ariaLabel: 'Share recognized over steps',
    x: x as Plot.ScaleOptions,
    y: { label: 'share recognized', domain: [0, 1], grid: true, ticks: 5, labelArrow: 'none' },
    marks: accuracyMarks(log, points),
  });
  const bottom = 34 + 2 * panelHeight;
  const legend = legendSvg(tasksOf(log).flatMap(entriesOf), width);
  return joinedSvg(
    [
      { svg: loss, x: 0, y: 34 },
      { svg: accuracy, x: 0, y: 34 + panelHeight },
      { svg: legend.svg, x: 0, y: bottom },
    ],
    { width, height: bottom + legend.height, title: `Training of ${name}` },
  );
}

const tasksOf = (log: readonly TrainingMetrics[]) => [
  ...new Set(log.flatMap(({ accuracy }) => Object.keys(accuracy))),
];

function entriesOf(task: string): LegendEntry[] {
  const { color, symbol, dash } = lookOf(task);
  return [
    { name: `${task}s, training`, color, dash },
    { name: `${task}s, validation`, color, symbol },
  ];
}

function accuracyMarks(log: readonly TrainingMetrics[], points: readonly TrainingMetrics[][]) {
  const ofTask = tasksOf(log).flatMap((task) => {
    const { color: stroke, symbol, dash } = lookOf(task);
    const training = points.flatMap((part) => {
      const values = part.flatMap(({ accuracy }) => accuracy[task] ?? []);
      return values.length ? [{ step: part.at(-1)!.step, share: mean(values) }] : [];
    });
    const validation = log.flatMap((line) => {
      const share = line.validation?.[task];
      return share === undefined ? [] : [{ step: line.step, share }];
    });
    return [
      Plot.line(training, { x: 'step', y: 'share', stroke, strokeDasharray: dash, strokeWidth: 1.2 }),
      Plot.line(validation, { x: 'step', y: 'share', stroke, strokeWidth: 2 }),
      Plot.dot(validation, { x: 'step', y: 'share', fill: stroke, symbol, r: 3 }),
    ];
  });
  return [Plot.frame({ stroke: figureInk.frame }), ...ofTask];
}
