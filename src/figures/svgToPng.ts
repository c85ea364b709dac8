import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

/** Font of every figure: first choice in SVG, and the one PNGs are drawn with. */
export const figureFont = 'DejaVu Sans';

let ready: Promise<Uint8Array[]> | undefined;

/**
 * Draws an SVG as a PNG, without a browser and without the machine's fonts.
 *
 * @param svg - Text of the SVG; its width and height are CSS pixels.
 * @param scale - Pixels of the image a CSS pixel; default 2 (192 dpi).
 * @returns Bytes of the PNG, on white.
 */
export async function svgToPng(svg: string, scale = 2): Promise<Uint8Array> {
  ready ??= prepare();
  const fontBuffers = await ready;
  const drawing = new Resvg(svg, {
    background: 'white',
    fitTo: { mode: 'zoom', value: scale },
    font: { fontBuffers, defaultFontFamily: figureFont, sansSerifFamily: figureFont },
  });
  try {
    return drawing.render().asPng();
  } finally {
    drawing.free();
  }
}

async function prepare(): Promise<Uint8Array[]> {
  const { resolve } = createRequire(import.meta.url);
  await initWasm(readFileSync(resolve('@resvg/resvg-wasm/index_bg.wasm')));
  return [400, 700].map((weight) =>
    readFileSync(resolve(`@fontsource/dejavu-sans/files/dejavu-sans-latin-${weight}-normal.woff2`)),
  );
}
