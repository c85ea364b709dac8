import { studyFactsPath } from '../../src/records/studyFacts.ts';
import type { Site } from '../session/site.ts';
import type { Study } from '../study/definition.ts';
import { factsOf } from '../study/factsOf.ts';
import { detailTables } from './detailTables.ts';
import { jspsychFiles } from './jspsychJson.ts';
import { psychDsFiles } from './psychDs.ts';
import { readDetails } from './readDetails.ts';
import { readRecords } from './readRecords.ts';
import { csvFiles } from './trialsCsv.ts';

/** Formats of an export. */
export const exportFormats = ['csv', 'jspsych', 'psych-ds'] as const;

/** One of {@link exportFormats}. */
export type ExportFormat = (typeof exportFormats)[number];

/**
 * All files of an export.
 *
 * @param site - Study and store.
 * @returns Texts by relative path.
 */
export async function exportFiles(
  site: Pick<Site, 'loaded' | 'store'>,
  format: ExportFormat,
): Promise<Map<string, string>> {
  const records = await readRecords(site);
  if (format === 'csv')
    return new Map([
      ...csvFiles(records),
      ...detailTables(records, await readDetails(site, records)),
      [studyFactsPath('trials.csv'), factsText(site.loaded.study)],
    ]);
  return format === 'jspsych' ? jspsychFiles(records) : psychDsFiles(site.loaded.study, records);
}

const factsText = (study: Study) => `${JSON.stringify(factsOf(study), null, 2)}\n`;
