import { escapeMarkup } from '../../base/escapeMarkup.ts';
import { counted } from '../../base/inWords.ts';
import { median } from '../../statistics/estimates/descriptive.ts';
import type { BatchRun, BatchRuns } from './batchRuns.ts';
import type { SheetLayout } from './sheetLayout.ts';
import { anchorOf, fixed } from './sheetPage.ts';

/** More runs than these are left to the CSV: the page would be too big. */
const mostListed = 5000;

/**
 * What the first page shows above the sounds: counts, a table of the stages, and one of all runs, which can be sorted.
 *
 * @param runs - All runs of the batch.
 * @param layout - Columns of the sheet.
 * @param files - Page of each run, and the table's file.
 */
export function sheetOverview(
  runs: BatchRuns,
  layout: SheetLayout,
  files: { pageOf: ReadonlyMap<BatchRun, string>; csv: string },
): string {
  const { finished, unfinished } = runs;
  const failed = finished.filter(({ record }) => !record.criteria.passed).length;
  const counts = [
    `${counted(finished.length, 'metamer')} of ${counted(layout.rows.length, 'sound')}: ${finished.length - failed} passed, ${failed} failed`,
    ...(unfinished.length === 0 ? [] : [`${unfinished.length} not finished`]),
  ];
  return [
    `<p>${counts.join('; ')}. Table: <a href="${encodeURI(files.csv)}">${escapeMarkup(files.csv)}</a>.</p>`,
    '<p>A click on a picture plays its sound. All pictures are cochleagrams of the published ear on one scale, low frequencies at the bottom.</p>',
    stageTable(layout, finished),
    finished.length > mostListed ? '' : runTable(finished, layout, files.pageOf),
    unfinished.length === 0
      ? ''
      : `<details><summary>Not finished: ${unfinished.length}</summary><ul>${unfinished.map((path) => `<li class="path">${escapeMarkup(path)}</li>`).join('')}</ul></details>`,
  ].join('\n');
}

function stageTable({ columns, columnOf }: SheetLayout, finished: readonly BatchRun[]): string {
  const rows = columns.map((column) => {
    const runs = finished.filter((run) => columnOf.get(run) === column);
    const middle = (key: 'spearman' | 'pearson' | 'snrDb') =>
      median(runs.flatMap(({ record }) => record.criteria[key] ?? []));
    const passed = runs.filter(({ record }) => record.criteria.passed).length;
    return [
      `<th scope="row">${escapeMarkup(column)}</th>`,
      ...[String(runs.length), String(passed), String(runs.length - passed)].map(numberCell),
      ...[fixed(middle('spearman'), 3), fixed(middle('pearson'), 3), fixed(middle('snrDb'), 1)].map(
        numberCell,
      ),
    ];
  });
  const heads = ['Stage', 'Metamers', 'Passed', 'Failed', 'Spearman', 'Pearson', 'SNR (dB)'];
  return table('By stage; matches are medians', heads, rows);
}

function runTable(
  finished: readonly BatchRun[],
  { columnOf }: SheetLayout,
  pageOf: ReadonlyMap<BatchRun, string>,
): string {
  const rows = finished.map((run) => {
    const { criteria, sound, loss, seconds } = run.record;
    const classes = criteria.predictedClass;
    return [
      `<th scope="row"><a href="${encodeURI(pageOf.get(run)!)}#${anchorOf(run.path)}">${escapeMarkup(sound.split(/[\\/]/).at(-1)!)}</a></th>`,
      `<td>${escapeMarkup(columnOf.get(run)!)}</td>`,
      `<td>${criteria.passed ? 'passed' : 'failed'}</td>`,
      `<td>${escapeMarkup(classes ? `${classes.reference} → ${classes.metamer}` : '–')}</td>`,
      ...[
        fixed(criteria.spearman, 3),
        fixed(criteria.pearson, 3),
        fixed(criteria.snrDb, 1),
        loss?.at(-1)?.[1]?.toExponential(1) ?? '–',
        fixed(seconds, 0),
      ].map(numberCell),
    ];
  });
  const heads = [
    'Sound',
    'Stage',
    'Verdict',
    'Heard as',
    'Spearman',
    'Pearson',
    'SNR (dB)',
    'Loss',
    'Seconds',
  ];
  const all = finished.length === 1 ? 'The metamer' : `All ${finished.length} metamers`;
  return `<details><summary>${all} as a table</summary>${table('A click on a heading sorts', heads, rows, 'sortable')}</details>`;
}

function numberCell(text: string): string {
  return `<td class="number">${text}</td>`;
}

function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  kind = '',
): string {
  const head = (text: string) =>
    kind === 'sortable'
      ? `<th scope="col"><button type="button">${text}</button></th>`
      : `<th scope="col">${text}</th>`;
  return [
    `<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="numbers ${kind}"><caption>${caption}</caption>`,
    `<thead><tr>${heads.map(head).join('')}</tr></thead>`,
    `<tbody>${rows.map((cells) => `<tr>${cells.join('')}</tr>`).join('\n')}</tbody></table></div>`,
  ].join('\n');
}
