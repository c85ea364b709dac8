import { beforeAll, expect, test } from 'vitest';
import { defaultOversampling } from '../../../cochlea/parameters.ts';
import { createRandom } from '../../../src/base/random.ts';
import type { LabeledSound } from '../../../src/experiments/lesion/labeledSounds.ts';
import { lesionableStage } from '../../../src/experiments/lesion/lesionedStage.ts';
import { lesionFigure } from '../../../src/experiments/lesion/lesionFigure.ts';
import { type Lesions, lesionModel } from '../../../src/experiments/lesion/lesionModel.ts';
import type { StageLesions } from '../../../src/experiments/lesion/lesionStage.ts';
import type { AuditoryModel } from '../../../src/model/auditoryModel.ts';
import { createAuditoryModel, networkOf } from '../../../src/model/createAuditoryModel.ts';
import { randomWeights } from '../../../src/model/weightStore.ts';
import { tinyDescription, tinyModel } from '../../tinyModel.ts';
import { fittedTop } from './fittedTop.ts';

/** Even units work for words, odd ones for music, from conv5 on. */
const isPrivate = (from: number, to: number) => from % 2 === to % 2;
const privateStages = ['conv5', 'fc6'];
const [words, genres] = [5, 5];
const description = {
  ...tinyDescription,
  branchPoint: 12,
  labels: {
    word: ['__null__', 'a', 'b', 'c', 'd'],
    genre: ['__null__', 'p', 'q', 'r', 's'],
  },
};
const plan = networkOf(description);
const shapes = new Map(plan.weights.map(({ name, shape }) => [name, shape]));
const drawn = randomWeights(plan, 3);

/**
 * A network that shares every operation; from conv5 on its units do not cross over to the other task.
 *
 * @param top - Kernel and bias of the last stage.
 */
function dividedModel(top: Record<'kernel' | 'bias', Float32Array>): AuditoryModel {
  const weights = new Map([
    ['top.dense.kernel', top.kernel],
    ['top.dense.bias', top.bias],
  ]);
  // Rows of kernels are [..., channel], those of fc6 [frequency, time, channel]: with an even number of channels the
  // row's parity is the channel's.
  for (const name of ['conv5.conv.kernel', 'fc6.dense.kernel']) {
    const outputs = shapes.get(name)!.at(-1)!;
    const kept = (_: number, i: number) => isPrivate(Math.floor(i / outputs), i % outputs);
    weights.set(
      name,
      drawn(name).map((value, i) => (kept(value, i) ? value : 0)),
    );
  }
  const store = (name: string) => weights.get(name) ?? drawn(name);
  return createAuditoryModel(description, {
    ...{ plan, weights: store, oversampling: defaultOversampling, hash: 'divided' },
  });
}

/** Words are told by pitch, genres by rhythm and noise. */
const waveforms = Array.from({ length: 96 }, (_, s) => {
  const random = createRandom(40 + s);
  const pitch = [110, 220, 440, 880][s % 4]! * (1 + 0.05 * random.uniform());
  const [rate, mix] = [
    [3, 0.9],
    [9, 0.3],
    [3, 0.3],
    [9, 0.9],
  ][Math.floor(s / 4) % 4] as [number, number];
  return Float32Array.from({ length: tinyDescription.samples }, (_, t) => {
    const harmonics = [1, 2, 3, 5].reduce(
      (sum, h) => sum + Math.sin((2 * Math.PI * h * pitch * t) / 8000),
      0,
    );
    const gate = 0.5 + 0.5 * Math.sin((2 * Math.PI * rate * t) / 8000);
    return 0.1 * gate * (mix * harmonics + (1 - mix) * random.normal());
  });
});
const classOf = (s: number) => ({ word: 1 + (s % 4), genre: 1 + (Math.floor(s / 4) % 4) });

let model: AuditoryModel;
let sounds: LabeledSound[];
let lesions: Lesions;
const told: StageLesions[] = [];

beforeAll(async () => {
  const unfitted = dividedModel({
    kernel: new Float32Array(shapes.get('top.dense.kernel')!.reduce((a, b) => a * b, 1)),
    bias: new Float32Array(words + genres),
  });
  const examples = waveforms.map((waveform, s) => ({ waveform, classes: classOf(s) }));
  model = dividedModel(
    await fittedTop(unfitted, examples, (unit, task) => isPrivate(unit, task === 'word' ? 0 : 1)),
  );
  sounds = waveforms.map((waveform, s): LabeledSound => {
    const task = s % 32 < 16 ? 'word' : 'genre';
    const label = description.labels[task][classOf(s)[task]]!;
    return { task, label, half: s < 48 ? 'ranking' : 'test', waveform };
  });
  lesions = await lesionModel(model, sounds, {
    ...{ stages: ['conv2', ...privateStages], threads: 1, seed: 2, share: 0.1 },
    onStage: (found) => told.push(found),
  });
});

test('lesions find the units that one task has for itself, and leave the other task alone', () => {
  for (const { stage, lesions: of, units, removed, costs } of lesions.stages.filter(({ stage }) =>
    privateStages.includes(stage),
  )) {
    expect(removed, stage).toBe(Math.round(0.1 * units));
    expect(of['word']!.units.every((unit) => unit % 2 === 0)).toBe(true);
    expect(of['genre']!.units.every((unit) => unit % 2 === 1)).toBe(true);
    expect(of['word']!.drops['genre']).toBe(0);
    expect(of['genre']!.drops['word']).toBe(0);
    expect(of['word']!.drops['word']).toBeGreaterThan(0.1);
    expect(of['genre']!.drops['genre']).toBeGreaterThan(0.1);
    // What the other task does not read costs it nothing, to the last bit.
    expect(costs['word']!.every((cost, unit) => unit % 2 === 0 || cost === 0)).toBe(true);
    expect(costs['genre']!.every((cost, unit) => unit % 2 === 1 || cost === 0)).toBe(true);
  }
});

