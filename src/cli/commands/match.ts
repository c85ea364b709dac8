import {
  eraseRecruits,
  logMatch,
  matchRecruits,
  type Recruit,
} from '../../../listening-test/experimenter/matchRecruits.ts';
import { openSite } from '../../../listening-test/server/openSite.ts';
import { existingLocation } from '../../../listening-test/store/openStore.ts';
import { jsonText, refuseToOverwrite, writeFileAtomic } from '../../base/files.ts';
import { InputError } from '../../base/inputError.ts';
import { counted } from '../../base/inWords.ts';
import { readCsvTable } from '../../base/readCsv.ts';
import { type Cell, csvText } from '../../base/writeCsv.ts';
import type { Command } from '../command.ts';
import { printResult } from '../terminal/printResult.ts';

interface MatchFlags {
  ids?: string;
  column?: string;
  erase?: boolean;
  out?: string;
  overwrite?: boolean;
  json?: boolean;
}

const actor = 'command line';

/** `metamer match`: ids of a recruiter with sessions, outcomes and codes. */
export const matchCommand: Command = {
  arguments: '<study>',
  flags: [
    {
      flag: '--ids <csv>',
      help: "table of ids, as the recruiter's own export; without it all, where the study keeps ids encrypted",
    },
    {
      flag: '--column <name>',
      help: 'column with the ids (default: Participant id, WorkerId, id or the only one)',
    },
    { flag: '--erase', help: 'erase everything of these participants; this cannot be undone' },
    { flag: '--out <csv>', help: 'file to write (default: standard output)' },
    { flag: '--overwrite', help: 'replace the file if it is there' },
    { flag: '--json', help: 'print the result as JSON' },
  ],
  examples: [
    'metamer match study --ids prolific_export.csv --out payment.csv',
    'metamer match study --ids complaint.csv --erase',
  ],
  run: async ([folder], flags) => {
    const { ids, column, erase, out, overwrite = false, json } = flags as MatchFlags;
    if (erase && ids === undefined)
      throw new InputError('--erase must come with --ids, which says whose data goes; give both');
    if (out !== undefined) refuseToOverwrite(out, overwrite);
    const wanted = ids === undefined ? null : idsOf(ids, column);
    const site = await openSite(folder!, existingLocation(folder!, process.env['DATABASE_URL']));
    try {
      if (wanted === null && site.loaded.study.recruitment.ids !== 'encrypted')
        throw new InputError(
          `${folder} keeps recruitment ids as hashes, which can be recognized but not read; give the ids with --ids`,
        );
      const recruits = await matchRecruits(site, wanted);
      await logMatch(site, recruits, actor);
      const erased = erase ? await eraseRecruits(site, recruits, actor) : [];
      const result = { recruits, erased };
      if (out === undefined) printResult(flags, result, () => tableOf(recruits));
      else writeFileAtomic(out, json ? jsonText(result) : tableOf(recruits));
      if (erase) process.stderr.write(`erased ${counted(erased.length, 'session')}\n`);
      return recruits.some(({ participant }) => participant === '') ? 1 : 0;
    } finally {
      await site.store.close();
    }
  },
};

const usualColumns = ['participant id', 'workerid', 'participantid', 'survey_code', 'code', 'id'];

function idsOf(path: string, column: string | undefined): string[] {
  const { columns, rows } = readCsvTable(path);
  const named = (name: string) => columns.findIndex((known) => known.toLowerCase() === name.toLowerCase());
  const place =
    column === undefined
      ? (usualColumns.map(named).find((found) => found >= 0) ?? (columns.length === 1 ? 0 : -1))
      : named(column);
  if (place < 0)
    throw new InputError(
      `${path} must have ${column === undefined ? `a column ${usualColumns.join(', ')}` : `the column ${column}`}, it has ${columns.join(', ')}; name one with --column`,
    );
  return [...new Set(rows.map((row) => row[place]!).filter((id) => id !== ''))];
}

const columns: Record<string, (recruit: Recruit) => Cell> = {
  id: ({ id }) => id,
  submission: ({ submission }) => submission,
  participant: ({ participant }) => participant,
  visit: ({ visit }) => visit,
  state: ({ state }) => state,
  code: ({ code }) => code,
  started_at: ({ startedAt }) => startedAt,
  ended_at: ({ endedAt }) => endedAt,
  minutes: ({ minutes }) => (minutes === null ? null : Math.round(10 * minutes) / 10),
  answers: ({ answers }) => answers,
  catch_right: ({ catchRight }) => catchRight,
  catch_count: ({ catchCount }) => catchCount,
  exclusion_rules: ({ exclusionRules }) => exclusionRules.join(';'),
};

function tableOf(recruits: readonly Recruit[]): string {
  const cells = Object.values(columns);
  return csvText(
    Object.keys(columns),
    recruits.map((recruit) => cells.map((cell) => cell(recruit))),
  );
}
