import { convertIndexedToRgb, decode } from 'fast-png';
import { expect, test } from 'vitest';
import { erbNumber, frequencyAtErbNumber } from '../../cochlea/erb.ts';
import { cochleagramSvg } from '../../src/figures/cochleagramFigure.ts';
import { svgToPng } from '../../src/figures/svgToPng.ts';

// Five channels one Cam apart around 1 kHz; the value is the channel's number.
const middle = erbNumber(1000);
const image = {
  values: Float32Array.from({ length: 5 * 4 }, (_, i) => Math.floor(i / 4)),
  centerFrequenciesHz: [-2, -1, 0, 1, 2].map((cams) => frequencyAtErbNumber(middle + cams)),
  frameTimesSeconds: [0.1, 0.2, 0.3, 0.4],
};

test('the middle channel’s frequency is labelled at the middle of the axis', () => {
  const svg = cochleagramSvg(image, { width: 400, height: 300 });
  const y = Number(/y="([\d.]+)" text-anchor="end">1000</.exec(svg)![1]);
  // The frame reaches from 14 to 250; labels stand 4 pixels below their tick.
  expect(y - 4).toBeCloseTo((14 + 250) / 2, 1);
});

test('high frequencies are on top, and the color scale is dark for small and light for large values', () => {
  const uri = /base64,([^"]+)"/.exec(cochleagramSvg(image))![1]!;
  const raster = decode(Buffer.from(uri, 'base64'));
  const colors = convertIndexedToRgb(raster);
  const brightness = [0, 1, 2, 3, 4].map((row) => {
    const at = 3 * row * raster.width;
    return colors[at]! + colors[at + 1]! + colors[at + 2]!;
  });
  expect(brightness).toEqual(brightness.toSorted((a, b) => b - a));
  expect(brightness[4]).toBeLessThan(30);
  expect(brightness[0]).toBeGreaterThan(500);
});

test('a shared domain makes the colors of two cochleagrams comparable', () => {
  const louder = { ...image, values: image.values.map((value) => 2 * value) };
  const raster = (svg: string) => /base64,([^"]+)"/.exec(svg)![1];
  expect(raster(cochleagramSvg(louder))).toBe(raster(cochleagramSvg(image)));
  expect(raster(cochleagramSvg(louder, { domain: [0, 8] }))).not.toBe(
    raster(cochleagramSvg(image, { domain: [0, 8] })),
  );
});

test('a title is escaped; axes carry their units', () => {
  const svg = cochleagramSvg(image, { title: 'a<b>&"c"' });
  expect(svg).toContain('a&lt;b&gt;&amp;&quot;c&quot;');
  for (const label of ['frequency (Hz)', 'time (s)', 'compressed envelope']) expect(svg).toContain(label);
});

test('svgToPng draws shapes and text without the machine’s fonts', async () => {
  const svg = (text: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30"><rect width="20" height="30" fill="#f00"/><text x="25" y="20" font-family="DejaVu Sans" font-size="12">${text}</text></svg>`;
  const image = decode(await svgToPng(svg('Hz'), 2));
  expect([image.width, image.height]).toEqual([120, 60]);
  expect([...image.data.slice(0, 3)]).toEqual([255, 0, 0]);
  const ink = (text: { data: ArrayLike<number>; channels: number }) => {
    let dark = 0;
    for (let i = 0; i < text.data.length; i += text.channels) if (text.data[i]! < 100) dark++;
    return dark;
  };
  expect(ink(image)).toBeGreaterThan(20);
  expect(ink(decode(await svgToPng(svg(''), 2)))).toBe(0);
});
