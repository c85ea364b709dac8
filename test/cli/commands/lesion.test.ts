import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { HearingImpairmentInput } from '../../../cochlea/impairment.ts';
import { cochleagramParameters } from '../../../cochlea/parameters.ts';
import { lesionCommand } from '../../../src/cli/commands/lesion.ts';
import { type LabeledSound, labeledSounds } from '../../../src/experiments/lesion/labeledSounds.ts';
import { writeSafetensors } from '../../../src/formats/safetensors.ts';
import { networkOf } from '../../../src/model/createAuditoryModel.ts';
import { loadModel } from '../../../src/model/loadModel.ts';
import type { ModelDescription } from '../../../src/model/modelDescription.ts';
import { recognize } from '../../../src/model/recognize.ts';
import { writeToneCorpus } from '../../corpus/toneCorpus.ts';
import { fittedTop } from '../../experiments/lesion/fittedTop.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinyDescription } from '../../tinyModel.ts';
import { expectInterruptedStages } from '../interruptStages.ts';
import { runCommand } from '../runCommand.ts';

const folder = temporaryFolder();
const [corpus, model] = [join(folder, 'corpus'), join(folder, 'model')];
const description: ModelDescription = {
  ...tinyDescription,
  ...{ name: 'tones', width: 0.02, branchPoint: 12, samples: 40000, seed: 1 },
  labels: { word: ['__null__', 'high', 'low'], genre: ['__null__', 'even', 'odd'] },
  cochleagram: cochleagramParameters({ sampleRateHz: 20000, filters: 12, overcomplete: 2 }),
};
const argv = ['--model', model, '--corpus', corpus, '--per-label', '4', '--random-lesions', '2'];
let sounds: LabeledSound[];

/** Writes a model whose top is fitted to the sounds, as an ear hears them. */
async function writeFitted(path: string, options: { ear?: HearingImpairmentInput } = {}): Promise<void> {
  mkdirSync(path);
  writeFileSync(join(path, 'model.json'), JSON.stringify(description));
  const random = loadModel(path, options);
  sounds = await labeledSounds(random, corpus, { split: 'test', perLabel: 4, seed: 1 });
  const examples = sounds.map(({ task, label, waveform }) => ({
    waveform,
    classes: { [task]: description.labels[task as 'word' | 'genre']!.indexOf(label) },
  }));
  const { kernel, bias } = await fittedTop(random, examples);
  const shapeOf = (name: string) => networkOf(description).weights.find((spec) => spec.name === name)!.shape;
  const arrays = { 'top.dense.kernel': kernel, 'top.dense.bias': bias };
  writeSafetensors(
    join(path, 'weights.safetensors'),
    new Map(Object.entries(arrays).map(([name, values]) => [name, { shape: shapeOf(name), values }])),
  );
}

beforeAll(async () => {
  await writeToneCorpus(corpus);
  await writeFitted(model);
});

test('labeledSounds keeps the recordings of the halves apart, but for labels with one recording', () => {
  const halves = (task: string, label: string) =>
    sounds.filter((sound) => sound.task === task && sound.label === label).map(({ half }) => half);
  // Two talkers say each word; their excerpts come by turns and stay with their talker.
  expect(halves('word', 'high')).toEqual(['ranking', 'test', 'ranking', 'test']);
  expect(halves('genre', 'odd')).toEqual(['ranking', 'test', 'ranking', 'test']);
  expect(sounds).toHaveLength(16);
});

test('lesion writes record and figure and prints what each task loses, by stage', async () => {
  const out = join(folder, 'out');
  const { code, stdout } = await runCommand(lesionCommand, [...argv, '--stage', 'fc6', '--out', out]);
  expect(code).toBe(0);
  expect(readdirSync(out).sort()).toEqual(['lesion.json', 'lesion.svg']);
  const { stages, tasks } = JSON.parse(readFileSync(join(out, 'lesion.json'), 'utf8'));
  expect(tasks.map((each: { sounds: object }) => each.sounds)).toEqual([
    { ranking: 4, test: 4 },
    { ranking: 4, test: 4 },
  ]);
  expect(stages.map(({ stage }: { stage: string }) => stage)).toEqual(['fc6']);
  const percent = (value: number) => `${(100 * value).toFixed(0)} %`;
  const { lesions, removed, units } = stages[0];
  const line = stdout.split('\n').find((text) => text.startsWith('fc6'))!;
  expect(line).toContain(`${removed} of ${units}`);
  expect(line).toContain(`${percent(lesions.word.drops.word)}, ${percent(lesions.word.drops.genre)}`);
  expect(stdout).toContain(
    `word: ${percent(tasks[0].intact)} of 4 sounds correct without lesion, chance 50 %`,
  );
  await expect(runCommand(lesionCommand, [...argv, '--out', out])).rejects.toThrow(
    /lesion\.json exists already; choose another name, or add --overwrite/,
  );
});

