import { pageInk } from '../pageInk.ts';

/** Looks of the contact sheet, by day and by night, on paper and on a telephone. */
export const sheetStyle = `
${pageInk}* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--page); }
main { padding: 1rem 1rem 3rem; max-width: max-content; min-width: min(100%, 60rem); margin: 0 auto; }
h1 { font-size: 1.5rem; margin: .25rem 0 .75rem; overflow-wrap: anywhere; }
p { margin: .4rem 0; max-width: 46rem; }
a, summary { color: var(--link); }
summary { cursor: pointer; padding: .25rem 0; }
nav { display: flex; gap: 1.5rem; margin: 1rem 0; }
.tools { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; margin: 1.25rem 0 .5rem; }
select { font: inherit; padding: .2rem; }
.scroll { overflow: auto; width: fit-content; max-width: 100%; border: 1px solid var(--line); border-radius: 8px; background: var(--card); margin: .5rem 0 1rem; }
.scroll:has(.sheet) { max-height: 92vh; }
table { border-collapse: separate; border-spacing: 0; }
caption { text-align: left; padding: .4rem .6rem; color: var(--muted); position: sticky; left: 0; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; }
thead th { font-weight: 600; position: sticky; top: 0; background: var(--card); z-index: 2; white-space: nowrap; }
tbody th { position: sticky; left: 0; background: var(--card); z-index: 1; }
thead th:first-child { left: 0; z-index: 3; }
tbody tr:last-child > * { border-bottom: 0; }
table.numbers { font-size: .88rem; font-variant-numeric: tabular-nums; }
table.numbers td { white-space: nowrap; }
.number { text-align: right; }
.sortable thead button { all: unset; cursor: pointer; font-weight: 600; text-decoration: underline dotted; }
.sortable thead button:focus-visible { outline: 2px solid var(--link); }
th[aria-sort=ascending]::after { content: " ↑"; } th[aria-sort=descending]::after { content: " ↓"; }
.sheet th, .sheet td { padding: .5rem; }
.player { position: relative; display: block; padding: 0; border: 2px solid transparent; border-radius: 6px; overflow: hidden; cursor: pointer; background: #000; line-height: 0; }
.player img { width: 180px; height: 96px; image-rendering: auto; display: block; }
.player:focus-visible, .player[aria-pressed=true] { border-color: var(--link); outline: none; }
.at { position: absolute; top: 0; bottom: 0; left: 0; width: 2px; background: #fff; visibility: hidden; }
.player[aria-pressed=true] .at { visibility: visible; }
.name { display: block; margin-top: .3rem; font-weight: 600; max-width: 184px; overflow-wrap: anywhere; }
.run { width: 184px; scroll-margin: 3rem 0 0 13rem; } .run + .run { margin-top: .75rem; }
.run:target { outline: 3px solid var(--link); outline-offset: 4px; border-radius: 4px; }
.run p { margin: .2rem 0; font-size: .85rem; overflow-wrap: anywhere; }
.run .numbers { color: var(--muted); font-variant-numeric: tabular-nums; }
.run details { font-size: .85rem; }
abbr { text-decoration: none; font-style: italic; }
.passed, .failed { padding: .05rem .45rem; border-radius: 1rem; font-size: .75rem; color: #fff; }
.passed { background: var(--passed); } .failed { background: var(--failed); }
.path { font-family: ui-monospace, monospace; font-size: .78rem; color: var(--muted); overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  main { padding: .5rem .5rem 2rem; }
  .player img { width: 124px; height: 72px; } .run { width: 128px; scroll-margin-left: 9rem; } .name { max-width: 128px; font-size: .85rem; }
  .sheet th, .sheet td { padding: .35rem; }
}
@media print { .scroll, .scroll:has(.sheet) { max-height: none; overflow: visible; border: 0; } .tools, nav, details { display: none; } tr { break-inside: avoid; } thead th, tbody th { position: static; } }
`;
