import * as Plot from '@observablehq/plot';
import { columnPx, figureInk, figureStyle, joinedSvg, type Panel } from '../../figures/figureStyle.ts';
import { figureColors, type PlotOptions, plotSvg } from '../../figures/plot.ts';
import { type CauseName, causeNames, causeRanges, valueAt } from './causes.ts';
import type { CausesResult, StageSimilarity } from './causesRecord.ts';

const [scatterWidth, scatterHeight] = [310, 258];
const columns = 3;
/** Widest cell, CSS pixels. */
const mostCell = 44;
/** Narrower ones have no room for a number. */
const leastCell = 32;
const titleHeight = 36;

/** What each cause is called in the figure, its unit, and where its axes have ticks. */
const titles: Record<CauseName, [name: string, unit: string, ticks: number[]]> = {
  f0Hz: ['fundamental frequency', 'Hz', [100, 200, 400]],
  formant1Hz: ['first formant', 'Hz', [300, 500, 800]],
  formant2Hz: ['second formant', 'Hz', [1000, 2000, 3000]],
  attackSeconds: ['attack', 's', [0.01, 0.03, 0.1, 0.3]],
  durationSeconds: ['duration', 's', [0.3, 0.5, 1]],
  reverberationSeconds: ['reverberation time', 's', [0.1, 0.2, 0.5, 1]],
};

/**
 * Draws inferred against true causes of held-out sounds, and below how alike the stages of both networks find them.
 *
 * @param result - Of the experiment.
 * @returns A self-contained SVG.
 */
export function causesFigure(result: CausesResult): string {
  const { similarity, measured, recovery, models } = result;
  const scatters = causeNames.map((name, i): Panel => {
    const { r } = recovery.causes.find((cause) => cause.name === name)!;
    const x = scatterWidth * (i % columns);
    return { svg: scatter(result, name, r), x, y: titleHeight + scatterHeight * Math.floor(i / columns) };
  });
  let top = titleHeight + (scatterHeight * causeNames.length) / columns;
  const maps = [
    { of: similarity, sounds: 'held-out sounds' },
    ...(measured ? [{ of: measured, sounds: 'measured sounds' }] : []),
  ].map(({ of, sounds }): Panel => {
    const panel = { svg: heatMap(of, { sounds, ...models }), x: 0, y: top };
    top += heatMapHeight(of);
    return panel;
  });
  const widest = Math.max(columns * scatterWidth, heatMapWidth(similarity));
  const percent = (100 * recovery.source.accuracy).toFixed(1);
  const title = `Causes inferred from sounds (kind of source: ${percent} % right)`;
  return joinedSvg([...scatters, ...maps], { width: widest, height: top, title });
}

function scatter({ places }: CausesResult, name: CauseName, r: number): string {
  const [title, unit, ticks] = titles[name];
  const [low, high] = causeRanges[name];
  const points = places[name].map(({ truth, inferred }) => ({
    truth: valueAt(name, truth),
    // What is inferred beyond the range is drawn at its edge.
    inferred: Math.min(Math.max(valueAt(name, inferred), low / 1.1), high * 1.1),
  }));
  const axis = {
    ...{ type: 'log', domain: [low / 1.12, high * 1.12], ticks, tickFormat: String },
    ...{ labelAnchor: 'center', labelArrow: 'none' },
  } as const;
  return plotSvg({
    ...{
      width: scatterWidth,
      height: scatterHeight,
      style: figureStyle,
      ariaLabel: `${title}, inferred against true`,
    },
    ...{ marginLeft: 62, marginRight: 14, marginTop: 36, marginBottom: 42 },
    x: { ...axis, label: `true (${unit})` },
    y: { ...axis, label: `inferred (${unit})` },
    marks: [
      Plot.frame({ stroke: figureInk.frame }),
      Plot.line(
        [
          [low, low],
          [high, high],
        ],
        { stroke: figureInk.guide, strokeDasharray: '4 3' },
      ),
      Plot.dot(points, { x: 'truth', y: 'inferred', r: 1.6, fill: figureColors[2], fillOpacity: 0.5 }),
      Plot.text([`${title}, r = ${r.toFixed(2)}`], {
        ...{ frameAnchor: 'top-left', dy: -18, fontWeight: 600, fill: figureColors[0] },
      }),
    ],
  } as PlotOptions);
}

/** No wider than two columns. */
const heatMapWidth = ({ stages }: StageSimilarity) =>
  Math.min(150 + mostCell * stages.recognition.length, 2 * columnPx);
const cellWidth = (of: StageSimilarity) => (heatMapWidth(of) - 130) / of.stages.recognition.length;
const heatMapHeight = ({ stages }: StageSimilarity) => 130 + 24 * stages.inference.length;

function heatMap(
  of: StageSimilarity,
  {
    sounds,
    inference,
    recognition,
  }: { sounds: string; inference: { name: string }; recognition: { name: string } },
): string {
  const { stages, agreement } = of;
  const cells = stages.inference.flatMap((row, i) =>
    stages.recognition.map((column, j) => ({ row, column, value: agreement[i]![j]! })),
  );
  return plotSvg({
    ...{ width: heatMapWidth(of), height: heatMapHeight(of), style: figureStyle },
    ...{ marginLeft: 100, marginRight: 30, marginTop: 40, marginBottom: 90 },
    ariaLabel: `Agreement of stages about ${sounds}`,
    x: {
      domain: stages.recognition,
      label: `stages of ${recognition.name}`,
      tickRotate: -40,
      labelArrow: 'none',
      labelOffset: 84,
    },
    y: { domain: stages.inference, label: null },
    color: { type: 'linear', domain: [0, 1], range: [figureInk.paper, figureColors[2]], clamp: true },
    marks: [
      Plot.cell(cells, { x: 'column', y: 'row', fill: 'value', inset: 0.5 }),
      Plot.text(cellWidth(of) < leastCell ? [] : cells, {
        ...{ x: 'column', y: 'row', text: ({ value }: { value: number }) => value.toFixed(2) },
        fill: ({ value }: { value: number }) => (value > 0.6 ? figureInk.paper : figureColors[0]),
      }),
      Plot.text([`Stages of ${inference.name}: agreement about ${of.sounds} ${sounds} (Spearman)`], {
        ...{ frameAnchor: 'top-left', dy: -24, fontWeight: 600, fill: figureColors[0] },
      }),
    ],
  } as PlotOptions);
}
