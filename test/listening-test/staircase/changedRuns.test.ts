import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { exportFiles } from '../../../listening-test/export/exportFiles.ts';
import { buildStudy } from '../../../listening-test/study/buildStudy.ts';
import { joinStudy, passTrial, runTo } from '../client.ts';
import { makeRuns } from '../makeRuns.ts';
import { temporaryFolder } from '../makeStudy.ts';
import { serveStudy } from '../serveStudy.ts';

const screening = { headphones: 'off', level: false, demographics: false };
const levels = [-20, -40, -60];

/** Runs as `metamer distort` writes them: a sound changed in two ways at three levels. */
function changedRuns(
  folder: string,
  { failed = [] as string[], kinds = ['conv3 largest', 'conv3 smallest'] } = {},
) {
  const changes = kinds.flatMap((kind) => levels.map((levelDb) => ({ kind, levelDb })));
  const stageOf = ({ kind, levelDb }: { kind: string; levelDb: number }) => `${kind} ${levelDb} dB`;
  const runs = makeRuns(join(folder, 'runs'), {
    ...{ sources: [{ name: 'dog', predicted: 'x' }], stages: changes.map(stageOf), seconds: 0.1 },
    failed: failed.map((stage) => `dog/${stage}`),
  });
  for (const change of changes) {
    const path = join(runs, 'dog', stageOf(change), 'run.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), change }));
  }
  return runs;
}

const built = (folder: string, task: object, runs = changedRuns(folder)) =>
  buildStudy({
    ...{ runs: [runs], folder: join(folder, 'study'), counts: { practice: 0, catch: 0 } },
    config: { everyTask: 'hear', tasks: { hear: task as never }, screening: screening as never },
  });

test('buildStudy makes a path of each way in which a sound was changed, by level, for an adaptive detection', async () => {
  const folder = temporaryFolder();
  const { answers } = await built(folder, {
    kind: 'detection',
    staircase: { reversals: 2, averaged: 2, maxTrials: 12, steps: [1], sameShare: 0.25 },
  });
  const places = answers.stimuli.map(({ sourceId, condition, level }) => [sourceId, level, condition]);
  for (const kind of ['conv3 largest', 'conv3 smallest'])
    expect(places.filter(([source]) => source === `dog ${kind}`).sort()).toEqual([
      [`dog ${kind}`, 0, 'natural'],
      ...[-60, -40, -20].map((db, i) => [`dog ${kind}`, i + 1, `net/${kind} ${db} dB`]),
    ]);
  const { base, site } = await serveStudy(join(folder, 'study'));
  const participant = await joinStudy(base);
  await runTo(base, participant, 'main');
  while (participant.state.step === 'main') await passTrial(base, participant, () => ['yes']);
  await runTo(base, participant, null);
  expect(participant.state.state).toBe('complete');
  const thresholds = parse((await exportFiles(site, 'csv')).get('thresholds.csv')!, { columns: true });
  expect((thresholds as Record<string, string>[]).map((row) => row['path'] ?? row['source_id'])).toEqual(
    expect.arrayContaining(['dog conv3 largest', 'dog conv3 smallest']),
  );
});

test('buildStudy makes conditions of constant levels of the same runs, each answered and exported', async () => {
  const folder = temporaryFolder();
  await built(folder, { kind: 'detection' });
  const { base, site } = await serveStudy(join(folder, 'study'));
  const heard: string[] = [];
  // A list holds each source in one condition: the original or a change at a level.
  for (let person = 0; person < 7; person++) {
    const participant = await joinStudy(base);
    await runTo(base, participant, 'main');
    while (participant.state.step === 'main') await passTrial(base, participant, () => ['yes']);
    await runTo(base, participant, null);
  }
  const trials = parse((await exportFiles(site, 'csv')).get('trials.csv')!, { columns: true });
  for (const { condition, target, correct } of trials as Record<string, string>[]) {
    heard.push(condition!);
    expect([target, correct]).toEqual(condition === 'natural' ? ['no', 'false'] : ['yes', 'true']);
  }
  expect(heard.sort()).toEqual([
    'natural',
    ...['conv3 largest', 'conv3 smallest']
      .flatMap((kind) => levels.map((db) => `net/${kind} ${db} dB`))
      .sort(),
  ]);
});

test('buildStudy leaves failed levels out of a path, and refuses a path of one level', async () => {
  const folder = temporaryFolder();
  const failed = ['conv3 largest -20 dB', 'conv3 largest -60 dB'];
  const runs = changedRuns(folder, { failed });
  await expect(built(folder, { kind: 'detection', staircase: {} }, runs)).rejects.toThrow(
    'the path of dog (conv3 largest) in hear must be two passed levels or more of one model, got 1 of 1 models',
  );
});
