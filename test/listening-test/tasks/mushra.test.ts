import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { exportFiles } from '../../../listening-test/export/exportFiles.ts';
import { clipRateHz, readClipSound } from '../../../listening-test/sound/clipSound.ts';
import { lowPass } from '../../../listening-test/sound/lowPass.ts';
import { scoreTable } from '../../../listening-test/tasks/mushra/scoreTable.ts';
import { rms } from '../../../stimuli/level.ts';
import { fetchClip, joinStudy, reportPlay, runTo, saveAnswer } from '../client.ts';
import { makeStudy, temporaryFolder } from '../makeStudy.ts';
import { serveStudy } from '../serveStudy.ts';

const study = (settings: object = {}, more: object = {}) => ({
  folder: temporaryFolder(),
  words: ['after', 'before'],
  practice: 1,
  catches: 0,
  seconds: 0.2,
  config: {
    everyTask: 'mushra',
    tasks: { mushra: { settings } },
    screening: { headphones: 'off', level: false, demographics: false },
  } as never,
  ...more,
});

describe('a multi-stimulus study', () => {
  test('shows every version of a source beside reference, hidden reference and anchors, in one trial', async () => {
    const { answers, folder } = await makeStudy({ ...study(), failed: ['source-before/relu4'] });
    const main = answers.stimuli.filter(({ role }) => role === 'main');
    const natural = { condition: 'natural', stage: '', metamerModel: '' };
    expect(main.map(({ sourceId }) => sourceId)).toEqual(['source-after', 'source-before']);
    expect(main[0]!.parts).toMatchObject([
      { role: 'reference', ...natural, atSeconds: 0, seconds: 0.2 },
      { role: 'hidden-reference', ...natural, atSeconds: 0.2 },
      { role: 'anchor', condition: 'anchor-3500-hz', lowPassHz: 3500 },
      { role: 'anchor', condition: 'anchor-7000-hz', lowPassHz: 7000 },
      { role: 'version', condition: 'net/relu0', stage: 'relu0', metamerModel: 'net' },
      { role: 'version', condition: 'net/relu4', atSeconds: 1, seconds: 0.2 },
    ]);
    expect(main[1]!.parts!.map(({ condition }) => condition)).not.toContain('net/relu4');
    const clip = await readClipSound(join(folder, 'clips', `${main[0]!.id}.wav`));
    const part = (place: number) => clip.subarray(place * 9600, (place + 1) * 9600);
    for (const [i, value] of part(1).entries()) expect(Math.abs(value - part(0)[i]!)).toBeLessThan(1e-4);
    for (let place = 1; place < 6; place++) expect(rms(part(place)) / rms(part(0))).toBeCloseTo(1, 2);
    const practice = answers.stimuli.find(({ role }) => role === 'practice')!;
    expect(practice.parts!.map(({ role }) => role)).toEqual([
      'reference',
      'hidden-reference',
      'anchor',
      'anchor',
    ]);
  });

  test('answers are one score a sound; the export tells what each was given to', async () => {
    const { folder } = await makeStudy({ ...study({ anchorsHz: [3500] }), practice: 0 });
    const { base, site } = await serveStudy(folder);
    const participant = await joinStudy(base);
    await runTo(base, participant, 'main');
    const { clip } = participant.state.trial!;
    expect(clip.parts).toEqual([0, 0.2, 0.4, 0.6, 0.8].map((atSeconds) => ({ atSeconds, seconds: 0.2 })));
    await fetchClip(base, participant);
    await reportPlay(base, participant);
    const details = { order: [3, 1, 4, 2], listens: [3, 1, 1, 2, 1] };
    const status = async (response: string[], own: object = details) =>
      (await saveAnswer(base, participant, response, { details: own })).status;
    expect(await status(['100', '20', '60'])).toBe(400);
    expect(await status(['100', '20', '60', '60', '60'])).toBe(400);
    expect(await status(['100', '20', '60', '101'])).toBe(400);
    expect(await status([])).toBe(400);
    expect(await status(['100', '20', '60', '60'], { order: [99] })).toBe(400);
    // After a reload the sounds may be fetched again until they are rated.
    expect((await fetchClip(base, participant)).length).toBeGreaterThan(1000);
    expect(await status(['100', '20', '60', '60'])).toBe(200);
    const rows = parse((await exportFiles(site, 'csv')).get('scores.csv')!, { columns: true });
    expect(rows).toMatchObject([
      { role: 'hidden-reference', condition: 'natural', score: '100', listens: '1', shown_at: '2' },
      { role: 'anchor', condition: 'anchor-3500-hz', score: '20', listens: '1', shown_at: '4' },
      { role: 'version', condition: 'net/relu0', score: '60', listens: '2', shown_at: '1' },
      { role: 'version', condition: 'net/relu4', score: '60', listens: '1', shown_at: '3' },
    ]);
  });

  test.each([
    [{ anchorsHz: [100] }, 'anchorsHz'],
    [{ anchors: [] }, 'anchors'],
  ])('settings %j are refused', async (settings, problem) => {
    await expect(makeStudy(study(settings))).rejects.toThrow(problem);
  });

  test('more than fifteen sounds beside the reference are refused', async () => {
    const stages = Array.from({ length: 13 }, (_, i) => `relu${i}`);
    await expect(makeStudy({ ...study(), words: ['after'], stages })).rejects.toThrow(
      'must hold 16 sounds at most',
    );
    await expect(makeStudy({ ...study(), words: ['after'], stages: stages.slice(1) })).resolves.toBeDefined();
  });
});

