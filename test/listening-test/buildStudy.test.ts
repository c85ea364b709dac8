import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildStudy } from '../../listening-test/study/buildStudy.ts';
import { loadStudy } from '../../listening-test/study/loadStudy.ts';
import { readStudyConfig } from '../../listening-test/study/studyConfig.ts';
import { readTargets } from '../../listening-test/study/targets.ts';
import { bundledClipPath, bundledClips } from '../../stimuli/bundledClips.ts';
import { rms } from '../../stimuli/level.ts';
import { readSound } from '../../stimuli/readSound.ts';
import { hashOf } from './client.ts';
import { makeRuns, writeNoise } from './makeRuns.ts';
import { makeStudy, temporaryFolder } from './makeStudy.ts';

const plain = {
  naturalSounds: [],
  config: {},
  targets: new Map(),
  labels: {},
  counts: { practice: 0, catch: 0 },
};

test('buildStudy keeps the order of each model’s stages as its runs tell it, and refuses two orders of one name', async () => {
  const folder = temporaryFolder();
  const order = ['cochleagram', 'layer1.relu', 'layer1', 'logits'];
  const sources = [
    { name: 'one', predicted: { word: 'after' } },
    { name: 'two', predicted: { word: 'before' } },
  ];
  const made = (name: string, stages: string[], options: object) =>
    makeRuns(join(folder, name), { sources, stages, ...options });
  const runs = made('a', ['layer1.relu', 'logits'], { stageOrder: order, model: 'net' });
  const old = made('b', ['relu0'], { model: 'old' });
  const { study } = await buildStudy({ ...plain, runs: [runs, old], folder: join(folder, 'study') });
  expect(study.stageOrder).toEqual({ net: order });
  const other = made('c', ['layer1'], { stageOrder: order.slice(1), model: 'net' });
  await expect(buildStudy({ ...plain, runs: [runs, other], folder: join(folder, 'second') })).rejects.toThrow(
    /the model net must have the stages that it has in .*; make two studies, or give/,
  );
});

test.each([
  ['conv4.music', 'genre'],
  ['conv3+top.music', 'genre'],
  ['top.word', 'word'],
  ['layer1.music', 'word'],
  ['conv3', 'word'],
])('a class without a task, of a run at %s, belongs to %s', async (stage, task) => {
  const folder = temporaryFolder();
  const sources = [
    { name: 'one', predicted: 'jazz' },
    { name: 'two', predicted: 'rock' },
  ];
  const runs = makeRuns(join(folder, 'runs'), { sources, stages: [stage] });
  const { study } = await buildStudy({ ...plain, runs: [runs], folder: join(folder, 'study') });
  expect(Object.keys(study.tasks)).toEqual([task]);
});

test('buildStudy takes sources, conditions and right answers from run folders alone', async () => {
  const folder = temporaryFolder();
  const sources = [
    { name: 'one', predicted: { word: 'after', genre: '__null__' } },
    { name: 'two', predicted: { word: '__null__', genre: 'jazz' } },
    { name: 'three', predicted: 'before' },
    { name: 'four', predicted: { word: '__null__', genre: 'polka' } },
  ];
  const runs = makeRuns(join(folder, 'runs'), { sources, stages: ['relu0', 'relu4'] });
  const told: string[] = [];
  const { study, answers } = await buildStudy({
    ...{ ...plain, runs: [runs], folder: join(folder, 'study') },
    onProgress: (done, total, pieces) => told.push(`${done}/${total} ${pieces}`),
  });
  const clips = answers.stimuli.length;
  expect(told.filter((line) => line.endsWith('written'))).toHaveLength(clips);
  expect(told.at(-1)).toBe(`${clips}/${clips} clips written`);
  expect(told[0]).toBe(`1/${clips} sounds measured`);
  expect(study.tasks['word']!.labels).toEqual(['after', 'before']);
  expect(study.tasks['genre']!.labels).toEqual(['jazz', 'polka']);
  const cells = answers.stimuli.map(({ task, sourceId, condition, target }) => [
    task,
    sourceId,
    condition,
    target,
  ]);
  expect(cells).toHaveLength(12);
  expect(cells).toContainEqual(['word', 'one', 'natural', 'after']);
  expect(cells).toContainEqual(['genre', 'four', 'net/relu4', 'polka']);
  expect(loadStudy(join(folder, 'study')).lists.get('word')).toHaveLength(3);
});

