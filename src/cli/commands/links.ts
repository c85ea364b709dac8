import { openSite } from '../../../listening-test/server/openSite.ts';
import { makeLinks } from '../../../listening-test/session/recruiting/personalLinks.ts';
import { storeLocation } from '../../../listening-test/store/openStore.ts';
import { refuseToOverwrite, writeFileAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { type CsvTable, readCsvTable } from '../../base/readCsv.ts';
import { csvText } from '../../base/writeCsv.ts';
import { type Command, counting, numberFlag } from '../command.ts';
import { printResult } from '../terminal/printResult.ts';

interface LinksFlags {
  url: string;
  count?: number;
  people?: string;
  out: string;
  overwrite?: boolean;
}

/** `metamer links`: personal links for a study, in bulk. */
export const linksCommand: Command = {
  arguments: '<study>',
  flags: [
    { flag: '--url <address>', help: "address of the participants' page", required: true },
    { flag: '--count <n>', help: 'how many', parse: numberFlag('--count', counting) },
    {
      flag: '--people <csv>',
      help: 'table of people instead: one link a row, its columns are copied to --out only',
    },
    { flag: '--out <csv>', help: 'file to write, with the columns code and link', required: true },
    { flag: '--overwrite', help: 'replace the file if it is there' },
    { flag: '--json', help: 'print the result as JSON' },
  ],
  examples: [
    'metamer links study --url https://lab.example.org/words/ --count 40 --out links.csv',
    'metamer links study --url https://lab.example.org/words/ --people invited.csv --out links.csv',
  ],
  run: async ([folder], flags) => {
    const { url, count, people, out, overwrite = false } = flags as unknown as LinksFlags;
    if ((count === undefined) === (people === undefined))
      throw new InputError(
        '--count or --people must say how many links are made, not both; give one of them',
      );
    refuseToOverwrite(out, overwrite);
    const table = people === undefined ? null : readCsvTable(people);
    const address = (code: string) => linkOf(url, code);
    address('');
    const site = await openSite(folder!, storeLocation(folder!, process.env['DATABASE_URL']));
    try {
      const { platform } = site.loaded.study.recruitment;
      if (platform !== 'links')
        throw new InputError(
          `${folder} must have recruitment.platform links, it has ${platform}; set it in the study's settings`,
        );
      const codes = await makeLinks(site, table?.rows.length ?? count!);
      writeFileAtomic(out, linksTable(table, codes, address), { mode: 0o600 });
      printResult(flags, { file: out, links: codes.length }, () => `${out}: ${codes.length} links\n`);
    } finally {
      await site.store.close();
    }
    return 0;
  },
};

function linkOf(url: string, code: string): string {
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new InputError(
      `--url must be an address that begins with https://, got '${url}'; give the participants' page`,
    );
  const address = new URL(url);
  address.searchParams.set('code', code);
  return address.href;
}

function linksTable(
  people: CsvTable | null,
  codes: readonly string[],
  address: (code: string) => string,
): string {
  return csvText(
    [...(people?.columns ?? []), 'code', 'link'],
    codes.map((code, i) => [...(people?.rows[i] ?? []), code, address(code)]),
  );
}
