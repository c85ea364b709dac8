import * as Plot from '@observablehq/plot';
import { createExactCochleagram } from '../../cochlea/exactCochleagram.ts';
import { escapeMarkup } from '../base/escapeMarkup.ts';
import type { AuditoryModel } from '../model/auditoryModel.ts';
import type { RunRecord } from '../records/runRecord.ts';
import { cochleagramSvg } from './cochleagramFigure.ts';
import { columnPx, figureInk, figureStyle, twoColumnsSvg } from './figureStyle.ts';
import { logarithmicTicks } from './logarithmicTicks.ts';
import { plotSvg } from './plot.ts';
import { wrapText } from './wrapText.ts';

const panel = { width: columnPx, height: 300 };

/**
 * Draws a synthesis run: cochleagrams of reference and metamer on one color scale, the loss curve, and the verdict.
 *
 * @param record - The run.
 * @param sounds - Both waveforms, each of shape [samples].
 * @param model - Gives the cochleagram.
 * @returns A self-contained SVG.
 */
export function runFigure(
  record: RunRecord,
  sounds: { reference: Float32Array; metamer: Float32Array },
  model: Pick<AuditoryModel, 'cochleagram'>,
): string {
  const ear = createExactCochleagram(model.cochleagram, sounds.reference.length);
  const [reference, metamer] = [ear.analyze(sounds.reference), ear.analyze(sounds.metamer)];
  const largest = Math.max(
    reference.reduce((a, b) => Math.max(a, b), 0),
    1e-9,
  );
  const draw = (values: Float64Array, title: string) =>
    cochleagramSvg({ values, ...ear }, { title, domain: [0, largest], ...panel });
  const title = `${record.sound}: ${record.model}, ${record.stage}`;
  const panels = [
    draw(reference, 'Reference'),
    draw(metamer, 'Metamer'),
    lossCurveSvg(record),
    verdictSvg(record),
  ];
  return twoColumnsSvg(panels, { ...panel, title });
}

/** The loss of a run over its steps, on a logarithmic scale. */
function lossCurveSvg(record: Pick<RunRecord, 'loss'>): string {
  const steps = record.loss.map(([step, loss]) => ({ step, loss: Math.max(loss, 1e-12) }));
  const losses = steps.map(({ loss }) => loss);
  const [least, most] = [Math.min(...losses), Math.max(...losses)];
  return plotSvg({
    ...panel,
    marginLeft: 72,
    marginRight: 24,
    marginBottom: 44,
    style: figureStyle,
    x: { label: 'gradient steps', labelAnchor: 'center', labelArrow: 'none' },
    y: {
      type: 'log',
      label: 'normalized loss',
      labelAnchor: 'center',
      labelArrow: 'none',
      grid: true,
      ticks: logarithmicTicks(least, most),
      tickFormat: (tick: number) => `${tick}`,
    },
    marks: [Plot.line(steps, { x: 'step', y: 'loss' })],
  });
}

function verdictSvg({ criteria, difference, loss, steps }: RunRecord): string {
  const { predictedClass, spearman, pearson, snrDb } = criteria;
  const lines = [
    criteria.passed ? 'Passed' : 'Failed',
    predictedClass
      ? `Predicted class: ${predictedClass.metamer} (reference: ${predictedClass.reference})`
      : 'The model names no classes',
    `Matched stage: Spearman ${spearman.toFixed(3)}, Pearson ${pearson.toFixed(3)}, SNR ${snrDb.toFixed(1)} dB`,
    criteria.nullMaxima ? 'Tested against a null distribution' : 'Not tested against a null',
    `Loss ${loss.at(-1)![1].toExponential(1)} after ${steps.toLocaleString('en-US')} steps`,
    `Correlation of the waveforms: ${difference.waveformCorrelation.toFixed(3)}`,
    ...Object.entries(difference.earlierStages)
      .slice(0, 5)
      .map(([stage, distance]) => `Normalized distance at ${stage}: ${distance.toFixed(3)}`),
  ].flatMap((line) => wrapText(line, 62));
  const texts = lines.map((line, i) => {
    const style =
      i === 0 ? ` font-weight="700" fill="${criteria.passed ? figureInk.passed : figureInk.failed}"` : '';
    return `<text x="24" y="${30 + 20 * i}"${style}>${escapeMarkup(line)}</text>`;
  });
  const { width, height } = panel;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-size="12" fill="${figureInk.text}">\n${texts.join('\n')}\n</svg>`;
}
