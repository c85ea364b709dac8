import * as Plot from '@observablehq/plot';
import { figureInk, figureStyle, twoColumnsSvg } from '../../../figures/figureStyle.ts';
import { figureColors, plotSvg } from '../../../figures/plot.ts';
import type { AuditoryModel } from '../../../model/auditoryModel.ts';
import { changePanel, changePanels } from '../changePanels.ts';
import { type PrincipalName, type PrincipalRecord, principalNames } from './principalRecord.ts';

/**
 * Draws principal distortions: cochleagrams of the sound and of both changes, and how sensitive each observer is to them.
 *
 * @param record - The search.
 * @param sounds - The sound, shape [samples], and the directions.
 * @param model - Gives the cochleagram.
 * @returns A self-contained SVG.
 */
export function principalFigure(
  record: PrincipalRecord,
  { waveform, directions }: { waveform: Float32Array; directions: Record<PrincipalName, Float32Array> },
  model: Pick<AuditoryModel, 'cochleagram'>,
): string {
  const { sound, alone } = changePanels(waveform, model);
  const panels = [
    sound(waveform, 'The sound'),
    sensitivityPlot(record),
    alone(directions.first, 'First principal distortion alone'),
    alone(directions.second, 'Second principal distortion alone'),
  ];
  const title = `Principal distortions of ${record.sound}, ${record.model}`;
  return twoColumnsSvg(panels, { ...changePanel, title });
}

function sensitivityPlot({ sensitivities, floorDb }: PrincipalRecord): string {
  const rows = sensitivities.flatMap(({ observer, firstDb, secondDb }) => [
    { observer, change: principalNames[0], value: firstDb },
    { observer, change: principalNames[1], value: secondDb },
  ]);
  const text = (name: PrincipalName) =>
    Plot.text(rows.filter(({ change }) => change === name).slice(0, 1), {
      x: 'value',
      y: 'observer',
      text: 'change',
      fill: 'change',
      dy: -14,
    });
  return plotSvg({
    ...{ ...changePanel, marginLeft: 150, marginRight: 24, marginBottom: 44, marginTop: 30 },
    ariaLabel: 'Sensitivity of each observer to both changes',
    style: figureStyle,
    x: {
      ...{ label: 'sensitivity (dB re noise of the band)', labelAnchor: 'center', labelArrow: 'none' },
      ...{ grid: true, inset: 30, nice: true },
    },
    y: { domain: sensitivities.map(({ observer }) => observer), label: null, padding: 0.8 },
    color: { domain: [...principalNames], range: [figureColors[1], figureColors[2]] },
    symbol: { domain: [...principalNames], range: ['circle', 'square'] },
    marks: [
      Plot.ruleX([0], { stroke: figureInk.guide }),
      Plot.ruleX([floorDb], { stroke: figureInk.guide, strokeDasharray: '5 3' }),
      Plot.link(sensitivities, {
        ...{ x1: 'firstDb', x2: 'secondDb', y1: 'observer', y2: 'observer', stroke: figureInk.guide },
      }),
      Plot.dot(rows, { x: 'value', y: 'observer', fill: 'change', symbol: 'change', r: 5 }),
      text('first'),
      text('second'),
    ],
  } as Parameters<typeof plotSvg>[0]);
}
