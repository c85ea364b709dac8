import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-wasm';
import { parseHTML } from 'linkedom';
import { columnPx } from '../../src/figures/figureStyle.ts';
import { figureFont, svgToPng } from '../../src/figures/svgToPng.ts';

/** Widths of a journal's column and page, mm, and the smallest letters that journals print. */
const [columnMm, pageMm, leastPoints] = [85, 180, 6];

/**
 * What would be lost of a figure in print.
 *
 * @param svg - Text of the figure.
 * @returns A sentence for letters below 6 points (at a column's width, or at a page's where panels stand side by side),
 *   for a panel whose drawing leaves its frame, and for a shape that stands in several colors.
 */
export async function faultsInPrint(svg: string): Promise<string[]> {
  const { document } = parseHTML(`<body>${svg}</body>`);
  const root = document.querySelector('svg')!;
  const width = Number(root.getAttribute('width'));
  const points = (px: number) => ((px * (width <= columnPx ? columnMm : pageMm)) / width) * (72 / 25.4);
  const small = smallestLettersPx(root, 16);
  const panels = [...root.querySelectorAll('svg')].map((panel) => panel.outerHTML);
  const alone = panels.length > 0 ? panels : [svg];
  const cut = await Promise.all(alone.map(cutOff));
  return [
    ...(points(small) < leastPoints ? [`letters of ${points(small).toFixed(2)} points`] : []),
    ...cut.flat(),
    ...alone.flatMap(shapesInColors),
  ];
}

function smallestLettersPx(element: Element, inherited: number): number {
  const style = /font-size:\s*([\d.]+)/.exec(element.getAttribute('style') ?? '')?.[1];
  const size = Number.parseFloat(style ?? element.getAttribute('font-size') ?? String(inherited));
  const own = element.tagName.toLowerCase() === 'text' && element.textContent !== '' ? [size] : [];
  return Math.min(...own, ...[...element.children].map((child) => smallestLettersPx(child, size)), Infinity);
}

/** By which side, CSS pixels, a panel's drawing leaves it; a half may be the edge of a letter. */
async function cutOff(panel: string): Promise<string[]> {
  await svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>');
  const { document } = parseHTML(`<body>${panel}</body>`);
  const own = document.querySelector('svg')!;
  for (const place of ['x', 'y']) own.removeAttribute(place);
  own.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const drawing = new Resvg(own.outerHTML, {
    font: { fontBuffers, defaultFontFamily: figureFont, sansSerifFamily: figureFont },
  });
  const box = drawing.getBBox();
  const { width, height } = drawing;
  drawing.free();
  if (!box) return [];
  const beyond = {
    left: -box.x,
    top: -box.y,
    right: box.x + box.width - width,
    bottom: box.y + box.height - height,
  };
  return Object.entries(beyond).flatMap(([side, by]) =>
    by > 0.5 ? [`${side} cut by ${by.toFixed(1)} px`] : [],
  );
}

const { resolve } = createRequire(import.meta.url);
const fontBuffers = [400, 700].map((weight) =>
  readFileSync(resolve(`@fontsource/dejavu-sans/files/dejavu-sans-latin-${weight}-normal.woff2`)),
);

/** Marks of one shape, circles or symbols, that differ in their fill alone. */
function shapesInColors(panel: string): string[] {
  const { document } = parseHTML(`<body>${panel}</body>`);
  const fills = new Map<string, Set<string>>();
  for (const mark of document.querySelectorAll('circle, path[transform]')) {
    const fill = mark.closest('[fill]')?.getAttribute('fill');
    if (!fill || fill === 'none') continue;
    const shape = mark.getAttribute('d') ?? 'circle';
    fills.set(shape, (fills.get(shape) ?? new Set()).add(fill));
  }
  return [...fills].flatMap(([shape, colors]) =>
    colors.size > 1 ? [`${shape.slice(0, 12)} in ${[...colors].join(', ')}`] : [],
  );
}
