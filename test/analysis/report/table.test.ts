import { describe, expect, it } from 'vitest';
import {
  reportedProbability,
  shownNumber,
  shownProbability,
  tableCsv,
  tableHtml,
  tableOf,
  testColumns,
} from '../../../src/analysis/report/table.ts';
import { csvText } from '../../../src/base/writeCsv.ts';
import { spreadPositions } from '../../../src/figures/plot.ts';

const table = {
  name: 't',
  title: 'A & B',
  columns: ['who', 'p', 'x'],
  rows: [
    ['<b>', 1.8345e-65, -0.12345],
    ['=HYPERLINK("x")', Number.NaN, null],
  ],
} as const;

describe('report tables', () => {
  it('a difference is shown with the ends of its interval, p, and p adjusted by Holm', () => {
    const line = { interval: { low: 1, high: 2 }, p: 0.01, pHolm: 0.02 };
    expect(tableOf(table, [line], testColumns)).toMatchObject({
      columns: ['low', 'high', 'p', 'p (Holm)'],
      rows: [[1, 2, 0.01, 0.02]],
    });
  });

  it('tableCsv keeps full precision, leaves undefined cells empty and disarms formulas', () => {
    expect(tableCsv(table)).toBe('who,p,x\n<b>,1.8345e-65,-0.12345\n"\'=HYPERLINK(""x"")",,\n');
    expect(csvText(['x'], [['-3']])).toBe('x\n-3\n');
  });

  it('tableHtml escapes, and prints p below .001 as a bound', () => {
    const html = tableHtml(table);
    expect(html).toContain('&lt;b&gt;');
    expect(html).toContain('&lt; .001');
    expect(html).toContain('−0.123');
    expect(html).toContain('A &amp; B');
  });

  it('shownProbability and shownNumber', () => {
    expect(shownProbability(0.04567)).toBe('.046');
    expect(shownProbability(0.001)).toBe('.001');
    expect(shownProbability(1)).toBe('1.000');
    expect(shownProbability(9.99e-4)).toBe('&lt; .001');
    expect(reportedProbability(2.5e-5)).toBe('p &lt; .001');
    expect(reportedProbability(0.25)).toBe('p = .250');
    expect(shownProbability(Number.NaN)).toBe('–');
    expect(shownNumber(1234.567)).toBe('1234.6');
    expect(shownNumber(Number.POSITIVE_INFINITY)).toBe('∞');
  });

  it('spreadPositions keeps labels within a range that has room for them', () => {
    const close = (positions: number[], expected: number[]) =>
      positions.forEach((position, i) => {
        expect(position).toBeCloseTo(expected[i]!, 9);
      });
    const within = { least: 0, most: 1 };
    close(spreadPositions([1, 1, 1], 0.1, within), [0.8, 0.9, 1]);
    close(spreadPositions([0, 0, 0.9], 0.1, within), [0, 0.1, 0.9]);
    close(spreadPositions([0.5, 0.9], 0.1, within), [0.5, 0.9]);
  });

  it('spreadPositions keeps order and gap', () => {
    const spread = spreadPositions([0.5, 0.51, 0.1], 0.06);
    expect(spread[1]! - spread[0]!).toBeGreaterThanOrEqual(0.0599);
    expect(spread[2]).toBeCloseTo(0.1, 12);
  });
});
