import { describe, expect, it, test } from 'vitest';
import { everyFigure } from './everyFigure.ts';
import { faultsInPrint } from './printed.ts';

test.each([...everyFigure()])(
  '%s is legible and whole in print, and tells series apart without color',
  async (_, svg) => {
    expect(svg).not.toContain('NaN');
    expect(await faultsInPrint(svg)).toEqual([]);
  },
);

describe('faultsInPrint', () => {
  const figure = (width: number, inside: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="100">${inside}</svg>`;
  const text = (px: number, x = 10) => `<text x="${x}" y="50" font-size="${px}">words</text>`;
  it.each<[string, string, string[]]>([
    ['letters of 12 px on a column', figure(480, text(12)), []],
    ['letters of 11.9 px on a column', figure(480, text(11.9)), ['letters of 5.97 points']],
    ['letters of 12 px on a page', figure(960, text(12)), []],
    ['letters of 11 px on a page', figure(960, text(11)), ['letters of 5.85 points']],
    ['letters beyond the right edge', figure(480, text(12, 470)), ['right cut by 25.2 px']],
    [
      'letters beyond the edge of a panel',
      figure(960, `<svg x="480" y="9" width="480" height="90">${text(12, 470)}</svg>`),
      ['right cut by 25.2 px'],
    ],
    [
      'circles of two colors',
      figure(480, `<circle cx="9" cy="9" r="2" fill="red"/><circle cx="20" cy="9" r="2" fill="blue"/>`),
      ['circle in red, blue'],
    ],
  ])('%s', async (_, svg, faults) => {
    expect(await faultsInPrint(svg)).toEqual(faults);
  });
});
