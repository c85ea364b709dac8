import { escapeMarkup } from '../base/escapeMarkup.ts';
import { figureFont } from './svgToPng.ts';
import { wrapText } from './wrapText.ts';

/** Lettering and ground of figures. */
export const figureStyle = {
  fontFamily: `${figureFont}, Helvetica, Arial, sans-serif`,
  fontSize: '12px',
  background: '#fff',
};

/**
 * Width of a figure, or of a panel beside another, CSS pixels. Letters of 12 px are 6 points high when it is printed
 * 85 mm wide, a journal's column, and when two panels are printed 180 mm wide, its page.
 */
export const columnPx = 480;

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

/** Bold letters of 15 px are this wide on average. */
const titleLetterPx = 9;
const titleLineHeight = 20;

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
 * @param size - Width and height without a title of several lines, CSS pixels; `title` stands on top, broken where it is long, and names the figure for screen readers;
 *   lettering.
 * @returns A self-contained SVG.
 */
export function joinedSvg(
  panels: readonly Panel[],
  {
    width: panelsWidth,
    height,
    title: plainTitle,
    fontFamily = figureStyle.fontFamily,
  }: { width: number; height: number; title: string; fontFamily?: string },
): string {
  const lines = wrapText(plainTitle, Math.floor((panelsWidth - 32) / titleLetterPx));
  const width = Math.max(panelsWidth, 32 + titleLetterPx * Math.max(...lines.map(({ length }) => length)));
  const more = titleLineHeight * (lines.length - 1);
  const texts = lines.map(
    (line, i) =>
      `<text x="16" y="${24 + titleLineHeight * i}" font-size="15" font-weight="700" fill="${figureInk.text}">${escapeMarkup(line)}</text>`,
  );
  const [whole, label] = [height + more, escapeMarkup(plainTitle)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${whole}" viewBox="0 0 ${width} ${whole}" font-family="${fontFamily}" role="img" aria-label="${label}">`,
    `<rect width="${width}" height="${whole}" fill="${figureInk.paper}"/>`,
    ...texts,
    ...panels.map(({ svg, x, y }) => svg.replace('<svg ', `<svg x="${x}" y="${y + more}" `)),
    '</svg>',
    '',
  ].join('\n');
}

/**
 * Joins charts of one size to a figure of two columns (of one, where there is one chart), row by row.
 *
 * @param svgs - The charts.
 * @param options - Size of each, CSS pixels; title of the figure; what stands below, such as a legend.
 * @returns A self-contained SVG.
 */
export function twoColumnsSvg(
  svgs: readonly string[],
  options: {
    width: number;
    height: number;
    title: string;
    below?: ((width: number) => { svg: string; height: number }) | undefined;
    fontFamily?: string;
  },
): string {
  const { width, height, below, ...rest } = options;
  const top = 34;
  const panels = svgs.map((svg, i) => ({ svg, x: (i % 2) * width, y: top + Math.floor(i / 2) * height }));
  const all = Math.min(2, svgs.length) * width;
  const bottom = top + Math.ceil(svgs.length / 2) * height;
  const last = below?.(all);
  if (!last) return joinedSvg(panels, { width: all, height: bottom, ...rest });
  return joinedSvg([...panels, { svg: last.svg, x: 0, y: bottom }], {
    ...{ width: all, height: bottom + last.height, ...rest },
  });
}