test('buildStudy writes clips at one RMS below −1 dB re full scale, 48 kHz, under names that say nothing', async () => {
  const { folder, study, answers } = await makeStudy({ folder: temporaryFolder() });
  const names = readdirSync(join(folder, 'clips'));
  expect(names).toHaveLength(answers.stimuli.length + 1);
  for (const name of names) expect(name).toMatch(/^[0-9a-f]{24}\.wav$/);
  for (const { id, sha256, seconds } of answers.stimuli) {
    const path = join(folder, 'clips', `${id}.wav`);
    const sound = await readSound(path, { sampleRateHz: 48000, durationSeconds: null, rms: null });
    expect(rms(sound.samples)).toBeCloseTo(study.level.rms, 4);
    expect(Math.max(...sound.samples)).toBeLessThan(0.8913);
    expect(sound.samples.length / 48000).toBe(seconds);
    expect(hashOf(readFileSync(path))).toBe(sha256);
  }
  const clips = readFileSync(join(folder, 'study.json'), 'utf8');
  expect(clips).not.toMatch(/relu0|source-/);
});

test('buildStudy makes level noise with the RMS of the clips', async () => {
  const { folder, study } = await makeStudy({ folder: temporaryFolder() });
  const path = join(folder, 'clips', study.level.file);
  const sound = await readSound(path, { sampleRateHz: 48000, durationSeconds: null, rms: null });
  const middle = sound.samples.subarray(4800, sound.samples.length - 4800);
  expect(20 * Math.log10(rms(middle) / study.level.rms)).toBeCloseTo(0, 0);
});

test('buildStudy replaces a failed metamer by the natural sound, or leaves it out, and logs it', async () => {
  const failed = ['source-house/relu4'];
  const replaced = await makeStudy({ folder: temporaryFolder(), failed });
  const log = [{ sourceId: 'source-house', condition: 'net/relu4', reason: 'failed its criteria' }];
  expect(replaced.answers.substitutions).toEqual([{ ...log[0], action: 'replaced' }]);
  const cell = ({ answers }: typeof replaced, condition: string) =>
    answers.stimuli.find(
      (stimulus) => stimulus.sourceId === 'source-house' && stimulus.condition === condition,
    );
  expect(cell(replaced, 'net/relu4')).toMatchObject({
    replaced: true,
    sha256: cell(replaced, 'natural')!.sha256,
  });
  const left = await makeStudy({
    folder: temporaryFolder(),
    failed,
    config: { failedMetamers: 'leave-out' },
  });
  expect(left.answers.substitutions).toEqual([{ ...log[0], action: 'left-out' }]);
  expect(cell(left, 'net/relu4')).toBeUndefined();
});

test('buildStudy with compareWithOriginal plays original and version with 0.5 s between them, and makes practice of both kinds', async () => {
  const { study, answers } = await makeStudy({
    folder: temporaryFolder(),
    practice: 2,
    catches: 1,
    config: { compareWithOriginal: true },
  });
  expect(study.tasks).toMatchObject({
    'same-different': { kind: 'same-different', labels: ['same', 'different'] },
  });
  for (const { seconds } of answers.stimuli) expect(seconds).toBeCloseTo(1.1, 6);
  const main = answers.stimuli.filter(({ role }) => role === 'main');
  expect(main).toHaveLength(12);
  for (const { condition, target } of main)
    expect(target).toBe(condition === 'natural' ? 'same' : 'different');
  const extras = answers.stimuli.filter(({ role }) => role !== 'main');
  expect(extras.map(({ role, target }) => [role, target])).toEqual([
    ['practice', 'same'],
    ['practice', 'different'],
    ['catch', 'same'],
  ]);
});