test('segregation exceeds random lesions where units are private, and not where they are shared', () => {
  const [shared, ...divided] = lesions.stages.map(({ segregation }) => segregation);
  for (const { value, interval, random } of divided) {
    expect(value).toBeGreaterThan(random.high);
    expect(interval.low).toBeGreaterThan(0);
  }
  expect(Math.abs(shared!.value)).toBeLessThan(Math.min(...divided.map(({ value }) => value)));
  expect(lesions.stages[0]!.lesions['word']!.drops['genre']).toBeGreaterThan(0);
});

test('the record tells sounds and intact performance, stages are told one by one, finished ones are not computed again', async () => {
  expect(lesions.tasks.map(({ task, sounds: counts, chance }) => ({ task, ...counts, chance }))).toEqual([
    { task: 'word', ranking: 32, test: 16, chance: 0.25 },
    { task: 'genre', ranking: 16, test: 32, chance: 0.25 },
  ]);
  expect(lesions.tasks.every(({ intact }) => intact > 0.6)).toBe(true);
  expect(told).toEqual(lesions.stages);
  const finished = new Map(told.map((found) => [found.stage, found]));
  const again = await lesionModel(model, sounds, {
    ...{ stages: privateStages, threads: 1, seed: 2, share: 0.1, finished },
    onStage: () => expect.unreachable(),
  });
  expect(again.stages).toEqual(told.slice(1));
});

test('the figure has a panel for each lesion, random ones and segregation', () => {
  const svg = lesionFigure(lesions);
  for (const text of ['10 % most needed for word', '10 % most needed for genre', '10 % at random', 'fc6'])
    expect(svg).toContain(text);
  expect(svg).not.toContain('NaN');
});

test.each<[string, () => Promise<Lesions>, string]>([
  [
    'stages of one task',
    () => lesionModel(tinyModel(), sounds, { stages: ['conv5.word'] }),
    "stage 'conv5.word' of tiny must be shared by both tasks, of its stages conv1, conv2, conv3 are; name some of them",
  ],
  [
    'networks made elsewhere',
    () => lesionModel({ ...model, activationsAfter: undefined } as never, sounds),
    "must be a network of the toolkit's own stages",
  ],
  [
    'networks of one task',
    () => lesionModel({ ...model, classifiers: model.classifiers.slice(0, 1) }, sounds),
    'must have two tasks, it has 1',
  ],
  [
    'sounds of one task',
    () =>
      lesionModel(
        model,
        sounds.filter(({ task }) => task === 'word'),
      ),
    'each half must hold ≥ 2 sounds of the task genre, the ranking half holds 0',
  ],
  [
    'sounds that it does not recognize',
    () =>
      lesionModel(
        model,
        sounds.map((sound) => ({ ...sound, label: sound.task === 'word' ? '__null__' : sound.label })),
        { stages: ['fc6'], threads: 1 },
      ),
    'must recognize more than chance (1.00) of the test sounds of the task word',
  ],
  [
    'test sounds of one label, which are no choice, whatever labels rank units',
    () =>
      lesionModel(
        model,
        sounds.map((sound) =>
          sound.task === 'word' && sound.half === 'test' ? { ...sound, label: '__null__' } : sound,
        ),
        { stages: ['fc6'], threads: 1 },
      ),
    'must recognize more than chance (1.00) of the test sounds of the task word',
  ],
  [
    'a single sound of a half',
    () =>
      lesionModel(
        model,
        sounds.filter(({ task, half }, i) => task === 'word' || half === 'test' || i === 16),
      ),
    'each half must hold ≥ 2 sounds of the task genre, the ranking half holds 1',
  ],
  [
    'a network that does no better than chance, be it perfect',
    async () => {
      const stage = await lesionableStage(model, 'fc6', { sounds, threads: 1 });
      const answers = await stage.answers([...sounds.keys()], []);
      await stage.release();
      const isKept = ({ task, half, label }: LabeledSound, i: number) =>
        task === 'genre' || half === 'ranking' || (label === 'a' && answers[i]!.isCorrect);
      return lesionModel(model, sounds.filter(isKept), { stages: ['fc6'], threads: 1 });
    },
    'must recognize more than chance (1.00) of the test sounds of the task word, it recognizes 1.00',
  ],
  [
    'a share beyond the whole',
    () => lesionModel(model, sounds, { share: 1 }),
    'share must lie between 0 and 1, got 1',
  ],
  [
    'one random lesion',
    () => lesionModel(model, sounds, { randomLesions: 1 }),
    'randomLesions must be a whole number ≥ 2, got 1',
  ],
])('lesionModel refuses %s', async (_, run, message) => {
  await expect(run()).rejects.toThrow(message);
});

test('without asked stages the shared ones with learned convolutions or matrices are lesioned, not the logits', async () => {
  const names = ['conv1', 'conv2', 'conv3', 'conv4', 'conv5', 'fc6'];
  const finished = new Map(names.map((stage) => [stage, { ...told[0]!, stage }]));
  const { stages } = await lesionModel(model, sounds, { threads: 1, finished });
  expect(stages.map(({ stage }) => stage)).toEqual(names);
});
