import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic, writeJsonAtomic } from '../../base/files.ts';
import { readJson } from '../../base/readJson.ts';
import type { TrialTable } from '../../records/trialTable.ts';
import type { Analysis } from '../results.ts';
import { itemsCsv } from './itemsCsv.ts';
import { methodsText, type Versions } from './methods.ts';
import { reportPage } from './page.ts';
import { resultsDocument } from './resultsDocument.ts';
import { glmmScript } from './rScript.ts';
import { reportSections } from './sections.ts';
import { tableCsv } from './table.ts';
import { writeTidyTrials } from './tidyTrials.ts';

/**
 * Writes the report: `report.html`, `results.json`, `figures/*.svg`, `tables/*.csv`, `trials-tidy.csv`, `glmm.R`.
 *
 * @param folder - Where to; made if missing.
 * @param table - The trials.
 * @param analysis - Results and what they rest on.
 * @param versions - Versions for the methods text.
 * @throws InputError when the folder cannot be written.
 */
export function writeReport(folder: string, table: TrialTable, analysis: Analysis, versions: Versions): void {
  const { results } = analysis;
  const sections = reportSections(results);
  const methods = methodsText(results, versions);
  removeEarlierFiles(folder);
  const files: string[] = [];
  const write = (file: string, text: string) => {
    files.push(file);
    writeFileAtomic(join(folder, file), text);
  };
  for (const { figures, tables } of sections) {
    for (const { name, svg } of figures) write(`figures/${name}.svg`, `${svg}\n`);
    for (const tableOfSection of tables) write(`tables/${tableOfSection.name}.csv`, tableCsv(tableOfSection));
  }
  write('tables/items.csv', itemsCsv(table, analysis));
  writeJsonAtomic(join(folder, 'results.json'), { ...resultsDocument(results, versions), files });
  writeTidyTrials(join(folder, 'trials-tidy.csv'), table, analysis);
  writeFileAtomic(join(folder, 'glmm.R'), glmmScript);
  writeFileAtomic(join(folder, 'report.html'), reportPage(results, sections, methods));
}

const earlierResults = z.looseObject({ files: z.array(z.string()).default([]) });

/** Removes the figures and tables of an earlier report in the folder, as its results.json lists them; nothing else. */
function removeEarlierFiles(folder: string): void {
  const path = join(folder, 'results.json');
  if (!existsSync(path)) return;
  const { files } = readJson(path, earlierResults, {
    what: 'the results of a report',
    remedy: 'remove it, or choose another folder',
  });
  for (const file of files)
    if (/^(figures\/[a-z0-9-]+\.svg|tables\/[a-z0-9-]+\.csv)$/.test(file))
      rmSync(join(folder, file), { force: true });
}
