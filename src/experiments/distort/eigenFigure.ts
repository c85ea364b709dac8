import * as Plot from '@observablehq/plot';
import { createExactCochleagram } from '../../../cochlea/exactCochleagram.ts';
import { rms } from '../../../stimuli/level.ts';
import { escapeMarkup } from '../../base/escapeMarkup.ts';
import { cochleagramSvg } from '../../figures/cochleagramFigure.ts';
import { figureColors, plotSvg } from '../../figures/plot.ts';
import { figureFont } from '../../figures/svgToPng.ts';
import type { AuditoryModel } from '../../model/auditoryModel.ts';
import type { Eigendistortions } from './eigendistortions.ts';
import type { EigenRecord } from './eigenRecord.ts';

const panel = { width: 560, height: 330 };
const titleHeight = 34;
const kinds = ['largest', 'noise', 'smallest'] as const;
const colors = [figureColors[1], '#777', figureColors[2]];

/**
 * Draws eigendistortions: cochleagrams of the sound and of both changes, and what changes of each kind do to the stage at
 * each level, as measured and as the metric predicts.
 *
 * @param record - The search.
 * @param sounds - The sound, shape [samples], and the directions.
 * @param model - Gives the cochleagram.
 * @returns A self-contained SVG.
 */
export function eigenFigure(
  record: EigenRecord,
  { waveform, directions }: { waveform: Float32Array; directions: Eigendistortions['directions'] },
  model: Pick<AuditoryModel, 'cochleagram'>,
): string {
  const ear = createExactCochleagram(model.cochleagram, waveform.length);
  const level = rms(waveform);
  const draw = (sound: Float32Array, title: string) =>
    cochleagramSvg({ values: ear.analyze(sound), ...ear }, { title, ...panel });
  // A direction has norm 1: set to the sound's level, it can be seen.
  const alone = (direction: Float32Array) =>
    direction.map((value) => value * level * Math.sqrt(waveform.length));
  const [width, height] = [2 * panel.width, titleHeight + 2 * panel.height];
  const title = `Eigendistortions of ${record.sound}, ${record.model}: ${record.stage}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${figureFont}, Helvetica, Arial, sans-serif" font-size="13" fill="#222">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="16" y="23" font-size="16" font-weight="700">${escapeMarkup(title)}</text>`,
    placed(draw(waveform, 'The sound'), 0, titleHeight),
    placed(effectPlot(record), panel.width, titleHeight),
    placed(draw(alone(directions.largest), 'Largest eigendistortion alone'), 0, titleHeight + panel.height),
    placed(
      draw(alone(directions.smallest), 'Smallest eigendistortion alone'),
      panel.width,
      titleHeight + panel.height,
    ),
    '</svg>',
  ].join('\n');
}

function effectPlot({ distortions, noise }: EigenRecord): string {
  const rows = kinds.flatMap((kind) =>
    (kind === 'noise' ? noise : distortions[kind]).levels.map((level) => ({ kind, ...level })),
  );
  // A logarithmic axis has no place for an effect of zero.
  const shown = (key: 'measured' | 'predicted') => rows.filter((row) => row[key] > 0);
  return plotSvg({
    ...{ ...panel, marginLeft: 72, marginRight: 80, marginBottom: 44, marginTop: 30 },
    ariaLabel: 'Change of the activations against the level of the change',
    style: { fontSize: '12px', fontFamily: `${figureFont}, Helvetica, Arial, sans-serif` },
    x: {
      ...{ label: 'Level of the change (dB re the sound)', labelAnchor: 'center', labelArrow: 'none' },
      inset: 8,
    },
    y: {
      ...{ type: 'log', label: 'Change of the activations (share of their norm)', grid: true },
      ...{ labelAnchor: 'center', labelArrow: 'none', ticks: 6, tickFormat: '~e' },
    },
    color: { domain: [...kinds], range: colors },
    marks: [
      Plot.frame({ stroke: '#ccc' }),
      Plot.line(shown('predicted'), {
        ...{ x: 'levelDb', y: 'predicted', z: 'kind', stroke: 'kind', strokeDasharray: '5 3' },
      }),
      Plot.line(shown('measured'), {
        x: 'levelDb',
        y: 'measured',
        z: 'kind',
        stroke: 'kind',
        strokeWidth: 2,
      }),
      Plot.dot(shown('measured'), { x: 'levelDb', y: 'measured', fill: 'kind', r: 4 }),
      // Predictions are parallel: their lines are as far apart everywhere as the eigenvalues are.
      Plot.text(shown('predicted'), {
        ...Plot.selectLast({ x: 'levelDb', y: 'predicted', z: 'kind', text: 'kind', fill: 'kind' }),
        ...{ textAnchor: 'start', dx: 8 },
      }),
      Plot.text(['— measured   - - predicted'], { frameAnchor: 'top-left', dx: 8, dy: 8 }),
    ],
  } as Parameters<typeof plotSvg>[0]);
}

function placed(svg: string, x: number, y: number): string {
  return svg.replace('<svg ', `<svg x="${x}" y="${y}" `);
}
