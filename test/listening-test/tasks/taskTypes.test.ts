import { existsSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { exportFiles } from '../../../listening-test/export/exportFiles.ts';
import { loadStudy } from '../../../listening-test/study/loadStudy.ts';
import { noTarget, type TaskType } from '../../../listening-test/tasks/taskType.ts';
import { taskKinds, taskTypeOf } from '../../../listening-test/tasks/taskTypes.ts';
import { packagePath } from '../../../src/base/packagePath.ts';
import { fetchClip, joinStudy, reportPlay, runTo, saveAnswer } from '../client.ts';
import { makeStudy, temporaryFolder } from '../makeStudy.ts';
import { serveStudy } from '../serveStudy.ts';

const short = (clip: { sounds: string[]; target: string }) =>
  `${clip.sounds.join('')} ${clip.target}`.replaceAll('original', 'o').replaceAll('version', 'v');

const arranged = (
  kind: Parameters<typeof taskTypeOf>[0],
  places: number,
  version: string | null = 'version',
) => {
  const { arrange } = taskTypeOf(kind) as TaskType & { arrange: NonNullable<TaskType['arrange']> };
  return Array.from({ length: places }, (_, place) =>
    short(arrange({ original: 'original', version, place })),
  );
};

describe('arrange', () => {
  test.each([
    ['same-different', ['ov different', 'vo different']],
    ['ab', ['ov A', 'vo B']],
    ['abx', ['ovo A', 'vov A', 'ovv B', 'voo B']],
    ['odd-one-out', ['voo 1', 'ovo 2', 'oov 3', 'ovv 1', 'vov 2', 'vvo 3']],
  ] as const)('%s: each order and each answer equally often: %j', (kind, clips) => {
    expect(arranged(kind, clips.length)).toEqual(clips);
    expect(arranged(kind, 2 * clips.length).slice(clips.length)).toEqual(clips);
  });

  test.each([
    ['same-different', ['oo same', 'oo same']],
    ['ab', ['oo A', 'oo B']],
    ['abx', ['ooo A', 'ooo A', 'ooo B']],
    ['odd-one-out', ['ooo 1', 'ooo 2', 'ooo 3']],
  ] as const)('%s of a natural sound with itself: %j', (kind, clips) => {
    expect(arranged(kind, clips.length, null)).toEqual(clips);
  });
});

test('every type’s targets are among its labels, and its defaults are texts', () => {
  for (const kind of taskKinds) {
    const { arrange, labels, settings, defaults } = taskTypeOf(kind);
    expect(defaults.prompt.length * defaults.instructions.length, kind).toBeGreaterThan(0);
    const fixed = labels?.(settings.parse({}));
    for (let place = 0; arrange && place < 6; place++)
      expect(fixed, kind).toContain(arrange({ original: 'o', version: 'v', place }).target);
  }
});

test('every type’s page is there', () => {
  for (const kind of taskKinds)
    expect(existsSync(packagePath(`listening-test/tasks/${taskTypeOf(kind).form}/form.ts`)), kind).toBe(true);
});

const inTask = (task: string, settings: object = {}) => ({
  practice: 0,
  catches: 0,
  config: { everyTask: task, screening: { headphones: 'off' }, ...settings } as never,
});

describe('a study in one task', () => {
  test.each([
    [{ min: 1, max: 5 }, ['1', '2', '3', '4', '5']],
    [{ min: -2, max: 2, step: 2 }, ['-2', '0', '2']],
    [{ style: 'slider', min: 0, max: 100, step: 25 }, ['0', '25', '50', '75', '100']],
  ])('rating with %j offers %j and has no right answer', async (settings, labels) => {
    const { study, answers } = await makeStudy({
      folder: temporaryFolder(),
      ...inTask('rating', { tasks: { rating: { settings } } }),
    });
    expect(study.tasks['rating']).toMatchObject({ kind: 'rating', labels });
    expect(new Set(answers.stimuli.map(({ target }) => target))).toEqual(new Set([noTarget]));
  });

  test.each([
    [{ min: 5, max: 5 }, 'must be above min'],
    [{ min: 1, max: 6, step: 2 }, 'must part the scale evenly'],
    [{ min: 0, max: 100 }, 'must be slider for more than eleven values'],
    [{ size: 3 }, 'size'],
  ])('rating with %j is refused: %s', async (settings, reason) => {
    const study = inTask('rating', { tasks: { rating: { settings } } });
    await expect(makeStudy({ folder: temporaryFolder(), ...study })).rejects.toThrow(reason);
  });

  test('a task of another name takes the type it names', async () => {
    const { study } = await makeStudy({
      folder: temporaryFolder(),
      ...inTask('quality', { tasks: { quality: { kind: 'rating', prompt: 'How good?' } } }),
    });
    expect(study.tasks['quality']).toMatchObject({ kind: 'rating', prompt: 'How good?', choose: 1 });
  });

  test('abx makes clips of three sounds, with answers balanced within lists', async () => {
    const { answers, folder } = await makeStudy({
      folder: temporaryFolder(),
      ...inTask('abx'),
      seconds: 0.3,
    });
    for (const { seconds } of answers.stimuli) expect(seconds).toBeCloseTo(3 * 0.3 + 2 * 0.5, 5);
    const targets = new Map(answers.stimuli.map(({ id, target }) => [id, target]));
    const lists = loadStudy(folder).lists.get('abx')!;
    expect(lists).toHaveLength(3);
    for (const list of lists)
      expect(list.map((id) => targets.get(id)!).filter((target) => target === 'A').length).toBeOneOf([
        1, 2, 3,
      ]);
  });
});

/** A participant who heard the first sound of a task. */
async function heard(task: string, settings: object) {
  const { folder } = await makeStudy({
    folder: temporaryFolder(),
    ...inTask(task, { tasks: { [task]: settings } }),
  });
  const { base, site } = await serveStudy(folder);
  const participant = await joinStudy(base);
  await runTo(base, participant, 'main');
  await fetchClip(base, participant);
  await reportPlay(base, participant);
  return { base, site, participant };
}

describe('what answers may hold', () => {
  test.each([
    [{ confidence: 4 }, ['A'], { confidence: 4 }, 200],
    [{ confidence: 4 }, ['A'], { confidence: 5 }, 400],
    [{ confidence: 4 }, ['A'], { confidence: 0 }, 400],
    [{ confidence: 4 }, ['A'], {}, 400],
    [{}, ['A'], { confidence: 1 }, 400],
    [{}, ['A'], {}, 200],
    [{}, [], { late: true }, 400],
    [{ deadlineSeconds: 2 }, [], { late: true }, 200],
    [{ deadlineSeconds: 2 }, [], {}, 400],
    [{ confidence: 3, deadlineSeconds: 2 }, [], { late: true }, 200],
    [{}, ['A'], { mood: 1 }, 400],
  ])('a task with %j: the answer %j with %j gets %i', async (settings, response, details, status) => {
    const { base, site, participant } = await heard('ab', settings);
    expect((await saveAnswer(base, participant, response, { details })).status).toBe(status);
    const saved = await site.store.database.selectFrom('responses').select('details').execute();
    expect(saved.map((row) => JSON.parse(row.details))).toEqual(status === 200 ? [details] : []);
  });

  test('a rating has neither a right answer nor is it right or wrong in the records', async () => {
    const { base, site, participant } = await heard('rating', {});
    await saveAnswer(base, participant, ['6']);
    const files = await exportFiles(site, 'csv');
    expect(parse(files.get('trials.csv')!, { columns: true })).toMatchObject([
      { response: '6', target: '', correct: '' },
    ]);
  });

  test('a sound may be heard as often as its task says, and no more', async () => {
    const { base, site, participant } = await heard('ab', { plays: 3 });
    expect((await reportPlay(base, participant, { attempt: 2 })).body).toMatchObject({ valid: true });
    expect((await reportPlay(base, participant, { attempt: 3, hidden: true })).body).toMatchObject({
      valid: false,
    });
    expect((await reportPlay(base, participant, { attempt: 4 })).body).toMatchObject({ valid: true });
    expect((await reportPlay(base, participant, { attempt: 5 })).body).toMatchObject({ error: 'heard' });
    expect((await saveAnswer(base, participant, ['A'])).status).toBe(200);
    expect(await site.store.database.selectFrom('plays').selectAll().execute()).toHaveLength(4);
  });
});
