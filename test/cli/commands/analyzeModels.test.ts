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
