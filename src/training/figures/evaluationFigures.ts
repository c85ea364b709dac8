import * as Plot from '@observablehq/plot';
import { backgroundKinds } from '../../corpus/excerpts/backgrounds.ts';
import { figureInk, figureStyle, joinedSvg } from '../../figures/figureStyle.ts';
import { humansInNoiseFigure } from '../../figures/humansInNoiseFigure.ts';
import { figureColors, plotSvg } from '../../figures/plot.ts';
import type { CorpusTask } from '../../model/auditoryModel.ts';
import type { Calibration } from '../calibration.ts';
import type { Confusions } from '../confusions.ts';
import type { Accuracy, Evaluation } from '../evaluate.ts';

/**
 * Draws an evaluation.
 *
 * @returns SVGs by file name: accuracy over signal-to-noise ratio, calibration, confusions of each task, and the
 *   model beside people.
 */
export function evaluationFigures(evaluation: Evaluation): Map<string, string> {
  const { model, tasks, calibration, confusions } = evaluation;
  const figures = new Map<string, string>();
  const ofTasks = <T>(values: Partial<Record<CorpusTask, T>>) => Object.entries(values) as [CorpusTask, T][];
  if (evaluation.snrsDb.length > 0)
    figures.set('psychometric.svg', psychometricFigure(model, ofTasks(tasks), evaluation.snrsDb));
  figures.set('calibration.svg', calibrationFigure(model, ofTasks(calibration)));
  for (const [task, counts] of ofTasks(confusions))
    figures.set(`confusions-${task}.svg`, confusionFigure(model, task, counts));
  if (evaluation.humans && evaluation.humans.cells > 0)
    figures.set('humans.svg', humansInNoiseFigure(model, evaluation.humans, figureStyle.fontFamily));
  return figures;
}

const titleHeight = 40;
const curve = { width: 430, height: 320 };

/** Accuracy over signal-to-noise ratio by background, one panel a task; clean stands apart on the right. */
function psychometricFigure(
  model: string,
  tasks: readonly [CorpusTask, Record<string, Accuracy>][],
  snrsDb: readonly number[],
): string {
  const sorted = [...snrsDb].sort((a, b) => a - b);
  const [lowest, highest] = [sorted[0]!, sorted.at(-1)!];
  const cleanX = highest + Math.max(4, 0.15 * (highest - lowest));
  const panels = tasks.map(([task, groups], i) => ({
    svg: psychometricPanel({ task, groups, sorted, cleanX }),
    x: i * curve.width,
    y: titleHeight,
  }));
  const legend = ['all', ...backgroundKinds].map(
    (name, i) =>
      `<line x1="0" x2="18" y1="${40 + 20 * i}" y2="${40 + 20 * i}" stroke="${colorOf(name)}" stroke-width="${name === 'all' ? 3 : 1.5}"/><text x="24" y="${44 + 20 * i}" font-size="12" fill="${figureInk.text}">${name === 'all' ? 'all backgrounds' : name}</text>`,
  );
  const x = tasks.length * curve.width;
  return joinedSvg(
    [
      ...panels,
      { svg: `<svg width="170" height="${curve.height}">${legend.join('')}</svg>`, x, y: titleHeight },
    ],
    {
      width: x + 170,
      height: titleHeight + curve.height,
      title: `${model}: recognition over signal-to-noise ratio, with 95 % intervals`,
    },
  );
}

