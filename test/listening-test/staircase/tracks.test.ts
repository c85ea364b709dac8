import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, onTestFinished, test } from 'vitest';
import { exportFiles } from '../../../listening-test/export/exportFiles.ts';
import { openSite } from '../../../listening-test/server/openSite.ts';
import { readClipSound } from '../../../listening-test/sound/clipSound.ts';
import { buildStudy } from '../../../listening-test/study/buildStudy.ts';
import { rms } from '../../../stimuli/level.ts';
import { wavBytes } from '../../../stimuli/writeWav.ts';
import { joinStudy, passTrial, runTo } from '../client.ts';
import { makeRuns, writeNoise } from '../makeRuns.ts';
import { temporaryFolder } from '../makeStudy.ts';
import { serveStudy } from '../serveStudy.ts';

const screening = { headphones: 'off', level: false, demographics: false };

/** A study of two paths of six sounds in one task. */
async function pathStudy(task: object, paths = ['dog', 'bell']) {
  const folder = temporaryFolder();
  const sounds = (path: number) =>
    Array.from({ length: 6 }, (_, place) => {
      writeNoise(join(folder, `${path}-${place}.wav`), 10 * path + place, 0.1);
      return `${path}-${place}.wav`;
    });
  const stated = Object.fromEntries(paths.map((path, i) => [path, { task: 'hear', sounds: sounds(i) }]));
  const built = await buildStudy({
    runs: [],
    folder: join(folder, 'study'),
    pluginsFolder: folder,
    config: { tasks: { hear: task as never }, paths: stated, screening: screening as never },
  });
  return { ...built, folder: join(folder, 'study') };
}

const staircase = { reversals: 4, averaged: 2, maxTrials: 24, steps: [1] };
const rows = (files: Map<string, string>, name: string) =>
  parse(files.get(name)!, { columns: true }) as Record<string, string>[];

/** Says what a listener says who hears differences from a level on. */
async function listener(folder: string, from: number) {
  const site = await openSite(folder, { path: `${folder}/data.sqlite` });
  onTestFinished(() => site.store.close());
  return async (position: number) => {
    const { stimulus, target, plan } = await site.store.database
      .selectFrom('trials')
      .selectAll()
      .where('position', '=', position)
      .executeTakeFirstOrThrow();
    const { level = 0, sourceId } = site.loaded.stimuli.get(stimulus)!;
    expect(JSON.parse(plan)).toMatchObject({ path: sourceId });
    return { answer: level >= from ? 'different' : 'same', level, target, plan };
  };
}

