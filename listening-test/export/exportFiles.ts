import { jsonText } from '../../src/base/files.ts';
import { studyFactsPath } from '../../src/records/studyFacts.ts';
import type { Site } from '../session/site.ts';
import { factsOf } from '../study/factsOf.ts';
import type { Study } from '../study/studySchema.ts';
import { codebookFiles } from './codebook.ts';
import { jspsychFiles } from './jspsychJson.ts';
import { psychDsFiles } from './psychDs.ts';
import { readDetails } from './readDetails.ts';
import { readRecords } from './readRecords.ts';
import { auditTable, studyTables } from './studyTables.ts';
import { tableText } from './table.ts';

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
  const { study } = site.loaded;
  const records = await readRecords(site);
  if (format === 'jspsych') return jspsychFiles(records);
  const details = await readDetails(site, records);
  const tables = studyTables(records, details, site.loaded);
  if (format === 'psych-ds') return psychDsFiles(study, { records, tables });
  const all = [...tables, auditTable(details.audit)];
  return new Map([
    ...all.map((table): [string, string] => [`${table.name}.csv`, tableText(table)]),
    ...codebookFiles(study, all),
    [studyFactsPath('trials.csv'), factsText(study)],
  ]);
}

const factsText = (study: Study) => jsonText(factsOf(study));
