import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { InputError } from '../base/inputError.ts';
import { csvInputError } from '../base/readCsv.ts';
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
 * @param files - One CSV file or several, by path or text, with the columns of `trials.csv`, such as the humans' and the models'; `background` and `snr_db` may be added.
 * @returns The trials of all files.
 * @throws InputError naming line and column for anything malformed, and both lines for a duplicate.
 */
export async function readTrials(...files: (string | TrialFile)[]): Promise<TrialTable> {
  const builder = trialTableBuilder();
  for (const file of files) await readFileInto(builder, file);
  return builder.finish();
}

type Builder = ReturnType<typeof trialTableBuilder>;

async function readFileInto(builder: Builder, source: string | TrialFile): Promise<void> {
  const path = typeof source === 'string' ? source : source.path;
  const file = typeof source === 'string' ? createReadStream(source) : Readable.from([source.text]);
  const parser = file.pipe(parse({ bom: true, skip_empty_lines: true }));
  file.once('error', (error: Error) => parser.destroy(error));
  await pushRecords(builder, path, parser).catch((error: NodeJS.ErrnoException | CsvError) => {
    if (error instanceof InputError) throw error;
    if (String(error.code).startsWith('CSV_')) throw csvInputError(error as CsvError, path);
    if (typeof error.code !== 'string') throw error;
    throw new InputError(`${path} cannot be read (${error.code}); give a trials.csv`, { cause: error });
  });
}

async function pushRecords(builder: Builder, path: string, records: AsyncIterable<string[]>): Promise<void> {
  let push: ReturnType<Builder['open']> | undefined;
  let line = 0;
  for await (const record of records) {
    line += 1;
    if (push) push(record, line);
    else push = builder.open(path, record);
  }
  if (!push) throw new InputError(`${path} is empty; it must have the header line of trials.csv`);
  if (line === 1) throw new InputError(`${path} has a header but no trials; export the study's trials first`);
}
