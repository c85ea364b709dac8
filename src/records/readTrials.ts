import { streamCsv } from '../base/readCsv.ts';
import { withPeople } from './people.ts';
import { readStudyFacts } from './studyFacts.ts';
import type { TrialTable } from './trialTable.ts';
import { trialTableBuilder } from './trialTableBuilder.ts';

/** Trials that are in memory already: a name for messages and the text of a `trials.csv`. */
export interface TrialFile {
  path: string;
  text: string;
}

/**
 * Reads trial records as a stream into columns.
 *
 * @param files - One CSV file or several, by path or text, with the columns of `trials.csv`, such as the humans' and the models'; `background` and `snr_db` may be added. What lies beside a file as `….study.json` is taken for what is known of its study, and `participants.csv` for what its people told of themselves.
 * @returns The trials of all files.
 * @throws InputError naming line and column for anything malformed, and both lines for a duplicate.
 */
export async function readTrials(...files: (string | TrialFile)[]): Promise<TrialTable> {
  return withPeople(await readTrialsAlone(...files));
}

/** An export of a study in which nobody came as far as a trial. */
const whenEmpty = 'nobody has answered a trial yet, export the study again once somebody has';

/**
 * The same without what people told of themselves: no participants table is read.
 *
 * @param files - As for `readTrials`.
 */
export async function readTrialsAlone(...files: (string | TrialFile)[]): Promise<TrialTable> {
  const builder = trialTableBuilder();
  for (const file of files) await streamCsv(file, builder.open, whenEmpty);
  const paths = files.filter((file) => typeof file === 'string');
  return builder.finish(paths.flatMap((path) => readStudyFacts(path) ?? []));
}