test('buildStudy compares the sources whose target names same-different, beside other tasks', async () => {
  const compared = { task: 'same-different', target: 'same' };
  const { study, answers } = await makeStudy({
    folder: temporaryFolder(),
    practice: 0,
    catches: 0,
    config: { targets: { 'source-after': compared, 'source-river': compared } },
  });
  expect(Object.keys(study.tasks).sort()).toEqual(['same-different', 'word']);
  const kinds = answers.stimuli.map(({ task, target, seconds }) => [task, target, seconds > 1]);
  expect(kinds.filter(([task]) => task === 'word')).toEqual([
    ...Array(3).fill(['word', 'before', false]),
    ...Array(3).fill(['word', 'house', false]),
  ]);
  expect(kinds.filter(([, target]) => target === 'same')).toHaveLength(2);
  expect(kinds.filter(([, target, isLong]) => target === 'different' && isLong)).toHaveLength(4);
});

test('a pass mark of the practice that nobody can reach is refused', async () => {
  const practice = { withFeedback: 1, passMark: 2 };
  await expect(makeStudy({ folder: temporaryFolder(), practice: 2, config: { practice } })).rejects.toThrow(
    /practice\.passMark must be ≤ 1, the practice trials without feedback, got 2; lower it/,
  );
});

test('buildStudy uses targets of a CSV file over the models’ verdicts, and natural sounds first for practice', async () => {
  const folder = temporaryFolder();
  const runs = makeRuns(join(folder, 'runs'), {
    sources: [{ name: 'one', predicted: 'wrong' }],
    stages: ['relu0'],
  });
  for (const name of ['x1', 'x2', 'x3']) writeNoise(join(folder, `${name}.wav`), 3);
  const table = 'sound,task,target\none.wav,word,right\nx1,word,left\nx2,word,right\nx3,word,left\n';
  writeFileSync(join(folder, 'targets.csv'), table);
  const { answers } = await buildStudy({
    ...plain,
    runs: [runs],
    targets: readTargets(join(folder, 'targets.csv')),
    naturalSounds: ['x1', 'x2', 'x3'].map((name) => join(folder, `${name}.wav`)),
    counts: { practice: 2, catch: 4 },
    folder: join(folder, 'study'),
  });
  expect(answers.stimuli.map(({ sourceId, role, target }) => [sourceId, role, target])).toEqual([
    ['one', 'main', 'right'],
    ['one', 'main', 'right'],
    ['x1', 'practice', 'left'],
    ['x2', 'practice', 'right'],
    ['x3', 'catch', 'left'],
  ]);
});

test.each([
  ['{"format":1}', /study\.json: field 'id' must be a string, it is missing; correct it/],
  ['nonsense', /study\.json must be a study's settings, it is not JSON/],
])('loadStudy of %s names the file and the field', async (content, message) => {
  const { folder } = await makeStudy({ folder: temporaryFolder() });
  writeFileSync(join(folder, 'study.json'), content);
  expect(() => loadStudy(folder)).toThrow(message);
});

test.each([
  [{ breaks: -1 }, /field 'breaks' must be ≥ 0, got -1/],
  [
    { screening: { headphones: 'speakers' } },
    /'screening\.headphones' must be one of antiphase, huggins, both, off, got "speakers"/,
  ],
  [
    { surveys: { before: [{ type: 'survey-txt' }] } },
    /surveys\.type must be one of html-button-response, .*, got 'survey-txt'/,
  ],
  [{ texts: { consent: 'nowhere.md' } }, /nowhere\.md \(texts\.consent\) must exist/],
  [{ plugins: [{ file: 'no.js', global: 'no' }] }, /no\.js \(plugins\.file\) must exist/],
  [{ screening: { headphoneTrials: 3 } }, /'screening\.headphoneTrials' must be at least the pass mark/],
  [{ colour: 'red' }, /must not hold colour, which is unknown/],
  [{ tasks: { word: { choose: 5 } } }, /'tasks\.word\.choose' must be smaller than the number of labels/],
])('a study with %j is refused naming field, rule and value', async (config, message) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'study.yaml'), JSON.stringify(config));
  await expect(
    (async () => makeStudy({ folder, config: readStudyConfig(join(folder, 'study.yaml')) }))(),
  ).rejects.toThrow(message);
  expect(existsSync(join(folder, 'study', 'study.json'))).toBe(false);
});

