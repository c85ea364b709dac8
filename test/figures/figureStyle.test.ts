import { expect, test } from 'vitest';
import { joinedSvg } from '../../src/figures/figureStyle.ts';

test('joinedSvg escapes its title and is wide enough for it', () => {
  const svg = joinedSvg([], { width: 50, height: 50, title: 'a<b & "c": words taken for one another' });
  expect(svg).toContain('>a&lt;b &amp; &quot;c&quot;: words taken for one another</text>');
  expect(svg).toContain('<svg xmlns="http://www.w3.org/2000/svg" width="374" height="50"');
});
