import * as Plot from '@observablehq/plot';
import { createExactCochleagram } from '../../../cochlea/exactCochleagram.ts';
import { cochleagramSvg } from '../../figures/cochleagramFigure.ts';
import { columnPx, figureInk, figureStyle, twoColumnsSvg } from '../../figures/figureStyle.ts';
import { figureColors, plotSvg } from '../../figures/plot.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import type { DriveRecord } from './driveRecord.ts';

const panel = { width: columnPx, height: 300 };
const looks = {
  ...{ ...panel, marginLeft: 72, marginRight: 24, marginBottom: 44 },
  style: figureStyle,
};

/**
 * Draws a driven sound: its cochleagram beside the best natural sound's, the score over the steps, and the response to
 * every natural sound, to noise and to the driven one.
 *
 * @param record - The run.
 * @param sounds - Driven and best natural sound, each of shape [samples].
 * @param model - Gives the cochleagram.
 * @returns A self-contained SVG.
 */
export function driveFigure(
  record: DriveRecord,
  sounds: { waveform: Float32Array; bestWaveform: Float32Array },
  model: Pick<AuditoryModel, 'cochleagram'>,
): string {
  const ear = createExactCochleagram(model.cochleagram, sounds.waveform.length);
  const [best, driven] = [ear.analyze(sounds.bestWaveform), ear.analyze(sounds.waveform)];
  const largest = [best, driven].flatMap((each) => each.reduce((a, b) => Math.max(a, b), 1e-9));
  const draw = (values: Float64Array, title: string) =>
    cochleagramSvg({ values, ...ear }, { title, domain: [0, Math.max(...largest)], ...panel });
  const panels = [
    draw(best, `Best natural sound: ${record.sound}`),
    draw(driven, 'Driven sound'),
    scoreCurve(record),
    responsesPlot(record),
  ];
  return twoColumnsSvg(panels, { ...panel, title: `${record.model}: ${record.stage}` });
}

function scoreCurve({ loss, comparison, objective }: DriveRecord): string {
  return plotSvg({
    ...looks,
    x: { label: 'gradient steps', labelAnchor: 'center', labelArrow: 'none' },
    y: {
      label: objective.name === 'stretch' ? 'response (SD of natural sounds)' : 'logarithm of the softmax',
      ...{ labelAnchor: 'center', labelArrow: 'none', grid: true },
    },
    marks: [
      Plot.line(loss, { x: '0', y: ([, value]: [number, number]) => -value }),
      Plot.ruleY([comparison.best.score], { stroke: figureColors[1], strokeDasharray: '5 3' }),
      Plot.text([comparison.best.score], {
        ...{ y: (value: number) => value, frameAnchor: 'right', dy: -8, fill: figureColors[1] },
        text: () => 'best natural sound',
      }),
    ],
  });
}

function responsesPlot({ comparison: { natural, best, noise, driven } }: DriveRecord): string {
  const rows = [
    ...natural.map(({ z, neighbors, sound }) => ({ what: 'natural', z, neighbors, name: sound })),
    { what: 'noise', ...noise, name: 'noise' },
    { what: 'driven', ...driven, name: 'driven' },
  ];
  const kinds = ['natural', 'noise', 'driven'];
  return plotSvg({
    ...looks,
    x: {
      ...{ label: 'driven response (SD of natural sounds)', labelAnchor: 'center', labelArrow: 'none' },
      ...{ grid: true, nice: true, inset: 16 },
    },
    y: {
      ...{ label: 'mean of its neighbors (SD)', labelAnchor: 'center', labelArrow: 'none' },
      ...{ grid: true, nice: true, inset: 16 },
    },
    color: { domain: kinds, range: [figureInk.guide, figureColors[2], figureColors[1]] },
    symbol: { domain: kinds, range: ['circle', 'square', 'star'] },
    marks: [
      Plot.dot(rows, {
        ...{ x: 'z', y: ({ neighbors }: { neighbors: number | null }) => neighbors ?? 0 },
        ...{ fill: 'what', symbol: 'what', r: 4.5 },
      }),
      Plot.text(
        rows.filter(({ what, name }) => what !== 'natural' || name === best.sound),
        {
          ...{ x: 'z', y: ({ neighbors }: { neighbors: number | null }) => neighbors ?? 0 },
          ...{ text: 'name', dy: -11, fill: 'what' },
        },
      ),
    ],
  });
}