describe('post-screening of ITU-R BS.1534-3', () => {
  const part = (role: 'reference' | 'hidden-reference' | 'anchor', lowPassHz?: number) => ({
    ...{ role, condition: role, stage: '', metamerModel: '', atSeconds: 0, seconds: 1, lowPassHz },
  });
  const parts = [part('reference'), part('hidden-reference'), part('anchor', 3500), part('anchor', 7000)];
  const trial = (scores: number[], block = 'main') => ({
    ...{ participant: 'p', session: 'p', task: 'mushra', trialIndex: 0, sourceId: 's', playValid: true },
    ...{ block, parts, response: scores.map(String), details: {} },
  });
  const flags = (...trials: ReturnType<typeof trial>[]) => {
    const { columns, rows } = scoreTable(trials);
    return rows[0]![columns.findIndex(({ name }) => name === 'post_screening')];
  };
  const good = (count: number) => Array.from({ length: count }, () => trial([100, 10, 50]));

  /** Other participants, who rated the same source once each. */
  const others = (count: number, scores = [100, 10, 50], block = 'main') =>
    Array.from({ length: count }, (_, i) => ({
      ...trial(scores, block),
      ...{ participant: `other ${i}`, session: `other ${i}` },
    }));

  test('marks those alone whose scores they are', () => {
    const [bad, good] = [trial([0, 10, 50]), { ...trial([100, 10, 50]), session: 'q' }];
    const { columns, rows } = scoreTable([bad, good]);
    const column = (name: string) => columns.findIndex((own) => own.name === name);
    expect(rows.map((row) => `${row[column('session')]} ${row[column('post_screening')]}`)).toEqual([
      ...Array(3).fill('p hidden-reference'),
      ...Array(3).fill('q '),
    ]);
  });

  test.each([
    ['a reference at 90', [...good(1), trial([90, 10, 50])], ''],
    ['one reference of two at 89', [...good(1), trial([89, 10, 50])], 'hidden-reference'],
    ['three of twenty', [...good(17), ...Array(3).fill(trial([0, 10, 50]))], ''],
    ['four of twenty', [...good(16), ...Array(4).fill(trial([0, 10, 50]))], 'hidden-reference'],
    ['a middle anchor at 90', [trial([100, 10, 90])], ''],
    ['a middle anchor at 91', [trial([100, 10, 91]), ...others(3)], 'mid-anchor'],
    ['a middle anchor at 91 of a source that less than four rated', [trial([100, 10, 91]), ...others(2)], ''],
    ['three anchors of twenty', [...Array(3).fill(trial([100, 10, 91])), ...good(17), ...others(3)], ''],
    [
      'four anchors of twenty',
      [...Array(4).fill(trial([100, 10, 91])), ...good(16), ...others(3)],
      'mid-anchor',
    ],
    [
      'as many anchors of an unclear source',
      [trial([100, 10, 91]), ...good(9), ...others(3, [100, 10, 91])],
      '',
    ],
    [
      'an anchor of a clear source beside an unclear one',
      [trial([100, 10, 91]), ...others(3), { ...trial([100, 10, 91]), sourceId: 'unclear' }],
      'mid-anchor',
    ],
    [
      'an unclear source of the same name in another task',
      [
        trial([100, 10, 91]),
        ...others(3),
        ...others(3, [100, 10, 91]).map((own) => ({ ...own, task: 'other' })),
      ],
      'mid-anchor',
    ],
    [
      'what others said in practice',
      [trial([100, 10, 91]), ...others(3), ...others(3, [100, 10, 91], 'practice')],
      'mid-anchor',
    ],
    ['a low anchor at 95', [trial([100, 95, 50])], ''],
    ['both', [trial([0, 10, 100]), ...others(3)], 'hidden-reference;mid-anchor'],
    ['practice alone', [...good(1), trial([0, 10, 100], 'practice')], ''],
  ])('%s: %3$j', (_, trials, expected) => {
    expect(flags(...trials)).toBe(expected);
  });
});

test.each([
  [1000, 3500, 0, 0.1],
  [3500, 3500, 0, 0.1],
  [4000, 3500, -200, -25],
  [4500, 3500, -200, -50],
  [6900, 7000, 0, 0.1],
  [8000, 7000, -200, -50],
])('lowPass: a tone of %i Hz below %i Hz is changed by %f to %f dB', (frequencyHz, passHz, least, most) => {
  const tone = Float32Array.from({ length: 9600 }, (_, i) =>
    Math.sin((2 * Math.PI * frequencyHz * i) / clipRateHz),
  );
  const middle = (samples: Float32Array) => samples.subarray(2400, 7200);
  const gainDb = 20 * Math.log10(rms(middle(lowPass(tone, passHz))) / rms(middle(tone)));
  expect(gainDb).toBeGreaterThan(least - 0.1);
  expect(gainDb).toBeLessThan(most);
});