test('lesion hears through --ear', async () => {
  const [ear, fitted] = [join(folder, 'ear.json'), join(folder, 'fitted')];
  const impairment = { filterBroadening: 3 };
  writeFileSync(ear, JSON.stringify(impairment));
  await writeFitted(fitted, { ear: impairment });
  const asked = [
    ...argv.with(1, fitted),
    '--stage',
    'fc6',
    '--ear',
    ear,
    '--json',
    '--out',
    join(folder, 'impaired'),
  ];
  const { modelHash, tasks } = JSON.parse((await runCommand(lesionCommand, asked)).stdout);
  const impaired = loadModel(fitted, { ear: impairment });
  expect(modelHash).toBe(impaired.hash);
  const judged = sounds.filter(({ task, half }) => task === 'word' && half === 'test');
  const heard = await recognize(
    impaired,
    judged.map(({ waveform }) => waveform),
    { form: 'fast', top: 3 },
  );
  const right = judged.filter(({ label }, i) => {
    const [best] = heard[i]!['word']!.filter((guess) => guess.label !== '(null)');
    return best!.label === label;
  });
  expect(tasks[0].intact).toBe(right.length / judged.length);
});

test('lesion refuses stages that are not shared, and writes nothing', async () => {
  const out = join(folder, 'none');
  await expect(runCommand(lesionCommand, [...argv, '--stage', 'top.word', '--out', out])).rejects.toThrow(
    "stage 'top.word' of tones must be shared by both tasks, of its stages conv1, conv2",
  );
  expect(existsSync(out)).toBe(false);
});

test('labeledSounds refuses a corpus of other words, and names both', async () => {
  const classifiers = [{ task: 'word', stage: 'top.word', labels: ['__null__', 'no', 'stop'] }];
  const asked = { split: 'test', perLabel: 4, seed: 1 } as const;
  await expect(labeledSounds({ classifiers }, corpus, asked)).rejects.toThrow(
    `${corpus} must have words that the model knows (no, stop), it has high, low; give a corpus like that of`,
  );
});

test('labeledSounds of a model of one task has the sounds of that task', async () => {
  const classifiers = [{ task: 'word', stage: 'top.word', labels: ['__null__', 'high', 'low'] }];
  const words = await labeledSounds({ classifiers }, corpus, { split: 'test', perLabel: 4, seed: 1 });
  expect(new Set(words.map(({ task }) => task))).toEqual(new Set(['word']));
});

test('SIGINT ends lesion after the stages that it keeps, and says how to go on', async () => {
  const out = join(folder, 'ended');
  await expectInterruptedStages(['lesion', ...argv.with(-1, '300'), '--threads', '1'], out);
});

test('what an interrupted run had found is not taken for another share of units', async () => {
  const out = join(folder, 'stopped');
  const asked = [...argv, '--stage', 'fc6', '--json', '--out', out];
  // Where the figure goes stands a folder: the stage is finished, and the result is not.
  mkdirSync(join(out, 'lesion.svg'), { recursive: true });
  await expect(runCommand(lesionCommand, asked)).rejects.toThrow();
  expect(readdirSync(join(out, 'finished'))).toHaveLength(1);
  rmSync(join(out, 'lesion.svg'), { recursive: true });
  const { stdout } = await runCommand(lesionCommand, [...asked, '--share', '0.5']);
  const [{ removed, units }] = JSON.parse(stdout).stages;
  expect(removed).toBe(Math.round(0.5 * units));
});
