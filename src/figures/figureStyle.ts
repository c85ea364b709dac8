import { escapeMarkup } from '../base/escapeMarkup.ts';
import { figureFont } from './svgToPng.ts';

/** Lettering and ground of figures. */
export const figureStyle = {
  fontFamily: `${figureFont}, Helvetica, Arial, sans-serif`,
  fontSize: '12px',
  background: '#fff',
};

/** Inks of what is not data: letters, lines to read values by, ground, verdicts. Those of data are `figureColors`. */
export const figureInk = {
  text: '#1a1a1a',
  muted: '#555',
  /** Lines at chance, at zero, at equality; what is there for comparison. */
  guide: '#777',
  frame: '#ccc',
  paper: '#fff',
  passed: '#1a7f37',
  failed: '#b3261e',
} as const;

/** A panel of a figure: a whole SVG and where it stands, CSS pixels. */
export interface Panel {
  svg: string;
  x: number;
  y: number;
}

/**
 * Joins charts to one figure.
 *
 * @param panels - SVGs and their places.
 * @param size - Width (at least) and height, CSS pixels; `title` stands on top and names the figure for screen readers.
 * @returns A self-contained SVG.
 */
export function joinedSvg(
  panels: readonly Panel[],
  { width: panelsWidth, height, title: plainTitle }: { width: number; height: number; title: string },
): string {
  // Bold letters of 15 px are 9 px wide on average.
  const width = Math.max(panelsWidth, 32 + 9 * plainTitle.length);
  const title = escapeMarkup(plainTitle);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${figureStyle.fontFamily}" role="img" aria-label="${title}">`,
    `<rect width="${width}" height="${height}" fill="${figureInk.paper}"/>`,
    `<text x="16" y="24" font-size="15" font-weight="700" fill="${figureInk.text}">${title}</text>`,
    ...panels.map(({ svg, x, y }) => svg.replace('<svg ', `<svg x="${x}" y="${y}" `)),
    '</svg>',
    '',
  ].join('\n');
}

/**
 * Joins charts of one size to a figure of two columns, row by row.
 *
 * @param svgs - The charts.
 * @param options - Size of each, CSS pixels; title of the figure.
 * @returns A self-contained SVG.
 */
export function twoColumnsSvg(
  svgs: readonly string[],
  { width, height, title }: { width: number; height: number; title: string },
): string {
  const top = 34;
  const panels = svgs.map((svg, i) => ({ svg, x: (i % 2) * width, y: top + Math.floor(i / 2) * height }));
  return joinedSvg(panels, { width: 2 * width, height: top + Math.ceil(svgs.length / 2) * height, title });
}
