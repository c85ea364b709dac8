import { describe, expect, it, test } from 'vitest';
import { joinedSvg, twoColumnsSvg } from '../../src/figures/figureStyle.ts';

const panel = '<svg width="100" height="50"></svg>';

describe('joinedSvg', () => {
  it('escapes its title, and breaks it where it is wider than the panels, which then stand lower', () => {
    const svg = joinedSvg([{ svg: panel, x: 7, y: 34 }], {
      width: 200,
      height: 84,
      title: 'a<b & "c": words taken',
    });
    expect(svg).toContain(
      'y="24" font-size="15" font-weight="700" fill="#1a1a1a">a&lt;b &amp; &quot;c&quot;: words</text>',
    );
    expect(svg).toContain('y="44" font-size="15" font-weight="700" fill="#1a1a1a">taken</text>');
    expect(svg).toContain('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="104"');
    expect(svg).toContain('<svg x="7" y="54" width="100"');
  });

  it('is as wide as the longest word', () => {
    expect(joinedSvg([], { width: 50, height: 50, title: 'recognition' })).toContain(
      'width="131" height="50"',
    );
  });
});

test.each<[number, string, string[]]>([
  [1, 'width="100" height="84"', ['x="0" y="34"']],
  [2, 'width="200" height="84"', ['x="0" y="34"', 'x="100" y="34"']],
  [3, 'width="200" height="134"', ['x="0" y="34"', 'x="100" y="34"', 'x="0" y="84"']],
])('twoColumnsSvg puts %i charts in rows of two', (count, size, places) => {
  const svg = twoColumnsSvg(Array(count).fill(panel), { width: 100, height: 50, title: 'a' });
  expect(svg).toContain(`<svg xmlns="http://www.w3.org/2000/svg" ${size}`);
  expect([...svg.matchAll(/<svg (x="\d+" y="\d+")/g)].map(([, place]) => place)).toEqual(places);
});

test('twoColumnsSvg puts what stands below under all charts, at their width', () => {
  const below = (width: number) => ({ svg: `<svg width="${width}" height="20"></svg>`, height: 20 });
  const svg = twoColumnsSvg([panel, panel], { width: 100, height: 50, title: 'a', below });
  expect(svg).toContain('width="200" height="104"');
  expect(svg).toContain('<svg x="0" y="84" width="200" height="20">');
});
