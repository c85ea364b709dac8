import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { learnedEarCommand } from '../../../src/cli/commands/learnedEar.ts';
import { readLearnedEarConfig } from '../../../src/experiments/learnedEar/learnedEarConfig.ts';
import type { EarResult, LearnedEar } from '../../../src/experiments/learnedEar/learnedEarRecord.ts';
import { runLearnedEar } from '../../../src/experiments/learnedEar/runLearnedEar.ts';
import { runCommand } from '../../cli/runCommand.ts';
import { writeToneCorpus } from '../../corpus/toneCorpus.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const folder = temporaryFolder();
const configPath = join(folder, 'learned-ear.json');
const training = {
  ...{ corpus: join(folder, 'corpus'), steps: 3, batchSize: 2, width: 0.02, warmupSteps: 1 },
  ...{ validateEverySteps: 3, validationExcerpts: 2, loaderThreads: 0, averaging: 0 },
};
const ear = { channels: 6, lowHz: 100, highHz: 4000, seconds: 0.25, envelopeRateHz: 200 };
const written = (more: object) => writeFileSync(configPath, JSON.stringify({ training, ear, ...more }));

beforeAll(() => writeToneCorpus(training.corpus));

test('learned-ear: filters move where they learn and stay where they are held; a stopped run ends in the same bits', async () => {
  written({ seeds: [4], conditions: ['learned', 'erb'] });
  const out = join(folder, 'whole');
  const { stdout, stderr } = await runCommand(learnedEarCommand, [
    ...['--config', configPath, '--out', out, '--json', '--threads', '1'],
  ]);
  const whole = JSON.parse(stdout) as LearnedEar;
  expect(JSON.parse(readFileSync(join(out, 'learned-ear.json'), 'utf8'))).toEqual(whole);
  expect(stderr).toContain('2/2 erb-4');
  const [learned, erb] = whole.runs as [EarResult, EarResult];
  expect(learned.steps).toBe(3);
  expect(Object.keys(learned.validation)).toEqual(['word', 'genre']);
  expect(erb.end).toEqual(erb.start);
  expect(erb.endScale.distanceFromErb).toBeLessThan(0.2);
  for (const name of ['centersHz', 'halfWidthsHz'] as const)
    learned.end[name].forEach((value, i) => {
      expect(value, `${name} ${i}`).not.toBeCloseTo(learned.start[name][i]!, 2);
      // Three steps at 0.002 and 5 Hz a thousandth: 30 Hz and 3 %.
      if (name === 'centersHz') expect(Math.abs(value - learned.start[name][i]!)).toBeLessThan(35);
      else expect(Math.abs(Math.log(value / learned.start[name][i]!))).toBeLessThan(0.035);
    });
  expect(readFileSync(join(out, 'learned-ear.svg'), 'utf8')).toContain('learned, seed 4');

  const config = readLearnedEarConfig(configPath);
  const stopping = new AbortController();
  stopping.abort(new Error('stopped'));
  const pieces = join(folder, 'pieces');
  await expect(
    runLearnedEar(config, pieces, { computing: { threads: 1 }, signal: stopping.signal }),
  ).rejects.toThrow('stopped');
  expect(await runLearnedEar(config, pieces, { computing: { threads: 1 } })).toEqual(whole);
});

test('learned-ear: seeds and conditions may join, another ear or training may not', async () => {
  written({ seeds: [4], conditions: ['erb', 'random'] });
  const out = ['--config', configPath, '--out', join(folder, 'whole'), '--threads', '1'];
  const { stdout } = await runCommand(learnedEarCommand, out);
  expect(stdout).toMatch(/ear +seed +words % +genres % +spacings from ERB scale/);
  expect(stdout).toMatch(/random +4 /);
  written({ ear: { ...ear, channels: 7 } });
  await expect(runCommand(learnedEarCommand, out)).rejects.toThrow(
    /holds learned ears of another configuration/,
  );
  written({ training: { ...training, batchSize: 3 } });
  await expect(runCommand(learnedEarCommand, out)).rejects.toThrow(
    /holds learned ears of another configuration/,
  );
  written({ training: { ...training, from: 'branched-small' } });
  await expect(runCommand(learnedEarCommand, out)).rejects.toThrow(
    /must leave out 'perturbation' and 'from'/,
  );
  written({ conditions: ['best'] });
  await expect(runCommand(learnedEarCommand, out)).rejects.toThrow(/conditions\.0/);
});
