import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { branchStudyCommand } from '../../../src/cli/commands/branchStudy.ts';
import { loadModel } from '../../../src/model/loadModel.ts';
import { readBranchStudyConfig } from '../../../src/training/branchStudy/studyConfig.ts';
import { runCommand } from '../../cli/runCommand.ts';
import { writeToneCorpus } from '../../corpus/toneCorpus.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const folder = temporaryFolder();
const out = join(folder, 'study');
const configPath = join(folder, 'study.json');
const config = {
  ...{ corpus: join(folder, 'corpus'), steps: 2, batchSize: 2, width: 0.02, warmupSteps: 1 },
  ...{ validateEverySteps: 2, validationExcerpts: 2, loaderThreads: 0 },
  ...{ branchPoints: [7, 0], seeds: [1], evaluation: { perLabel: 2, snrsDb: [0] } },
};
const argv = ['--config', configPath, '--out', out, '--json'];

function configOf(given: unknown) {
  const path = join(temporaryFolder(), 'study.json');
  writeFileSync(path, JSON.stringify(given));
  return readBranchStudyConfig(path);
}

beforeAll(async () => {
  await writeToneCorpus(config.corpus);
  writeFileSync(configPath, JSON.stringify(config));
});

test('branch-study trains every branch point and tells accuracy and cost of each', async () => {
  const study = JSON.parse((await runCommand(branchStudyCommand, argv)).stdout);
  expect(study).toEqual(JSON.parse(readFileSync(join(out, 'branch-study.json'), 'utf8')));
  expect(study.costs.map(({ branchPoint }: { branchPoint: number }) => branchPoint)).toEqual([0, 7]);
  const shared = loadModel(join(out, 'branch-7-seed-1'));
  expect(study.costs[1].parameters).toBe(shared.stages.reduce((sum, { parameters }) => sum + parameters, 0));
  expect(study.costs[0].parameters).toBeGreaterThan(study.costs[1].parameters);
  expect(study.costs[0].macs).toBeGreaterThan(study.costs[1].macs);
  // Two words clean and in six backgrounds; two genres in five, twice each.
  expect(study.excerpts).toEqual({ word: 28, genre: 24 });
  expect(Object.keys(study.tasks.word.accuracy['7'])).toEqual(['mean', 'clean', '0 dB']);
  expect(study.verdict).toHaveLength(2);
  expect(study.verdict[0]).toMatch(/^words: branch point 7 (holds its own|is worse)\. .* points \[/);
  expect(readFileSync(join(out, 'branch-study.svg'), 'utf8')).toContain('operations shared');
});

test('branch-study skips what is finished and adds seeds', async () => {
  const heard = join(out, 'branch-0-seed-1', 'heard.json');
  const weights = join(out, 'branch-0-seed-1', 'weights.safetensors');
  const before = [heard, weights].map((path) => statSync(path).mtimeMs);
  writeFileSync(configPath, JSON.stringify({ ...config, seeds: [1, 2] }));
  const { stdout } = await runCommand(branchStudyCommand, argv.slice(0, -1));
  expect([heard, weights].map((path) => statSync(path).mtimeMs)).toEqual(before);
  expect(existsSync(join(out, 'branch-7-seed-2', 'model.json'))).toBe(true);
  expect(stdout).toMatch(/shared +parameters +MMAC +words %, mean of levels/);
  expect(stdout).toMatch(/\n +7 +[\d,]+ +\d+\.\d +\d+\.\d \[\d+\.\d, \d+\.\d\]/);
  expect(stdout).toMatch(/2 seeds/);
});

test('branch-study names a damaged file of its own and what to do', async () => {
  for (const [file, remedy] of [
    [
      'config.json',
      /config\.json must be a branch study's configuration, it is not JSON .*; remove it, or use another folder$/,
    ],
    [
      join('branch-0-seed-1', 'heard.json'),
      /heard\.json must be what a model heard, it is not JSON .*; remove it to let the model hear again$/,
    ],
  ] as const) {
    const path = join(out, file);
    const before = readFileSync(path);
    writeFileSync(path, before.subarray(0, 20));
    await expect(runCommand(branchStudyCommand, argv)).rejects.toThrow(remedy);
    writeFileSync(path, before);
  }
});

test('branch-study refuses the folder of another study, and branch points that are none', async () => {
  writeFileSync(configPath, JSON.stringify({ ...config, steps: 3 }));
  await expect(runCommand(branchStudyCommand, argv)).rejects.toThrow(/holds a branch study of another/);
  expect(() => configOf({ ...config, branchPoints: [13] })).toThrow(/branchPoints\.0/);
  for (const preset of ['cochcnn9', 'cochresnet50'])
    expect(() => configOf({ ...config, preset })).toThrow(
      `two branches, branched or kell2018, got ${preset};`,
    );
  expect(() => configOf({ ...config, from: 'branched-small' })).toThrow(/from must be absent/);
  const { branchPoints, seeds } = configOf({ corpus: 'c', steps: 1, seed: 5 });
  expect(branchPoints).toEqual([0, 1, 3, 4, 6, 7, 9, 12]);
  expect(seeds).toEqual([5]);
});
