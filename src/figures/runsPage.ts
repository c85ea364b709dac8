import { escapeMarkup } from '../base/escapeMarkup.ts';
import type { RunRecord } from '../records/runRecord.ts';
import { pageInk } from './pageInk.ts';

/** A run as the page shows it; paths are relative to the page. */
export interface ShownRun {
  /** Folder of the run, with `metamer.wav`, `reference.wav` and `figure.svg`. */
  path: string;
  record: RunRecord;
  /** What models that it is no metamer of hear. */
  others?: readonly { observer: string; reference: string; metamer: string }[];
}

/** One reference sound and its metamers. */
export interface ShownSound {
  title: string;
  /** What the sound is and where it is from. */
  caption: string;
  runs: readonly ShownRun[];
}

/**
 * A page to listen to runs and to look at them: players, cochleagrams, loss curves, verdicts.
 *
 * @param title - Heading.
 * @param introduction - Paragraphs, plain text.
 * @param sounds - Sounds with their runs.
 * @returns The HTML; it needs no network and no script.
 */
export function runsPage(
  title: string,
  introduction: readonly string[],
  sounds: readonly ShownSound[],
): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeMarkup(title)}</title>`,
    `<style>${style}</style></head>`,
    '<body><main>',
    `<h1>${escapeMarkup(title)}</h1>`,
    ...introduction.map((text) => `<p>${escapeMarkup(text)}</p>`),
    ...sounds.map(soundSection),
    '</main></body></html>',
    '',
  ].join('\n');
}

function soundSection({ title, caption, runs }: ShownSound): string {
  const [first] = runs;
  return [
    '<section>',
    `<h2>${escapeMarkup(title)}</h2>`,
    `<p>${escapeMarkup(caption)}</p>`,
    first ? player('Original', `${first.path}/reference.wav`) : '',
    ...runs.map(runArticle),
    '</section>',
  ].join('\n');
}

function runArticle({ path, record, others = [] }: ShownRun): string {
  const { criteria, difference, loss, steps, seconds } = record;
  const facts: [string, string][] = [
    [
      'Heard by the model as',
      criteria.predictedClass
        ? `${criteria.predictedClass.metamer} (original: ${criteria.predictedClass.reference})`
        : 'the model names no classes',
    ],
    ...others.map(({ observer, reference, metamer }): [string, string] => [
      `Heard by ${observer} as`,
      `${metamer} (original: ${reference})`,
    ]),
    [
      'Match at the stage',
      `Spearman ${criteria.spearman.toFixed(3)}, Pearson ${criteria.pearson.toFixed(3)}, SNR ${criteria.snrDb.toFixed(1)} dB`,
    ],
    ['Correlation of the waveforms', difference.waveformCorrelation.toFixed(3)],
    ['Loss', `${loss.at(-1)![1].toExponential(1)} after ${steps} steps in ${seconds.toFixed(0)} s`],
    ['Verdict', criteria.verdict],
  ];
  return [
    '<article>',
    `<h3>Metamer of ${escapeMarkup(record.stage)} <span class="${criteria.passed ? 'passed' : 'failed'}">${criteria.passed ? 'passed' : 'failed'}</span></h3>`,
    player('Metamer', `${path}/metamer.wav`),
    `<dl>${facts.map(([name, value]) => `<dt>${escapeMarkup(name)}</dt><dd>${escapeMarkup(value)}</dd>`).join('')}</dl>`,
    `<img src="${encodeURI(path)}/figure.svg" alt="Cochleagrams of original and metamer, loss curve and verdict, ${escapeMarkup(record.stage)}" loading="lazy">`,
    '</article>',
  ].join('\n');
}

function player(label: string, source: string): string {
  return `<figure><figcaption>${label}</figcaption><audio controls preload="none" src="${encodeURI(source)}"></audio></figure>`;
}

const style = `${pageInk}
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
section { margin-top: 2.5rem; }
article { margin: 1rem 0; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.35rem; } h3 { margin: 0 0 .5rem; font-size: 1.1rem; }
figure { display: flex; align-items: center; gap: 1rem; margin: .5rem 0; }
figcaption { width: 5.5rem; font-weight: 600; }
audio { width: min(24rem, 100%); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .75rem 0; font-size: .95rem; }
dt { color: var(--muted); } dd { margin: 0; }
img { width: 100%; height: auto; }
.passed, .failed { margin-left: .5rem; padding: .1rem .55rem; border-radius: 1rem; font-size: .8rem; color: white; }
.passed { background: var(--passed); } .failed { background: var(--failed); }
@media print { article { break-inside: avoid; } audio, figcaption { display: none; } body { background: none; } }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .4rem; } figure { flex-wrap: wrap; gap: .25rem; } }
`;
