import * as Plot from '@observablehq/plot';
import { encode } from 'fast-png';
import { erbNumber } from '../../cochlea/erb.ts';
import { escapeMarkup } from '../base/escapeMarkup.ts';
import { columnPx, figureInk, figureStyle } from './figureStyle.ts';

/** A cochleagram with its axes. */
export interface CochleagramImage {
  /** Shape [channels, frames], row-major. */
  values: ArrayLike<number>;
  /** Of each channel, Hz, ascending. */
  centerFrequenciesHz: readonly number[];
  /** Of each frame, seconds, evenly spaced. */
  frameTimesSeconds: readonly number[];
}

/** Looks of the figure. */
export interface CochleagramFigureOptions {
  title?: string;
  /** Values at the ends of the color scale; default: 0 (or the smallest, when negative) and the largest. */
  domain?: readonly [number, number];
  /** CSS pixels; default 480 by 300. */
  width?: number;
  height?: number;
}

interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const tickFrequenciesHz = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000];

/**
 * Draws a cochleagram: ERB-spaced frequency axis labelled in Hz, time in seconds, color bar.
 *
 * @param image - The cochleagram.
 * @param options - Title, color scale, size.
 * @returns A self-contained SVG.
 */
export function cochleagramSvg(image: CochleagramImage, options: CochleagramFigureOptions = {}): string {
  const { width = columnPx, height = 300, title } = options;
  const frame = { left: 72, right: width - 92, top: title ? 34 : 14, bottom: height - 50 };
  const domain = options.domain ?? domainOf(image.values);
  const color = colorScale(domain);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${figureStyle.fontFamily}" font-size="12" fill="${figureInk.text}" role="img">`,
    `<title>${escapeMarkup(title ?? 'Cochleagram')}</title>`,
    title
      ? `<text x="${frame.left}" y="21" font-size="13" font-weight="700">${escapeMarkup(title)}</text>`
      : '',
    picture(
      raster(
        image.values,
        { rows: image.centerFrequenciesHz.length, columns: image.frameTimesSeconds.length },
        color,
      ),
      frame,
    ),
    border(frame),
    frequencyAxis(image, frame),
    timeAxis(image, frame),
    colorBar(domain, color, { ...frame, left: frame.right + 18, right: frame.right + 32 }),
    '</svg>',
  ].join('\n');
}

/** Index of a value's color in {@link palette}, 0 to 255. */
type Color = (value: number) => number;

/** Colors of the scale, low values dark: red, green and blue of each, 0 to 255. */
const palette = (() => {
  const scale = Plot.scale({ color: { type: 'linear', scheme: 'magma', domain: [0, 255] } });
  return Array.from({ length: 256 }, (_, i) => hexParts(String(scale.apply(i))));
})();

function colorScale([low, high]: readonly [number, number]): Color {
  const span = high - low || 1;
  return (value) => Math.round(255 * Math.min(1, Math.max(0, (value - low) / span)));
}

