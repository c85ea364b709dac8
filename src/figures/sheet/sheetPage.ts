import { escapeMarkup } from '../../base/escapeMarkup.ts';
import type { BatchRun } from './batchRuns.ts';
import { type SheetOrder, type SheetRow, sheetOrders, sheetRanks } from './sheetLayout.ts';
import type { SheetSound } from './sheetMedia.ts';
import { sheetScript } from './sheetScript.ts';
import { sheetStyle } from './sheetStyle.ts';

/** A page of the contact sheet. */
export interface SheetPage {
  title: string;
  columns: readonly string[];
  /** HTML of its rows, of {@link rowHtml}. */
  rows: readonly string[];
  /** HTML above the rows. */
  introduction: string;
  /** File names of the pages before and after, as far as there are any. */
  previous?: string | undefined;
  next?: string | undefined;
}

/**
 * A page of the contact sheet: one file that needs nothing but itself.
 *
 * @param page - What it shows.
 */
export function sheetPage({ title, columns, rows, introduction, previous, next }: SheetPage): string {
  const links = [link(previous, '← Previous page'), link(next, 'Next page →')].join('');
  const navigation = links === '' ? '' : `<nav aria-label="Pages">${links}</nav>`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeMarkup(title)}</title>`,
    `<style>${sheetStyle}</style></head>`,
    '<body><main>',
    `<h1>${escapeMarkup(title)}</h1>`,
    introduction,
    navigation,
    rows.length === 0 ? '' : grid(columns, rows),
    navigation,
    `</main><script>${sheetScript}</script></body></html>`,
    '',
  ].join('\n');
}

function link(file: string | undefined, text: string): string {
  return file === undefined ? '' : `<a href="${encodeURI(file)}">${text}</a>`;
}

const orderTexts: Record<SheetOrder, string> = {
  name: 'name',
  failed: 'most failed first',
  spearman: 'lowest Spearman first',
  pearson: 'lowest Pearson first',
  snr: 'lowest SNR first',
};

function grid(columns: readonly string[], rows: readonly string[]): string {
  return [
    '<div class="tools">',
    `<label>Sort this page by <select id="order">${sheetOrders.map((order) => `<option value="${order}">${orderTexts[order]}</option>`).join('')}</select></label>`,
    '<label><input type="checkbox" id="failed"> only sounds with a failed metamer</label>',
    '</div>',
    '<div class="scroll" tabindex="0" role="region" aria-label="Metamers by sound and stage">',
    `<table class="sheet"><thead><tr><th scope="col">Original</th>${columns.map((column) => `<th scope="col">${escapeMarkup(column)}</th>`).join('')}</tr></thead>`,
    `<tbody>${rows.join('\n')}</tbody></table></div>`,
  ].join('\n');
}

/**
 * A row of the contact sheet: the original, then its metamers under their stages.
 *
 * @param row - The sound.
 * @param cells - Of each column, the runs in it.
 * @param media - Sounds of the original and of each run, or where to find them.
 */
export function rowHtml(
  row: SheetRow,
  cells: readonly (readonly BatchRun[])[],
  media: { original: SheetSound; of: ReadonlyMap<BatchRun, SheetSound> },
): string {
  const ranks = Object.entries(sheetRanks).map(([order, rank]) => `data-${order}="${rank(row)}"`);
  const title = escapeMarkup(row.title);
  return [
    `<tr data-name="${title}" ${ranks.join(' ')}><th scope="row">${player(`Original of ${row.title}`, media.original)}<span class="name">${title}</span></th>`,
    ...cells.map((runs) => `<td>${runs.map((run) => runHtml(run, media.of.get(run)!)).join('')}</td>`),
    '</tr>',
  ].join('');
}

function runHtml({ path, record }: BatchRun, sound: SheetSound): string {
  const { criteria, stage } = record;
  const verdict = criteria.passed ? 'passed' : 'failed';
  const classes = criteria.predictedClass;
  const same = classes && classes.reference === classes.metamer;
  const heard = classes
    ? same
      ? `heard as ${classes.metamer}`
      : `${classes.reference} → ${classes.metamer}`
    : 'no classes';
  return [
    `<div class="run" id="${anchorOf(path)}">${player(`Metamer of ${stage}`, sound)}`,
    `<p><span class="${verdict}">${verdict}</span> ${escapeMarkup(heard)}</p>`,
    `<p class="numbers"><abbr title="Spearman's correlation at the stage">ρ</abbr> ${fixed(criteria.spearman, 3)} <abbr title="Pearson's correlation at the stage">r</abbr> ${fixed(criteria.pearson, 3)} ${fixed(criteria.snrDb, 1)} dB</p>`,
    `<details><summary>More</summary><p>${escapeMarkup(criteria.verdict)}</p><p>Waveforms correlate with r = ${fixed(record.difference?.waveformCorrelation, 3)}; ${record.steps ?? '–'} steps in ${fixed(record.seconds, 0)} s.</p><p class="path">${escapeMarkup(path)}</p></details></div>`,
  ].join('');
}

/** The picture is the button; the line across it shows where the sound is. */
function player(label: string, { audio, picture, durationSeconds }: SheetSound): string {
  return `<button type="button" class="player" data-sound="${audio}" data-seconds="${durationSeconds}" aria-label="Play: ${escapeMarkup(label)}"><img src="${picture}" alt="" width="180" height="96" loading="lazy"><span class="at"></span></button>`;
}

/**
 * Name of a run's place in its page.
 *
 * @param path - Folder of the run below the batch's.
 */
export function anchorOf(path: string): string {
  return `run-${encodeURIComponent(path).replaceAll('%', '_').replaceAll("'", '_27')}`;
}

/**
 * A number as the sheet prints it.
 *
 * @param value - Null where it was not finite.
 * @param digits - Decimals.
 */
export function fixed(value: number | null | undefined, digits: number): string {
  return typeof value === 'number' && Number.isFinite(value) ? value.toFixed(digits).replace('-', '−') : '–';
}
