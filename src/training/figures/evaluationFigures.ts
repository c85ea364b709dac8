import * as Plot from '@observablehq/plot';
import { backgroundKinds } from '../../corpus/excerpts/backgrounds.ts';
import { figureInk, figureStyle, twoColumnsSvg } from '../../figures/figureStyle.ts';
import { humansInNoiseFigure } from '../../figures/humansInNoiseFigure.ts';
import { legendSvg, seriesEntries } from '../../figures/legend.ts';
import { figureColors, plotSvg } from '../../figures/plot.ts';
import type { CorpusTask } from '../../model/auditoryModel.ts';
import type { Calibration } from '../evaluation/calibration.ts';
import type { Accuracy, Evaluation } from '../evaluation/evaluation.ts';
import { confusionFigure } from './confusionFigure.ts';
import { snrPanel, snrPanelSize } from './snrPanel.ts';

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

/** Accuracy over signal-to-noise ratio by background, one panel a task. */
function psychometricFigure(
  model: string,
  tasks: readonly [CorpusTask, Record<string, Accuracy>][],
  snrsDb: readonly number[],
): string {
  const sorted = [...snrsDb].sort((a, b) => a - b);
  const all = 'all backgrounds';
  const panels = tasks.map(([task, groups]) =>
    snrPanel(task, sorted, [
      { name: all, accuracyOf: ({ snrDb }) => groups[snrDb === 'clean' ? snrDb : `${snrDb} dB`] },
      ...backgroundKinds.map((kind) => ({
        ...{ name: kind, isDetail: true },
        accuracyOf: ({ snrDb }: { snrDb: number | 'clean' }) => groups[`${kind}@${snrDb} dB`],
      })),
    ]),
  );
  return twoColumnsSvg(panels, {
    ...snrPanelSize,
    title: `${model}: recognition over signal-to-noise ratio, with 95 % intervals`,
    below: (width) => legendSvg(seriesEntries([all, ...backgroundKinds]), width),
  });
}

const square = { width: 400, height: 400 };

/** Share right over the probability of the best label; dots as large as their bin has excerpts. */
function calibrationFigure(model: string, tasks: readonly [CorpusTask, Calibration][]): string {
  const panels = tasks.map(([task, { bins, expectedCalibrationError }]) =>
    plotSvg({
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
  );
  return twoColumnsSvg(panels, { ...square, title: `${model}: calibration over all conditions` });
}
