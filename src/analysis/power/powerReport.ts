import * as Plot from '@observablehq/plot';
import { columnPx, figureInk, figureStyle, twoColumnsSvg } from '../../figures/figureStyle.ts';
import { legendSvg, seriesEntries } from '../../figures/legend.ts';
import { plotSvg } from '../../figures/plot.ts';
import { seriesColors, seriesSymbols } from '../../figures/series.ts';
import { type ReportTable, tableOf } from '../report/table.ts';
import type { PowerLine } from './simulatePower.ts';

/**
 * The simulated power as a table.
 *
 * @param lines - Power by number of participants and test.
 */
export function powerTable(lines: readonly PowerLine[]): ReportTable {
  return tableOf({ name: 'power', title: 'Simulated power' }, lines, {
    test: (line) => line.test,
    participants: (line) => line.participants,
    power: (line) => line.power,
    low: (line) => line.interval.low,
    high: (line) => line.interval.high,
    simulations: (line) => line.simulations,
  });
}

/**
 * Power over the number of participants, one line a test.
 *
 * @param lines - The power.
 * @returns SVG text.
 */
export function powerFigure(lines: readonly PowerLine[]): string {
  const tests = [...new Set(lines.map(({ test }) => test))];
  const most = Math.max(...lines.map(({ participants }) => participants));
  const size = { width: columnPx, height: 340 };
  const svg = plotSvg({
    ...{ ...size, marginTop: 28, marginBottom: 42, style: figureStyle },
    ariaLabel: 'Simulated power over number of participants',
    // Lines that stand beside each other end right of their number of participants.
    x: { label: 'participants', labelAnchor: 'center', labelArrow: 'none', domain: [0, 1.03 * most] },
    y: { label: 'power', domain: [0, 1], grid: true, ticks: 5, labelArrow: 'none' },
    color: seriesColors(tests),
    symbol: seriesSymbols(tests),
    marks: [
      Plot.ruleY([0.8], { stroke: figureInk.guide, strokeDasharray: '4 3' }),
      ...tests.flatMap((test, place) => {
        const own = lines
          .filter((line) => line.test === test)
          .map(({ interval, ...line }) => ({ ...line, ...interval }));
        // Beside each other, since several tests often have the same power.
        const dx = 4 * (place - (tests.length - 1) / 2);
        return [
          Plot.line(own, { x: 'participants', y: 'power', stroke: 'test', strokeWidth: 1.5, dx }),
          Plot.ruleX(own, { x: 'participants', y1: 'low', y2: 'high', stroke: 'test', dx }),
          Plot.dot(own, { x: 'participants', y: 'power', fill: 'test', symbol: 'test', r: 4, dx }),
        ];
      }),
    ],
  });
  return twoColumnsSvg([svg], {
    ...{ ...size, title: 'Simulated power' },
    below: (width) => legendSvg(seriesEntries(tests), width),
  });
}
