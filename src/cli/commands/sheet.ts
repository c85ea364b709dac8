import { counted } from '../../base/inWords.ts';
import { type SheetOrder, sheetOrders } from '../../figures/sheet/sheetLayout.ts';
import { writeSheet } from '../../figures/sheet/writeSheet.ts';
import { type Command, type Flags, numberFlag } from '../command.ts';
import { countProgress } from '../terminal/countProgress.ts';
import { printResult } from '../terminal/printResult.ts';

/** `metamer sheet`: what a batch has become, to look at and to listen to. */
export const sheetCommand: Command = {
  arguments: '<folder>',
  flags: [
    {
      flag: '--out <file>',
      help: 'first page, .html; further ones, .csv and .json stand beside it (default: sheet.html in the folder)',
    },
    {
      flag: '--order <order>',
      help: 'of the sounds: by name, or the worst first',
      choices: sheetOrders,
      default: 'name',
    },
    {
      flag: '--page-megabytes <n>',
      help: 'most that a page may have, millions of bytes',
      default: 10,
      parse: numberFlag('--page-megabytes', { min: 0.1 }),
    },
    { flag: '--overwrite', help: 'replace an earlier sheet' },
    { flag: '--json', help: 'print files and counts as JSON' },
  ],
  examples: ['metamer sheet metamers', 'metamer sheet metamers --out sheet.html --order failed --overwrite'],
  run: runSheet,
};

async function runSheet([folder]: string[], flags: Flags): Promise<0> {
  const out = flags['out'] as string | undefined;
  const progress = countProgress();
  const written = await writeSheet(folder!, {
    ...(out === undefined ? {} : { out }),
    order: flags['order'] as SheetOrder,
    pageMegabytes: flags['pageMegabytes'] as number,
    overwrite: flags['overwrite'] === true,
    onProgress: (sounds, all) => progress.update(sounds, all, 'sounds'),
  });
  progress.stop();
  const { pages, csv, json, finished, failed, unfinished } = written;
  const verdict = finished === 1 ? (failed === 1 ? 'failed' : 'passed') : `${failed} of them failed`;
  const counts = `${counted(finished, 'metamer')}, ${verdict}${unfinished === 0 ? '' : `, ${unfinished} not finished`}`;
  printResult(
    flags,
    written,
    () =>
      `${counts}\nOpen ${pages[0]} in a browser${pages.length > 1 ? ` (${pages.length} pages)` : ''}; the table is ${csv} and ${json}.\n`,
  );
  return 0;
}