test('loadStudy refuses a study whose list lacks a right answer or whose clip is missing', async () => {
  const { folder, study } = await makeStudy({ folder: temporaryFolder() });
  const changed = structuredClone(study);
  changed.tasks['word']!.labels = changed.tasks['word']!.labels.filter((label) => label !== 'house');
  writeFileSync(join(folder, 'study.json'), JSON.stringify(changed));
  expect(() => loadStudy(folder)).toThrow(
    /tasks\.word\.labels must hold every target, 'house' .* is missing; add it/,
  );
});

test('buildStudy refuses a run whose sound was not recognized, naming the remedy', async () => {
  const folder = temporaryFolder();
  const sources = [{ name: 'one', predicted: { word: '__null__', genre: '__null__' } }];
  const runs = makeRuns(join(folder, 'runs'), { sources, stages: ['relu0'] });
  await expect(buildStudy({ ...plain, runs: [runs], folder: join(folder, 'study') })).rejects.toThrow(
    /right answer of one must be known, .* name it in targets/,
  );
});

test('buildStudy names all sounds without a right answer in one sentence', async () => {
  const folder = temporaryFolder();
  const nothing = { word: '__null__', genre: '__null__' };
  const sources = ['one', 'two'].map((name) => ({ name, predicted: nothing }));
  const unheard = makeRuns(join(folder, 'unheard'), { sources, stages: ['relu0'] });
  await expect(buildStudy({ ...plain, runs: [unheard], folder: join(folder, 'study') })).rejects.toThrow(
    /^the right answers of one, two must be known, the models recognized nothing there; name them in targets/,
  );
  const runs = makeRuns(join(folder, 'runs'), {
    sources: [{ name: 'three', predicted: { word: 'after', genre: '__null__' } }],
    stages: ['relu0'],
  });
  const naturalSounds = ['x-1.wav', 'x-2.wav'].map((name) => join(folder, 'sounds', name));
  for (const path of naturalSounds) writeNoise(path, 1, 0.3);
  await expect(
    buildStudy({ ...plain, runs: [runs], naturalSounds, folder: join(folder, 'study') }),
  ).rejects.toThrow(
    /^the right answers of \S+x-1\.wav, \S+x-2\.wav must be known, neither folder nor name is a label/,
  );
});

test('buildStudy says what it dropped and what the study lacks', async () => {
  const { notes } = await makeStudy({
    folder: temporaryFolder(),
    practice: 1,
    catches: 0,
    config: {
      tasks: { wrod: { prompt: 'Which?' } },
      targets: { nowhere: { task: 'word', target: 'after' } },
    } as never,
  });
  expect(notes).toEqual([
    'settings of no task were dropped: wrod (the study has word)',
    'targets of sounds that are not in the study: nowhere',
    'no catch trials in word: nothing will tell who does not listen',
  ]);
  const whole = await makeStudy({ folder: temporaryFolder() });
  expect(whole.notes).toEqual([]);
});

