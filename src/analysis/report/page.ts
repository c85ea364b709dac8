import { escapeMarkup } from '../../base/escapeMarkup.ts';
import { pageInk } from '../../figures/pageInk.ts';
import type { AnalysisResults } from '../results.ts';
import { discriminationReferences } from './discriminationText.ts';
import type { ReportFigure } from './figures/figureStyle.ts';
import { inShort } from './inShort.ts';
import { methodsReferences } from './methods.ts';
import { planAnswer } from './planText.ts';
import { type ReportTable, tableHtml } from './table.ts';

/** One section of the page. */
export interface ReportSection {
  title: string;
  /** Paragraphs of plain text. */
  text?: readonly string[];
  warnings?: readonly string[];
  figures: readonly ReportFigure[];
  tables: readonly ReportTable[];
}

/**
 * The whole report as one self-contained HTML page.
 *
 * @param sections - Sections in reading order.
 * @param methods - Paragraphs of the methods section.
 */
export function reportPage(
  results: AnalysisResults,
  sections: readonly ReportSection[],
  methods: readonly string[],
): string {
  const contents = sections
    .map(({ title }, i) => `<li><a href="#section-${i}">${escapeMarkup(title)}</a></li>`)
    .join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(results.title)}</title>
<style>${styleSheet}</style>
</head>
<body>
<main>
<h1>${escapeMarkup(results.title)}</h1>
<p class="lead">${results.participants.toLocaleString('en-US')} participants, ${results.trials.toLocaleString('en-US')} trials${results.models.length > 0 ? `, models: ${escapeMarkup(results.models.join(', '))}` : ''}.</p>
${warningList(results.warnings)}
${inShort(results)}
${planAnswer(results)}
<nav aria-label="Contents"><ol>${contents}<li><a href="#methods">Methods</a></li></ol></nav>
${sections.map(sectionHtml).join('\n')}
<section id="methods"><h2>Methods</h2>${methods.map((text) => `<p>${escapeMarkup(text)}</p>`).join('')}<h3>References</h3><ul class="references">${referencesOf(
    results,
  )
    .map((text) => `<li>${escapeMarkup(text)}</li>`)
    .join('')}</ul>
<p>All numbers: <a href="results.json">results.json</a>. Every sound with its answers, to publish: <a href="tables/items.csv">items.csv</a>. Tidy trials and an R script for a generalized linear mixed model: <a href="trials-tidy.csv">trials-tidy.csv</a>, <a href="glmm.R">glmm.R</a>.</p></section>
</main>
</body>
</html>
`;
}

function referencesOf({ discrimination }: AnalysisResults): string[] {
  return [...methodsReferences, ...(discrimination.length > 0 ? discriminationReferences : [])].sort();
}

function sectionHtml(section: ReportSection, index: number): string {
  const figures = section.figures.map(
    ({ name, caption, svg, isWide }) =>
      `<figure id="${name}">${isWide ? `<div class="scroll wide" tabindex="0" role="region" aria-label="${escapeMarkup(caption)}">${svg}</div>` : svg}<figcaption>${escapeMarkup(caption)} <a href="figures/${name}.svg" download>SVG</a></figcaption></figure>`,
  );
  const shown = section.tables.filter(({ place }) => place === undefined).map(tableHtml);
  const folded = section.tables.filter(({ place }) => place === 'folded').map(tableHtml);
  const files = section.tables
    .filter(({ place }) => place === 'file')
    .map(
      ({ title, name }) =>
        `<p class="file">${escapeMarkup(title)}: <a href="tables/${name}.csv" download>CSV</a></p>`,
    );
  const more =
    folded.length > 0
      ? `<details><summary>${folded.length} more table${folded.length > 1 ? 's' : ''}</summary>${folded.join('\n')}</details>`
      : '';
  return `<section id="section-${index}"><h2>${escapeMarkup(section.title)}</h2>
${(section.text ?? []).map((text) => `<p>${escapeMarkup(text)}</p>`).join('')}
${warningList(section.warnings ?? [])}
${figures.join('\n')}
${shown.join('\n')}
${more}
${files.join('\n')}
</section>`;
}

function warningList(warnings: readonly string[]): string {
  if (warnings.length === 0) return '';
  return `<ul class="warnings" aria-label="Warnings">${warnings.map((text) => `<li>${escapeMarkup(text)}</li>`).join('')}</ul>`;
}

/** Figures keep the light ground that their inks are made for. */
const styleSheet = `${pageInk}
:root { --answer: #f3f6f9; --caution: #fff8e6; }
@media screen and (prefers-color-scheme: dark) { :root { --answer: #182a35; --caution: #33290f; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--card); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0.5rem 0; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.75rem; padding-top: 0.5rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.5rem; }
p, li { max-width: 46rem; }
.lead { color: var(--muted); }
.answer { background: var(--answer); border-left: 4px solid #0072b2; padding: 0.5rem 1rem; }
.answer h2 { border: 0; margin: 0.25rem 0; padding: 0; }
nav ol { padding-left: 1.25rem; }
a { color: var(--link); }
.warnings { list-style: none; margin: 0.75rem 0; padding: 0.5rem 0.9rem; background: var(--caution); border-left: 4px solid #e69f00; font-size: 0.92rem; }
.warnings li + li { margin-top: 0.35rem; }
figure { margin: 1.25rem 0; }
figcaption { margin-top: 0.5rem; font-size: 0.9rem; color: var(--muted); max-width: 46rem; }
.caption { font-size: 0.9rem; font-weight: 600; margin: 1.25rem 0 0.25rem; }
.caption a { font-weight: 400; }
.scroll { overflow-x: auto; }
figure svg { display: block; max-width: 100%; height: auto; color: #000; background: #fff; }
@media screen and (prefers-color-scheme: dark) { figure svg { border-radius: 6px; } }
.wide svg { min-width: 46rem; }
.scroll:focus-visible { outline: 2px solid #0072b2; }
table { border-collapse: collapse; font-size: 0.86rem; margin: 0.5rem 0 1.25rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.22rem 0.5rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
thead th { border-bottom: 2px solid #9aa5b1; vertical-align: bottom; white-space: normal; line-height: 1.25; }
tbody th { font-weight: 500; position: sticky; left: 0; background: var(--card); }
.sentence { white-space: normal; min-width: 17rem; line-height: 1.3; }
summary { cursor: pointer; margin: 0.75rem 0; color: var(--link); }
.number { text-align: right; }
.references, .file { font-size: 0.9rem; }
@media print {
  @page { size: landscape; margin: 12mm; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  nav, summary { display: none; }
  details::details-content { content-visibility: visible; display: block; }
  .caption, figcaption, .file { font-size: 8pt; }
  .scroll { overflow: visible; }
  table { font-size: 6.5pt; }
  th, td { padding: 0.1rem 0.3rem; white-space: normal; }
  tbody th { position: static; white-space: nowrap; }
  td.number { white-space: nowrap; }
  .sentence, .wide svg { min-width: 0; }
  figure, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  a { color: inherit; text-decoration: none; }
}
`;
