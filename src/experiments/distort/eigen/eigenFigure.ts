import * as Plot from '@observablehq/plot';
import { figureInk, figureStyle, twoColumnsSvg } from '../../../figures/figureStyle.ts';
import { figureColors, plotSvg } from '../../../figures/plot.ts';
import type { AuditoryModel } from '../../../model/auditoryModel.ts';
import { changePanel, changePanels } from '../changePanels.ts';
import type { Eigendistortions } from './eigendistortions.ts';
import type { EigenRecord } from './eigenRecord.ts';

const kinds = ['largest', 'noise', 'smallest'] as const;
const colors = [figureColors[1], figureInk.guide, figureColors[2]];

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
  const { sound, alone } = changePanels(waveform, model);
  const title = `Eigendistortions of ${record.sound}, ${record.model}: ${record.stage}`;
  const svgs = [
    sound(waveform, 'The sound'),
    effectPlot(record),
    alone(directions.largest, 'Largest eigendistortion alone'),
    alone(directions.smallest, 'Smallest eigendistortion alone'),
  ];
  return twoColumnsSvg(svgs, { ...changePanel, title });
}

function effectPlot({ distortions, noise }: EigenRecord): string {
  const rows = kinds.flatMap((kind) =>
    (kind === 'noise' ? noise : distortions[kind]).levels.map((level) => ({ kind, ...level })),
  );
  // A logarithmic axis has no place for an effect of zero.
  const shown = (key: 'measured' | 'predicted') => rows.filter((row) => row[key] > 0);
  return plotSvg({
    ...{ ...changePanel, marginLeft: 72, marginRight: 80, marginBottom: 44, marginTop: 30 },
    ariaLabel: 'Change of the activations against the level of the change',
    style: figureStyle,
    x: {
      ...{ label: 'level of the change (dB re the sound)', labelAnchor: 'center', labelArrow: 'none' },
      inset: 8,
    },
    y: {
      ...{ type: 'log', label: 'change of the activations (share of norm)', grid: true },
      ...{ labelAnchor: 'center', labelArrow: 'none', ticks: 6, tickFormat: '~e' },
    },
    color: { domain: [...kinds], range: colors },
    symbol: { domain: [...kinds], range: ['circle', 'square', 'triangle'] },
    marks: [
      Plot.frame({ stroke: figureInk.frame }),
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
      Plot.dot(shown('measured'), { x: 'levelDb', y: 'measured', fill: 'kind', symbol: 'kind', r: 4 }),
      // Predictions are parallel: their lines are as far apart everywhere as the eigenvalues are.
      Plot.text(shown('predicted'), {
        ...Plot.selectLast({ x: 'levelDb', y: 'predicted', z: 'kind', text: 'kind', fill: 'kind' }),
        ...{ textAnchor: 'start', dx: 8 },
      }),
      Plot.text(['— measured   - - predicted'], { frameAnchor: 'top-left', dx: 8, dy: 8 }),
    ],
  } as Parameters<typeof plotSvg>[0]);
}
