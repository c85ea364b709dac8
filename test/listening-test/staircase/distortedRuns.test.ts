import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, expect, test } from 'vitest';
import { exportFiles } from '../../../listening-test/export/exportFiles.ts';
import type { LevelDetection } from '../../../src/analysis/discrimination/sameDifferent.ts';
import { analyzeCommand } from '../../../src/cli/commands/analyze.ts';
import { distortCommand } from '../../../src/cli/commands/distort.ts';
import { studyCommand } from '../../../src/cli/commands/study.ts';
import { writeNpy } from '../../../src/formats/npy.ts';
import { runCommand } from '../../cli/runCommand.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinySound, writeTinyModel } from '../../tinyModel.ts';
import { joinStudy, passTrial, runTo } from '../client.ts';
import { serveStudy } from '../serveStudy.ts';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
const distorted = path('distorted');

/** What `metamer distort` makes of a small network, in a study of detection. */
async function served(name: string, task: object) {
  const config = path(`${name}.json`);
  const screening = { headphones: 'off', level: false, demographics: false };
  writeFileSync(config, JSON.stringify({ everyTask: 'hear', tasks: { hear: task }, screening }));
  const argv = ['--config', config, '--practice', '0', '--catch', '0', '--out', path(name)];
  await runCommand(studyCommand, [distorted, ...argv]);
  return serveStudy(path(name));
}

/** A person goes through the study. */
async function takePart(base: string, choose: Parameters<typeof passTrial>[2]): Promise<void> {
  const participant = await joinStudy(base);
  await runTo(base, participant, 'main');
  while (participant.state.step === 'main') await passTrial(base, participant, choose);
  await runTo(base, participant, null);
  expect(participant.state.state).toBe('complete');
}

beforeAll(async () => {
  mkdirSync(path('tiny'));
  writeTinyModel(path('tiny'));
  writeNpy(path('vowel.npy'), tinySound(1));
  const search = ['--model', path('tiny'), '--stage', 'conv3', '--iterations', '15', '--threads', '1'];
  const levels = ['--levels-db', '-50,-35,-20'];
  await runCommand(distortCommand, ['eigen', path('vowel.npy'), ...search, ...levels, '--out', distorted]);
});

test('eigendistortions become staircases, whose thresholds are exported for each way of changing a sound', async () => {
  const staircase = { reversals: 2, averaged: 2, maxTrials: 12, steps: [1], sameShare: 0.25 };
  const { base, site } = await served('staircases', { kind: 'detection', staircase });
  await takePart(base, () => ['yes']);
  const rows = parse((await exportFiles(site, 'csv')).get('thresholds.csv')!, { columns: true });
  // Who hears everything goes down to the faintest change, and is told so by the trials without one.
  for (const row of rows as Record<string, string>[])
    expect(row).toMatchObject({
      different_trials: '9',
      different_right: '9',
      same_trials: '3',
      same_right: '0',
    });
  const paths = (rows as Record<string, string>[]).map((row) => row['path']);
  expect(paths.sort()).toEqual(['vowel conv3 largest', 'vowel conv3 smallest']);
});

test('eigendistortions become conditions of constant levels, and metamer analyze tells d′ of each', async () => {
  const { base, site } = await served('levels', { kind: 'detection' });
  // A person hears the one sound in one condition: the original, or either change at one of three levels.
  for (let person = 0; person < 7; person++) await takePart(base, () => ['yes']);
  writeFileSync(path('trials.csv'), (await exportFiles(site, 'csv')).get('trials.csv')!);
  const { stdout } = await runCommand(analyzeCommand, [
    ...[path('trials.csv'), '--out', path('report'), '--permutations', '0', '--json'],
  ]);
  const [{ design, observers }] = JSON.parse(stdout).discrimination;
  expect(design).toBe('detection');
  // Who always says yes detects nothing, however often the change is there: 1.5 of 2 answers to either kind.
  const found = observers[0].detection.map((line: LevelDetection) => [
    ...[line.level, line.hitRate, line.falseAlarmRate, line.sensitivity],
  ]);
  expect(found).toEqual(
    ['largest', 'smallest'].flatMap((end) =>
      [-20, -35, -50].map((db) => [`conv3 ${end} ${db} dB`, 0.75, 0.75, expect.closeTo(0, 12)]),
    ),
  );
});
