import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { demographics } from '../../src/analysis/demographics.ts';
import { demographicsSection } from '../../src/analysis/report/demographicsSection.ts';
import { analyzeCommand } from '../../src/cli/commands/analyze.ts';
import { readPeople, withPeople } from '../../src/records/people.ts';
import { readTrials } from '../../src/records/readTrials.ts';
import { trialRecord } from '../../src/records/trialRecord.ts';
import { trialsCsv } from '../../src/records/writeTrials.ts';
import { runCommand } from '../cli/runCommand.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const folder = temporaryFolder();

/** A folder of an export: trials of some people, and what they told. */
function exported(name: string, { study = 's', people = ['a', 'b', 'c', 'd'] } = {}, told?: string): string {
  mkdirSync(join(folder, name), { recursive: true });
  const records = people.map((participant, trialIndex) =>
    trialRecord({
      ...{ study, participant, observer: 'human', task: 'word', trialIndex, sourceId: `s${trialIndex}` },
      ...{ condition: 'natural', target: 'yes', response: 'yes' },
    }),
  );
  const path = join(folder, name, 'trials.csv');
  writeFileSync(path, trialsCsv(records));
  if (told !== undefined) writeFileSync(join(folder, name, 'participants.csv'), told);
  return path;
}

const told = [
  'participant,session,visit,demographics_age,demographics_gender,demographics_hearingLoss',
  'a,a,1,20,Female,no',
  'b,b,1,31,female ,no',
  'b,b2,2,99,male,yes',
  'c,c,1,45,,no',
  'gone,gone,1,70,male,no',
  'd,d,1,NA,non-binary,yes',
  '',
].join('\n');

it('demographics sums up everyone with trials and those analyzed: numbers by mean, SD and range, answers by counts', async () => {
  const table = await readTrials(exported('export', {}, told));
  const [age, gender, hearingLoss] = demographics(table, Uint8Array.of(1, 1, 0, 0));
  expect(age).toMatchObject({ question: 'age', everyone: { answered: 3, missing: 1 } });
  expect(age!.everyone.numbers).toEqual({
    ...{ mean: 32, least: 20, most: 45 },
    standardDeviation: expect.closeTo(Math.sqrt((144 + 1 + 169) / 2), 12),
  });
  expect(age!.analyzed.numbers!.mean).toBe(25.5);
  expect(gender!.everyone).toEqual({
    ...{ answered: 3, missing: 1, numbers: null },
    answers: [
      { answer: 'female', count: 2 },
      { answer: 'non-binary', count: 1 },
    ],
  });
  expect(gender!.analyzed.answers).toEqual([{ answer: 'female', count: 2 }]);
  expect(hearingLoss!.everyone.answers.map(({ count }) => count)).toEqual([3, 1]);
  const [section] = demographicsSection([age!, gender!]).tables;
  expect(section!.rows).toEqual([
    ['Age (years)', 'mean (SD)', '32 (12.530)', '25.500 (7.778)'],
    ['Age (years)', 'range', '20–45', '20–31'],
    ['Age (years)', 'not answered', '1', '0'],
    ['Gender', 'female', '2', '2'],
    ['Gender', 'non-binary', '1', '0'],
    ['Gender', 'not answered', '1', '0'],
  ]);
});

it('people of two studies under one name are two people, each with the answers beside its own trials', async () => {
  const header = 'participant,demographics_age\n';
  const first = exported('first', { people: ['a'] }, `${header}a,20\n`);
  const second = exported('second', { study: 't', people: ['a'] }, `${header}a,60\n`);
  const table = await readTrials(first, second);
  const [age] = demographics(table, Uint8Array.of(1, 0));
  expect(age!.everyone.numbers!.mean).toBe(40);
  expect(age!.analyzed.numbers!.mean).toBe(20);
});

it('a table of people may be named; one that asks nothing is refused, and passed over where it lies beside', async () => {
  const bare = exported('bare', {}, 'participant,score\na,3\n');
  const table = await readTrials(bare);
  expect(demographics(table, new Uint8Array(4))).toEqual([]);
  expect(demographicsSection([]).tables).toMatchObject([{ rows: [] }]);
  expect(() => readPeople(join(folder, 'bare', 'participants.csv'))).toThrow(
    /participants\.csv: the columns must be participant and any that begin with demographics_, they are participant, score; give/,
  );
  const packed = join(exported('packed', {}), '..', 'participants.csv.gz');
  writeFileSync(packed, gzipSync(told));
  expect(demographics(await readTrials(join(packed, '..', 'trials.csv')), new Uint8Array(4))).toHaveLength(3);
  const named = join(folder, 'named.csv');
  writeFileSync(named, told);
  expect(demographics(withPeople(table, named), new Uint8Array(4))).toHaveLength(3);
});

it('a table beside the trials is not read where another is named', async () => {
  const broken = exported('broken', {}, 'participant,demographics_age\n"a,1\n');
  await expect(readTrials(broken)).rejects.toThrow(/participants\.csv/);
  const named = join(folder, 'named.csv');
  writeFileSync(named, told);
  const { stdout } = await runCommand(analyzeCommand, [broken, '--participants', named, '--json']);
  expect(JSON.stringify(JSON.parse(stdout).inputs)).toContain('named.csv');
});