function psychometricPanel({
  task,
  groups,
  sorted,
  cleanX,
}: {
  task: CorpusTask;
  groups: Record<string, Accuracy>;
  sorted: readonly number[];
  cleanX: number;
}): string {
  const at = (group: string, x: number, background: string) => {
    const accuracy = groups[group];
    return accuracy ? [{ x, y: accuracy.top1, ...accuracy.interval, background }] : [];
  };
  const all = sorted.flatMap((snrDb) => at(`${snrDb} dB`, snrDb, 'all'));
  const single = backgroundKinds.flatMap((kind) =>
    sorted.flatMap((snrDb) => at(`${kind}@${snrDb} dB`, snrDb, kind)),
  );
  const clean = at('clean', cleanX, 'all');
  const names = ['all', ...backgroundKinds];
  return plotSvg({
    ...curve,
    ...{ marginLeft: 52, marginRight: 16, marginTop: 30, marginBottom: 44, style: figureStyle },
    ariaLabel: `Share of ${task}s recognized over signal-to-noise ratio`,
    x: {
      domain: [sorted[0]! - 1, cleanX + 1.5],
      ticks: [...sorted, cleanX],
      tickFormat: (x: number) => (x === cleanX ? 'clean' : `${x}`.replace('-', '−')),
      ...{ label: 'signal-to-noise ratio (dB)', labelAnchor: 'center', labelArrow: 'none' },
    },
    y: {
      ...{ label: `share of ${task}s recognized`, domain: [0, 1], grid: true, ticks: 5, labelArrow: 'none' },
    },
    color: { domain: names, range: names.map(colorOf) },
    marks: [
      Plot.frame({ stroke: figureInk.frame }),
      Plot.line(single, { x: 'x', y: 'y', z: 'background', stroke: 'background', strokeWidth: 1.5 }),
      Plot.dot(single, { x: 'x', y: 'y', fill: 'background', r: 2.5 }),
      Plot.ruleX([...all, ...clean], { x: 'x', y1: 'low', y2: 'high', stroke: 'background', strokeWidth: 2 }),
      Plot.line(all, { x: 'x', y: 'y', z: 'background', stroke: 'background', strokeWidth: 3 }),
      Plot.dot([...all, ...clean], { x: 'x', y: 'y', fill: 'background', r: 4 }),
    ],
  });
}

function colorOf(name: string): string {
  return figureColors[['all', ...backgroundKinds].indexOf(name as 'all') % figureColors.length]!;
}

const square = { width: 360, height: 360 };

/** Share right over the probability of the best label; dots as large as their bin has excerpts. */
function calibrationFigure(model: string, tasks: readonly [CorpusTask, Calibration][]): string {
  const panels = tasks.map(([task, { bins, expectedCalibrationError }], i) => ({
    svg: plotSvg({
      ...square,
      ...{ marginLeft: 52, marginRight: 16, marginTop: 30, marginBottom: 44, style: figureStyle },
      ariaLabel: `Share of ${task}s right over probability`,
      x: {
        domain: [0, 1],
        label: 'probability of the best label',
        labelAnchor: 'center',
        labelArrow: 'none',
      },
      y: { domain: [0, 1], grid: true, ticks: 5, label: `share of ${task}s right`, labelArrow: 'none' },
      r: { range: [2, 9], domain: [0, Math.max(...bins.map(({ excerpts }) => excerpts))] },
      marks: [
        Plot.frame({ stroke: figureInk.frame }),
        Plot.line(
          [
            [0, 0],
            [1, 1],
          ],
          { stroke: figureInk.guide, strokeDasharray: '4 3' },
        ),
        Plot.line(bins, { x: 'meanProbability', y: 'accuracy', stroke: figureColors[2], strokeWidth: 2 }),
        Plot.dot(bins, { x: 'meanProbability', y: 'accuracy', r: 'excerpts', fill: figureColors[2] }),
        Plot.text([`expected calibration error ${(100 * expectedCalibrationError).toFixed(1)} points`], {
          ...{ frameAnchor: 'top-left', dx: 10, dy: 10, fill: figureColors[0] },
        }),
      ],
    }),
    x: i * square.width,
    y: titleHeight,
  }));
  return joinedSvg(panels, {
    width: tasks.length * square.width,
    height: titleHeight + square.height,
    title: `${model}: calibration over all conditions`,
  });
}

/** Responses by target, clean and in noise, each row scaled to its sum; the null class is a response only. */
function confusionFigure(model: string, task: CorpusTask, { labels, clean, inNoise }: Confusions): string {
  const cell = labels.length > 40 ? 9 : 16;
  const fontSize = labels.length > 40 ? 8 : 11;
  const margin = 16 + 0.62 * fontSize * Math.max(...labels.map(({ length }) => length));
  const side = cell * labels.length;
  const width = side + margin + 24;
  const height = side + margin + 40 - cell;
  const shown = (label: string, i: number) => (i === 0 ? '(null)' : label);
  const names = labels.map(shown);
  const parts = [
    { name: 'clean', counts: clean },
    { name: 'in noise', counts: inNoise },
  ].filter(({ counts }) => counts.flat().some((count) => count > 0));
  const panels = parts.map(({ name, counts }, k) => ({
    svg: plotSvg({
      ...{
        width,
        height,
        marginLeft: margin,
        marginTop: 30,
        marginRight: 24,
        marginBottom: margin + 10 - cell,
      },
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
    x: k * width,
    y: titleHeight,
  }));
  return joinedSvg(panels, {
    width: Math.max(1, parts.length) * width,
    height: titleHeight + height,
    title: `${model}: ${task}s taken for one another; rows targets, columns responses, share of row`,
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
