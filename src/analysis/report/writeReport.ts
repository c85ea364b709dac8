import { join } from 'node:path';
import { writeFileAtomic, writeJsonAtomic } from '../../files.ts';
import type { Analysis } from '../analyzeTrials.ts';
import type { TrialTable } from '../trials/trialTable.ts';
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
  for (const { figures, tables } of sections) {
    for (const { name, svg } of figures) writeFileAtomic(join(folder, 'figures', `${name}.svg`), `${svg}\n`);
    for (const tableOfSection of tables)
      writeFileAtomic(join(folder, 'tables', `${tableOfSection.name}.csv`), tableCsv(tableOfSection));
  }
  writeJsonAtomic(join(folder, 'results.json'), resultsDocument(results, versions));
  writeTidyTrials(join(folder, 'trials-tidy.csv'), table, analysis);
  writeFileAtomic(join(folder, 'glmm.R'), glmmScript());
  writeFileAtomic(join(folder, 'report.html'), reportPage(results, sections, methods));
}
