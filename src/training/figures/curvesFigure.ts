import * as Plot from '@observablehq/plot';
import { figureInk, figureStyle, joinedSvg } from '../../figures/figureStyle.ts';
import { figureColors, plotSvg } from '../../figures/plot.ts';
import type { TrainingMetrics } from '../trainingMetrics.ts';

const width = 640;
const panelHeight = 270;
const margins = { marginLeft: 60, marginRight: 150, marginTop: 30, marginBottom: 42 };
const taskColors: Record<string, string> = { word: figureColors[2], genre: figureColors[1] };
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
  return joinedSvg(
    [
      { svg: loss, x: 0, y: 34 },
      { svg: accuracy, x: 0, y: 34 + panelHeight },
    ],
    { width, height: 34 + 2 * panelHeight, title: `Training of ${name}` },
  );
}

function accuracyMarks(log: readonly TrainingMetrics[], points: readonly TrainingMetrics[][]) {
  const tasks = [...new Set(log.flatMap(({ accuracy }) => Object.keys(accuracy)))];
  const last = log.at(-1)!.step;
  const ofTask = tasks.flatMap((task, i) => {
    const stroke = taskColors[task] ?? figureColors[3];
    const training = points.flatMap((part) => {
      const values = part.flatMap(({ accuracy }) => accuracy[task] ?? []);
      return values.length ? [{ step: part.at(-1)!.step, share: mean(values) }] : [];
    });
    const validation = log.flatMap((line) => {
      const share = line.validation?.[task];
      return share === undefined ? [] : [{ step: line.step, share }];
    });
    const legend = [
      { step: last, share: 0.97 - 0.2 * i, text: `${task}s, training`, weight: 400 },
      { step: last, share: 0.9 - 0.2 * i, text: `${task}s, validation ●`, weight: 700 },
    ];
    return [
      Plot.line(training, { x: 'step', y: 'share', stroke, strokeOpacity: 0.45, strokeWidth: 1.5 }),
      Plot.line(validation, { x: 'step', y: 'share', stroke, strokeWidth: 2 }),
      Plot.dot(validation, { x: 'step', y: 'share', fill: stroke, r: 3 }),
      ...legend.map(({ weight, ...label }) =>
        Plot.text([label], {
          ...{ x: 'step', y: 'share', text: 'text', fill: stroke, textAnchor: 'start', dx: 10 },
          fontWeight: weight,
          fillOpacity: weight === 400 ? 0.7 : 1,
        }),
      ),
    ];
  });
  return [Plot.frame({ stroke: figureInk.frame }), ...ofTask];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