test.each<[{ practice?: number; catch?: number } | undefined, string[]]>([
  [undefined, []],
  [{ practice: 1 }, []],
  [{ practice: 2, catch: 0 }, []],
  [{ practice: 1, catch: 1 }, []],
  [{ practice: 1, catch: 2 }, ['catch trials in word: 2 asked for, 1 made; 1 more natural sound is needed']],
  [
    { practice: 5, catch: 1 },
    [
      'practice trials in word: 5 asked for, 2 made; 3 more natural sounds are needed',
      'catch trials in word: 1 asked for, 0 made; 1 more natural sound is needed',
    ],
  ],
])('buildStudy of two natural sounds with counts %j notes %j', async (counts, shortages) => {
  const folder = temporaryFolder();
  const sources = ['after', 'before'].map((word) => ({ name: word, predicted: { word } }));
  const runs = makeRuns(join(folder, 'runs'), { sources, stages: ['relu0'] });
  const naturalSounds = ['x-1.wav', 'x-2.wav'].map((name) => join(folder, 'after', name));
  for (const path of naturalSounds) writeNoise(path, 1, 0.3);
  const { counts: _none, ...rest } = plain;
  const given = { ...rest, runs: [runs], naturalSounds, folder: join(folder, 'study') };
  const { notes } = await buildStudy(counts ? { ...given, counts } : given);
  expect(notes.filter((note) => note.includes('asked for'))).toEqual(shortages);
});

test('buildStudy knows the right answers of the bundled clips, whatever the model heard', async () => {
  const folder = temporaryFolder();
  const speech = bundledClips().find(({ word }) => word)!;
  const sources = [{ name: speech.name, predicted: { word: 'something else' } }];
  const runs = makeRuns(join(folder, 'runs'), { sources, stages: ['relu0'] });
  const other = bundledClips().filter(({ word }) => word)[1]!;
  const { study, answers } = await buildStudy({
    ...plain,
    runs: [runs],
    naturalSounds: [bundledClipPath(other.name)],
    counts: { practice: 1, catch: 0 },
    folder: join(folder, 'study'),
  });
  expect(answers.stimuli.map(({ target }) => target)).toEqual([speech.word, speech.word, other.word]);
  expect(study.tasks['word']!.labels).toEqual(
    expect.arrayContaining([speech.word, other.word, 'something else']),
  );
});

test.each([
  [
    'survey-text',
    { question: [{ prompt: 'How?' }] },
    "survey-text must have the parameter 'questions', it has question",
  ],
  ['survey-html-form', {}, "survey-html-form must have the parameter 'html', it has none"],
  ['html-button-response', { stimulus: 'x' }, "must have the parameter 'choices', it has stimulus"],
])('a survey that would stop every session is refused: %s with %j', async (type, parameters, reason) => {
  const surveys = { before: [{ type, parameters }], after: [] };
  const config = { surveys } as never;
  await expect(makeStudy({ folder: temporaryFolder(), config })).rejects.toThrow(reason);
});

test('buildStudy spreads clips that say what to answer among the trials, as catch trials', async () => {
  const pluginsFolder = temporaryFolder();
  writeNoise(join(pluginsFolder, 'choose-house.wav'), 1);
  const checks = (target: string, task = 'word') => ({
    catches: 0,
    pluginsFolder,
    config: { attentionChecks: [{ sound: 'choose-house.wav', task, target }] },
  });
  const { answers } = await makeStudy({ folder: temporaryFolder(), ...checks('house') });
  expect(answers.stimuli.filter(({ role }) => role === 'catch')).toMatchObject([
    { sourceId: 'choose-house', task: 'word', target: 'house', condition: 'natural', replaced: false },
  ]);
  for (const wrong of [checks('nowhere'), checks('house', 'genre')])
    await expect(makeStudy({ folder: temporaryFolder(), ...wrong })).rejects.toThrow(
      'attentionChecks: choose-house.wav must ask for a label of a task of the study (word)',
    );
});
