import { parseHTML } from 'linkedom';
import { expect, test } from 'vitest';
import { legendSvg, seriesEntries } from '../../src/figures/legend.ts';

/** Places of the names, CSS pixels. */
function placesOf(svg: string): number[][] {
  const texts = [...parseHTML(`<body>${svg}</body>`).document.querySelectorAll('text')];
  return texts.map((text) =>
    /translate\(([\d.]+),([\d.]+)\)/.exec(text.getAttribute('transform')!)!.slice(1).map(Number),
  );
}

test('legendSvg puts entries beside each other while they have room, then in the next row', () => {
  const { svg, height } = legendSvg(seriesEntries(['humans', 'cochcnn9', 'branched-small']), 200);
  // Letters of 7.5 px behind samples of 24 px, 20 px apart.
  expect(placesOf(svg)).toEqual([
    [40, 15],
    [129, 15],
    [40, 37],
  ]);
  expect(height).toBe(52);
});

test('legendSvg draws lines as they are drawn, marks in their shape, and notes without either', () => {
  const entries = [
    { name: 'dashed', color: '#123456', dash: '4 3' },
    ...seriesEntries(['a']),
    { name: 'note' },
  ];
  const { svg } = legendSvg(entries, 400);
  expect(svg.match(/stroke-dasharray="4 3"/g)).toHaveLength(1);
  expect(svg).toMatch(/stroke="#123456"/);
  expect(svg.match(/<circle/g)).toHaveLength(1);
  expect(placesOf(svg)[2]![0]! - placesOf(svg)[1]![0]!).toBe(7.5 + 20);
});