describe('a study with staircases', () => {
  test('two paths, mixed, end at the level from which the listener hears a difference; a restart changes nothing', async () => {
    // Whatever the seed, this listener needs 24 trials of a track at most.
    const { folder, answers } = await pathStudy({
      kind: 'same-different',
      staircase: { ...staircase, maxTrials: 25 },
    });
    // Ten pairs that differ and one that does not, for each path.
    expect(answers.stimuli).toHaveLength(2 * 11);
    const hears = await listener(folder, 3);
    const first = await serveStudy(folder);
    const participant = await joinStudy(first.base);
    await runTo(first.base, participant, 'main');
    expect(participant.state.trial).toMatchObject({ number: 1, of: 50 });
    const seen: Awaited<ReturnType<typeof hears>>[] = [];
    for (let trials = 0; participant.state.step === 'main'; trials++) {
      // Every third trial a server that knows nothing of what was before.
      const { base } = trials % 3 === 0 ? await serveStudy(folder) : first;
      const heard = await hears(participant.state.trial!.position);
      seen.push(heard);
      await passTrial(base, participant, () => [heard.answer]);
    }
    expect(seen.length).toBeLessThan(50);
    expect(new Set(seen.slice(0, 4).map(({ plan }) => plan)).size).toBe(2);
    await runTo(first.base, participant, null);
    expect(participant.state.state).toBe('complete');
    const files = await exportFiles(first.site, 'csv');
    expect(rows(files, 'thresholds.csv')).toMatchObject(
      [1, 2].map(() => ({
        threshold_level: '2.5',
        ended_by: 'reversals',
        converges_at: '0.7071',
        at_ends: '0',
      })),
    );
    expect(rows(files, 'thresholds.csv')[0]!['reversal_levels']).toBe('2;3;2;3');
    expect(rows(files, 'trials.csv').map(({ target }) => target)).toEqual(seen.map(({ target }) => target));
    expect(rows(files, 'answers.csv').map(({ level }) => Number(level))).toEqual(
      seen.map(({ level }) => level),
    );
    const codebook = files.get('codebook.md')!;
    expect(codebook).toContain('## thresholds.csv');
  });

  test('a track without reversals ends with its trials and has no threshold', async () => {
    const { folder } = await pathStudy(
      { kind: 'same-different', staircase: { ...staircase, maxTrials: 6, sameShare: 0 } },
      ['dog'],
    );
    const { base, site } = await serveStudy(folder);
    const participant = await joinStudy(base);
    await runTo(base, participant, 'main');
    await runTo(base, participant, 'comments', () => ['same']);
    expect(rows(await exportFiles(site, 'csv'), 'thresholds.csv')).toMatchObject([
      { threshold_level: '', ended_by: 'trials', trials: '6', at_ends: '6', different_right: '0' },
    ]);
  });

  test('an answer to a sound that was not heard whole moves no track', async () => {
    const { folder } = await pathStudy(
      { kind: 'same-different', staircase: { ...staircase, down: 1, sameShare: 0 } },
      ['dog'],
    );
    const { base, site } = await serveStudy(folder);
    const hears = await listener(folder, 0);
    const participant = await joinStudy(base);
    await runTo(base, participant, 'main');
    const levels: number[] = [];
    for (let trial = 0; trial < 4; trial++) {
      levels.push((await hears(participant.state.trial!.position)).level);
      if (trial === 2) await site.store.database.updateTable('responses').set({ play_valid: 0 }).execute();
      await passTrial(base, participant, () => ['different']);
    }
    expect(levels).toEqual([5, 4, 3, 4]);
  });

  test.each([
    ['same-different', 11],
    ['detection', 6],
    ['ab', 10],
    ['abx', 20],
    ['odd-one-out', 30],
  ])('%s: clips of each level in every order: %i a path', async (kind, count) => {
    const { answers } = await pathStudy({ kind, staircase }, ['dog']);
    expect(answers.stimuli).toHaveLength(count);
  });

  test('sounds of a path keep their levels to each other, the loudest at the study’s', async () => {
    const folder = temporaryFolder();
    const sounds = [0.05, 0.1, 0.2].map((amplitude, place) => {
      const samples = Float32Array.from({ length: 4800 }, (_, i) => amplitude * Math.sin(i / 5));
      writeFileSync(
        join(folder, `${place}.wav`),
        wavBytes([samples], { sampleRateHz: 48000, format: 'float32' }),
      );
      return `${place}.wav`;
    });
    const { answers, study } = await buildStudy({
      runs: [],
      folder: join(folder, 'study'),
      pluginsFolder: folder,
      config: {
        paths: { tone: { task: 'hear', sounds } },
        tasks: { hear: { kind: 'detection', staircase: {} } },
        screening: screening as never,
      },
    });
    const levels = new Map<number, number>();
    for (const { id, level } of answers.stimuli)
      levels.set(level!, rms(await readClipSound(join(folder, 'study', 'clips', `${id}.wav`))));
    expect(study.level.rms).toBe(0.05);
    for (const [level, share] of [0.25, 0.5, 1].entries())
      expect(levels.get(level)! / 0.05).toBeCloseTo(share, 2);
  });

  test.each([
    [{ kind: 'rating', staircase }, 'compares sounds'],
    [{ kind: 'same-different' }, 'compares sounds and has a staircase'],
    [{ kind: 'same-different', staircase: { averaged: 3 } }, 'must be even'],
    [{ kind: 'same-different', staircase: { averaged: 10 } }, 'must be at most reversals'],
    [{ kind: 'same-different', staircase: { upp: 3 } }, 'upp'],
  ])('%j is refused: %s', async (task, problem) => {
    await expect(pathStudy(task, ['dog'])).rejects.toThrow(problem);
  });

  test('a staircase over runs is refused where the task compares no sounds', async () => {
    const folder = temporaryFolder();
    const stages = ['relu0', 'relu2'];
    const runs = makeRuns(join(folder, 'runs'), {
      ...{ sources: [{ name: 'after', predicted: { word: 'after' } }], stages, stageOrder: stages },
      seconds: 0.1,
    });
    const config = { everyTask: 'rating', tasks: { rating: { staircase } } } as never;
    await expect(buildStudy({ runs: [runs], folder: join(folder, 'study'), config })).rejects.toThrow(
      'tasks.rating.staircase must be left out in a task that compares no sounds',
    );
  });

  test('runs of one model make a path of each source, early stages first', async () => {
    const folder = temporaryFolder();
    const stages = ['relu0', 'relu2', 'relu4'];
    const runs = makeRuns(join(folder, 'runs'), {
      sources: [{ name: 'after', predicted: { word: 'after' } }],
      stages: [...stages].reverse(),
      stageOrder: stages,
      seconds: 0.1,
    });
    const config = {
      everyTask: 'same-different',
      tasks: { 'same-different': { staircase } },
      screening: screening as never,
    };
    const { answers } = await buildStudy({
      runs: [runs],
      folder: join(folder, 'study'),
      config: config as never,
    });
    const levels = new Map(answers.stimuli.map(({ level, condition }) => [level, condition]));
    expect([...levels].sort()).toEqual([
      [0, 'natural'],
      [1, 'net/relu0'],
      [2, 'net/relu2'],
      [3, 'net/relu4'],
    ]);
  });
});
