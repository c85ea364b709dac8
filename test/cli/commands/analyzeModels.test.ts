import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { modelTrials } from '../../../listening-test/models/modelTrials.ts';
import { loadStudy } from '../../../listening-test/study/loadStudy.ts';
import { analyzeCommand } from '../../../src/cli/commands/analyze.ts';
import type { TrialRecord } from '../../../src/records/trialRecord.ts';
import { trialsCsv } from '../../../src/records/writeTrials.ts';
import { makeStudy } from '../../listening-test/makeStudy.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinyModel, writeTinyModel } from '../../tinyModel.ts';
import { runCommand } from '../runCommand.ts';

const root = temporaryFolder();
const net = join(root, 'net');
let study: string;
let records: TrialRecord[];

beforeAll(async () => {
  ({ folder: study } = await makeStudy({ folder: root, words: ['yes', 'no'], seconds: 0.5 }));
  mkdirSync(net);
  writeTinyModel(net);
  records = await modelTrials(loadStudy(study), tinyModel(), { engine: 'tfjs' });
});

/** Analyzes answers of people, with the model's to the same study. */
async function analyze(people: readonly TrialRecord[], ...more: string[]) {
  const [trials, out] = [join(root, 'trials.csv'), join(temporaryFolder(), 'report')];
  if (people.length > 0) {
    // Of an earlier analysis; its bytes are no input of this one.
    mkdirSync(out);
    writeFileSync(join(out, 'trials-tiny.csv'), 'earlier');
  }
  writeFileSync(trials, trialsCsv(people));
  const words = ['--study', study, '--model', net, '--engine', 'tfjs', '--permutations', '0', '--out', out];
  return { out, done: runCommand(analyzeCommand, [trials, ...words, ...more]) };
}

test('metamer analyze writes nothing, the model’s answers neither, when no person has answered', async () => {
  const { out, done } = await analyze([]);
  await expect(done).rejects.toThrow('trials.csv has a header but no rows');
  expect(existsSync(out)).toBe(false);
});

test('metamer analyze writes the model’s answers beside the report, which names them by their hash', async () => {
  const people = ['p1', 'p2'].flatMap((participant) =>
    records.map((record) => ({ ...record, observer: 'human', participant })),
  );
  const { out, done } = await analyze(people);
  expect((await done).code).toBe(0);
  const path = join(out, 'trials-tiny.csv');
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  const { inputs } = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as { inputs: object[] };
  expect(inputs).toContainEqual(expect.objectContaining({ path, sha256 }));
  expect(inputs).toHaveLength(2);
});

const answeredBy = (participant: string, change: Partial<TrialRecord> = {}) =>
  records.map((record) => ({ ...record, observer: 'human', participant, ...change }));

test.each<[string, () => TrialRecord[], RegExp | null]>([
  [
    'another study alone',
    () => answeredBy('p1', { study: 'other' }),
    /^--study must be the study of some of the trials, \S+ is 'listening-study', they are of 'other'; give the folder of theirs$/,
  ],
  ['another study and this one', () => [...answeredBy('p1', { study: 'other' }), ...answeredBy('p2')], null],
  [
    'another study, and ratings of which one cannot tell',
    () => [
      ...answeredBy('p1', { study: 'other' }),
      ...answeredBy('p1', { study: 'other', task: 'rating', target: '', correct: null }),
    ],
    null,
  ],
  ['no named study, with its sounds', () => answeredBy('p1', { study: '' }), null],
  [
    'no named study, with other sounds',
    () => answeredBy('p1', { study: '' }).map((row, i) => ({ ...row, sourceId: `x${i}` })),
    /^--study must be the study of some of the trials/,
  ],
])('metamer analyze --study with trials of %s', async (_, people, refusal) => {
  const { out, done } = await analyze(people());
  if (refusal === null) expect((await done).code).toBe(0);
  else {
    await expect(done).rejects.toThrow(refusal);
    expect(existsSync(join(out, 'report.html'))).toBe(false);
  }
});

test('metamer analyze says who was excluded when nobody is left, and names the table of people alone', async () => {
  const failed = { ...answeredBy('p1')[0]!, block: 'catch' as const, trialIndex: 99, correct: false };
  const { done } = await analyze([...answeredBy('p1'), { ...failed, response: 'nothing' }]);
  await expect(done).rejects.toThrow(
    `${join(root, 'trials.csv')}: no human trial of the main block is left after the exclusions: the only participant, p1, was excluded by 'catch', fewer than 80 % of catch trials correct (limit of the study); add participants, or loosen the rules (exclusions)`,
  );
});
