/**
 * Draws what `descentStudy.ts` found: loss against gradient evaluations and against seconds, for one case of each model.
 *
 *   npx tsx test/bench/descentFigure.ts test/bench/descentStudy
 */
import { readFileSync, writeFileSync } from 'node:fs';
import * as Plot from '@observablehq/plot';
import { figureColors, plotSvg } from '../../src/figures/plot.ts';
import type { DescentRun } from './descentStudy.ts';

const dashes: Readonly<Record<string, string>> = {
  coarse: 'none',
  anew: '6 3',
  noise: '2 2',
  secondOrder: '8 3 2 3',
  restarts: '1 4',
};
const methods = Object.keys(dashes);
const names: Readonly<Record<string, string>> = {
  coarse: 'as fast',
  anew: 'rate anew',
  secondOrder: 'L-BFGS',
};
const [path] = process.argv.slice(2) as [string];
const runs: DescentRun[] = JSON.parse(readFileSync(`${path}.json`, 'utf8'));
const points = runs
  .filter(({ sound, seed, method, evaluations }) => {
    const isCase = sound === 'speech-no' && seed === 1 && evaluations <= 1000;
    return isCase && methods.includes(method);
  })
  .flatMap(({ model, stage, method, curve, loss, evaluations, seconds }) =>
    [...curve, [evaluations, loss] as const]
      .filter(([count]) => count > 0)
      .flatMap(([count, value]) => [
        { case: `${model} ${stage}`, axis: 'evaluations', x: count, loss: value, method },
        {
          case: `${model} ${stage}`,
          axis: 'seconds',
          x: (count / evaluations) * seconds,
          loss: value,
          method,
        },
      ]),
  );
const cases = [...new Set(points.map((point) => point.case))];
const panels = cases.flatMap((name) => ['evaluations', 'seconds'].map((axis) => ({ name, axis })));
const width = 330;
const parts = panels.map(({ name, axis }, i) => {
  const own = points.filter((point) => point.case === name && point.axis === axis);
  const ends = methods.flatMap((method) => own.filter((point) => point.method === method).slice(-1));
  const svg = plotSvg({
    ...{ width, height: 240, marginLeft: 52, marginRight: 78, marginTop: 40, marginBottom: 40 },
    x: { label: axis === 'evaluations' ? 'Gradient evaluations' : 'Time (s)', ticks: 4, grid: true },
    y: { type: 'log', label: 'Normalized loss', ticks: 4, tickFormat: '~g', grid: true },
    color: { domain: methods, range: figureColors.slice(0, methods.length) },
    marks: [
      Plot.frame(),
      ...methods.map((method) =>
        Plot.line(
          own.filter((point) => point.method === method),
          { x: 'x', y: 'loss', stroke: 'method', strokeDasharray: dashes[method]! },
        ),
      ),
      Plot.text([name], { frameAnchor: 'top-right', dy: -18, fontWeight: 'bold' }),
      Plot.text(spread(ends), {
        ...{ x: Math.max(...own.map(({ x }) => x)), y: 'at', text: 'name', fill: 'method' },
        ...{ textAnchor: 'start', dx: 6 },
      }),
    ],
  });
  const [column, row] = [i % 2, Math.floor(i / 2)];
  return svg.replace('<svg ', `<svg x="${column * width}" y="${row * 240}" `);
});
const label =
  'Loss against gradient evaluations and against seconds of several ways down, for one case of each model';
writeFileSync(
  `${path}.svg`,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * width} ${240 * cases.length}" width="${2 * width}" height="${240 * cases.length}" role="img" aria-label="${label}" font-family="system-ui, sans-serif">${parts.join('')}</svg>\n`,
);

/** Names at the lines' ends, apart from each other on the logarithmic axis. */
function spread(
  ends: readonly { method: string; loss: number }[],
): { method: string; name: string; at: number }[] {
  const sorted = ends.toSorted((a, b) => b.loss - a.loss);
  let before = Number.POSITIVE_INFINITY;
  return sorted.map(({ method, loss }) => {
    before = Math.min(loss, before / 1.35);
    return { method, name: names[method] ?? method, at: before };
  });
}