function hexParts(color: string): [red: number, green: number, blue: number] {
  const parts = color.startsWith('#')
    ? [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
    : (color.match(/\d+/g) ?? []).map(Number);
  return [parts[0]!, parts[1]!, parts[2]!];
}

/**
 * A picture of the values without axes, low values dark.
 *
 * @param values - Shape [channels, frames], row-major.
 * @param size - Channels and frames.
 * @param domain - Values at the ends of the color scale.
 * @returns A PNG with a pixel a value, high frequencies on top, as a data URI.
 */
export function cochleagramPicture(
  values: ArrayLike<number>,
  { channels, frames }: { channels: number; frames: number },
  domain: readonly [number, number],
): string {
  return raster(values, { rows: channels, columns: frames }, colorScale(domain));
}

function raster(
  values: ArrayLike<number>,
  { rows, columns }: { rows: number; columns: number },
  color: Color,
): string {
  const pixels = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      pixels[row * columns + column] = color(values[(rows - 1 - row) * columns + column]!);
  return pngUri(columns, rows, pixels);
}

/** A picture of one byte a pixel, a third of what its colors would take. */
function pngUri(width: number, height: number, pixels: Uint8Array): string {
  const png = encode({ width, height, data: pixels, channels: 1, depth: 8, palette });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}

function picture(uri: string, { left, right, top, bottom }: Frame): string {
  return `<image x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" preserveAspectRatio="none" image-rendering="optimizeSpeed" href="${uri}"/>`;
}

function border({ left, right, top, bottom }: Frame): string {
  return `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" fill="none" stroke="${figureInk.text}"/>`;
}

function frequencyAxis({ centerFrequenciesHz }: CochleagramImage, frame: Frame): string {
  // Channels are evenly spaced in ERB-number; the lowest ends may lie below 0 Hz, so the scale is set from above.
  const count = centerFrequenciesHz.length;
  const highest = erbNumber(centerFrequenciesHz.at(-1)!);
  const spacing = count > 1 ? highest - erbNumber(centerFrequenciesHz.at(-2)!) : 1;
  const y = (frequencyHz: number) =>
    frame.top + ((frame.bottom - frame.top) * (0.5 + (highest - erbNumber(frequencyHz)) / spacing)) / count;
  const ticks = tickFrequenciesHz.filter((f) => y(f) >= frame.top && y(f) <= frame.bottom);
  return [
    ...ticks.map((frequencyHz) => verticalTick(frame.left, y(frequencyHz), `${frequencyHz}`, 'left')),
    `<text transform="translate(18 ${(frame.top + frame.bottom) / 2}) rotate(-90)" text-anchor="middle">frequency (Hz)</text>`,
  ].join('\n');
}

function timeAxis({ frameTimesSeconds: times }: CochleagramImage, frame: Frame): string {
  const half = times.length > 1 ? (times[1]! - times[0]!) / 2 : 0.5;
  const [first, last] = [times[0]! - half, times.at(-1)! + half];
  const x = (seconds: number) =>
    frame.left + ((frame.right - frame.left) * (seconds - first)) / (last - first);
  const ticks = niceTicks(first, last, 6).map(
    ({ value, label }) =>
      `<line x1="${round(x(value))}" x2="${round(x(value))}" y1="${frame.bottom}" y2="${frame.bottom + 5}" stroke="${figureInk.text}"/>` +
      `<text x="${round(x(value))}" y="${frame.bottom + 19}" text-anchor="middle">${label}</text>`,
  );
  return `${ticks.join('\n')}\n<text x="${(frame.left + frame.right) / 2}" y="${frame.bottom + 39}" text-anchor="middle">time (s)</text>`;
}

function colorBar(domain: readonly [number, number], color: Color, frame: Frame): string {
  const pixels = Uint8Array.from({ length: 256 }, (_, row) =>
    color(domain[1] - (row / 255) * (domain[1] - domain[0])),
  );
  const span = domain[1] - domain[0] || 1;
  const y = (value: number) => frame.bottom - ((frame.bottom - frame.top) * (value - domain[0])) / span;
  return [
    picture(pngUri(1, 256, pixels), frame),
    border(frame),
    ...niceTicks(domain[0], domain[1], 5).map(({ value, label }) =>
      verticalTick(frame.right, y(value), label, 'right'),
    ),
    `<text transform="translate(${frame.right + 54} ${(frame.top + frame.bottom) / 2}) rotate(-90)" text-anchor="middle">compressed envelope</text>`,
  ].join('\n');
}

function verticalTick(x: number, y: number, label: string, side: 'left' | 'right'): string {
  const sign = side === 'left' ? -1 : 1;
  return (
    `<line x1="${x}" x2="${x + 5 * sign}" y1="${round(y)}" y2="${round(y)}" stroke="${figureInk.text}"/>` +
    `<text x="${x + 8 * sign}" y="${round(y + 4)}" text-anchor="${side === 'left' ? 'end' : 'start'}">${label}</text>`
  );
}

/** Round numbers from `first` to `last`, about `count` of them, all with the same decimals. */
function niceTicks(first: number, last: number, count: number): { value: number; label: string }[] {
  const rough = (last - first) / count || 1;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = decade * ([1, 2, 5].find((factor) => factor * decade >= rough) ?? 10);
  const start = Math.ceil(first / step);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Array.from({ length: Math.max(0, Math.floor(last / step) - start + 1) }, (_, i) => {
    const value = (start + i) * step;
    return { value, label: value.toFixed(decimals) };
  });
}

/** From 0, or the smallest value when it is negative, to the largest. */
function domainOf(values: ArrayLike<number>): [number, number] {
  let [low, high] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  return [low, high];
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
