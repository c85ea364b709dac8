import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { refuseToOverwrite, writeFileAtomic, writeJsonAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { runFiles } from '../../records/runFolder.ts';
import { type BatchRun, readBatchRuns } from './batchRuns.ts';
import { layOutSheet, type SheetLayout, type SheetOrder, type SheetRow } from './sheetLayout.ts';
import { createSheetMedia, type SheetSound } from './sheetMedia.ts';
import { sheetOverview } from './sheetOverview.ts';
import { rowHtml, type SheetPage, sheetPage } from './sheetPage.ts';
import { sheetCsv, sheetRecords } from './sheetTable.ts';

/** How a contact sheet is written. */
export interface SheetOptions {
  /** Its first page; further pages, the table (.csv, .json) stand beside it. Default: `sheet.html` in the batch's folder. */
  out?: string;
  /** Of the sounds; default by name. */
  order?: SheetOrder;
  overwrite?: boolean;
  /** Most that a page may have, millions of bytes; default 10. A sound too big for one stays beside it, in its run. */
  pageMegabytes?: number;
  /** Hears how many of all sounds are drawn. */
  onProgress?: (sounds: number, all: number) => void;
}

/** What was written. */
export interface WrittenSheet {
  pages: readonly string[];
  csv: string;
  json: string;
  /** Counts of runs. */
  finished: number;
  failed: number;
  unfinished: number;
}

/** Share of a page that its sounds may take; the rest is for what stands above and around them. */
const rowShare = 0.8;

/**
 * Writes the contact sheet of a batch: players, cochleagrams and verdicts with the stages side by side, in pages of
 * limited size that need nothing but themselves, and one table of all runs.
 *
 * @param folder - Folder of the batch; runs are found at any depth.
 * @throws InputError when there are no runs, a sound is missing or damaged, or a file is there already.
 */
export async function writeSheet(folder: string, options: SheetOptions = {}): Promise<WrittenSheet> {
  const first = options.out ?? join(folder, 'sheet.html');
  if (extname(first) !== '.html')
    throw new InputError(`must end in .html, got '${first}'; add it`, { option: 'out' });
  const stem = first.slice(0, -'.html'.length);
  const files = { csv: `${stem}.csv`, json: `${stem}.json` };
  for (const path of [first, files.csv, files.json]) refuseToOverwrite(path, options.overwrite ?? false);
  const runs = readBatchRuns(folder);
  const layout = layOutSheet(runs.finished, options.order);
  const records = sheetRecords(runs);
  const title = `Metamers in ${basename(resolve(folder))}`;
  const { page, further, pageOf } = await writeFurtherPages(folder, layout, { ...options, title, stem });
  const introduction = sheetOverview(runs, layout, { pageOf, csv: basename(files.csv) });
  writeFileAtomic(first, sheetPage({ ...page, introduction }));
  writeFileAtomic(files.csv, sheetCsv(records));
  writeJsonAtomic(files.json, records);
  return {
    ...files,
    pages: [first, ...further],
    finished: runs.finished.length,
    failed: runs.finished.filter(({ record }) => !record.criteria.passed).length,
    unfinished: runs.unfinished.length,
  };
}

interface PagesOptions extends Pick<SheetOptions, 'onProgress' | 'pageMegabytes'> {
  title: string;
  /** Path of the first page without its ending. */
  stem: string;
}

/** Writes all pages but the first, which lists what the others hold; one page at a time is in memory beside it. */
async function writeFurtherPages(
  folder: string,
  layout: SheetLayout,
  { title, stem, onProgress, pageMegabytes = 10 }: PagesOptions,
): Promise<{ page: Omit<SheetPage, 'introduction'>; further: string[]; pageOf: Map<BatchRun, string> }> {
  const pathOf = (page: number) => `${stem}${page === 1 ? '' : `-${page}`}.html`;
  const mostRowBytes = rowShare * 1e6 * pageMegabytes;
  const draw = rowDrawer(folder, layout, { pageFolder: dirname(stem), mostBytes: mostRowBytes });
  const pageOf = new Map<BatchRun, string>();
  const further: string[] = [];
  let rows: string[] = [];
  let firstPage: Omit<SheetPage, 'introduction'> | undefined;
  const close = (isLast: boolean) => {
    const number = firstPage ? further.length + 2 : 1;
    const neighbor = (page: number) => basename(pathOf(page));
    const page = { title, columns: layout.columns, rows, next: isLast ? undefined : neighbor(number + 1) };
    rows = [];
    if (!firstPage) {
      firstPage = page;
      return;
    }
    const introduction = `<p>Page ${number}. <a href="${encodeURI(neighbor(1))}">First page, with the tables</a></p>`;
    writeFileAtomic(pathOf(number), sheetPage({ ...page, introduction, previous: neighbor(number - 1) }));
    further.push(pathOf(number));
  };
  for (const [i, row] of layout.rows.entries()) {
    const html = await draw.row(row);
    if (rows.length > 0 && bytesOf([...rows, html]) > mostRowBytes) close(false);
    rows.push(html);
    for (const run of row.runs) pageOf.set(run, basename(pathOf(firstPage ? further.length + 2 : 1)));
    onProgress?.(i + 1, layout.rows.length);
  }
  close(true);
  await draw.release();
  return { page: firstPage!, further, pageOf };
}

function bytesOf(rows: readonly string[]): number {
  return rows.reduce((sum, row) => sum + Buffer.byteLength(row), 0);
}

/** Draws rows; sounds of a row that is too big for a page are not put into it but named by their place. */
function rowDrawer(
  folder: string,
  { columns, columnOf }: SheetLayout,
  { pageFolder, mostBytes }: { pageFolder: string; mostBytes: number },
) {
  const media = createSheetMedia();
  const cellsOf = ({ runs }: SheetRow) =>
    columns.map((column) => runs.filter((run) => columnOf.get(run) === column));
  const placeOf = (path: string) => relative(pageFolder, path).split(sep).map(encodeURIComponent).join('/');
  const row = async (shown: SheetRow) => {
    const paths = new Map(shown.runs.map((run) => [run, join(folder, run.path, runFiles.metamer)]));
    const originalPath = join(folder, shown.runs[0]!.path, runFiles.reference);
    const original = await media.sound(originalPath);
    const of = new Map<BatchRun, SheetSound>();
    for (const [run, path] of paths) of.set(run, await media.sound(path));
    const html = rowHtml(shown, cellsOf(shown), { original, of });
    if (bytesOf([html]) <= mostBytes) return html;
    const linked = new Map(
      [...of].map(([run, sound]) => [run, { ...sound, audio: placeOf(paths.get(run)!) }]),
    );
    return rowHtml(shown, cellsOf(shown), {
      original: { ...original, audio: placeOf(originalPath) },
      of: linked,
    });
  };
  return { row, release: media.release };
}
