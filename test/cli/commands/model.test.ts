import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { activationsCommand } from '../../../src/cli/commands/activations.ts';
import { modelsCommand } from '../../../src/cli/commands/models.ts';
import { recognizeCommand } from '../../../src/cli/commands/recognize.ts';
import { stagesCommand } from '../../../src/cli/commands/stages.ts';
import { readNpy, writeNpy } from '../../../src/formats/npy.ts';
import { loadModel } from '../../../src/model/loadModel.ts';
import { readTrials } from '../../../src/records/readTrials.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { runCommand } from '../runCommand.ts';

const folder = temporaryFolder();
const random = createRandom(1);
const sounds = ['a.npy', 'b.npy'].map((name) => join(folder, name));
for (const sound of sounds)
  writeNpy(
    sound,
    Float32Array.from({ length: 40000 }, () => random.normal()),
  );

test('models --json lists the published networks with stages, parameters and multiply-accumulates', async () => {
  const { code, stdout } = await runCommand(modelsCommand, ['--json']);
  expect(code).toBe(0);
  const cochcnn9 = JSON.parse(stdout).find(({ name }: { name: string }) => name === 'cochcnn9-random');
  expect(cochcnn9.parameters).toBe(110221980);
  expect(cochcnn9.stages[1]).toEqual({
    name: 'relu0',
    inputs: ['cochleagram'],
    shape: [71, 130, 96],
    units: 886080,
    parameters: 9410,
    macs: 86835840,
  });
});

test('models and stages print tables', async () => {
  expect((await runCommand(modelsCommand, [])).stdout).toMatch(
    /cochcnn9-random +110,221,980 +2456\.5 +794 words/,
  );
  const { stdout } = await runCommand(stagesCommand, ['cochcnn9']);
  expect(stdout).toMatch(/relu0 +71 × 130 × 96 +886,080 +9,410 +86\.84/);
  expect(stdout).toMatch(/total +110,221,980 +2456\.46/);
});

test('activations sound --stage conv3 --out x.npy writes [frequency, time, channel]', async () => {
  const out = join(folder, 'x.npy');
  const argv = [sounds[0]!, '--model', 'branched-random', '--stage', 'conv3', '--out', out];
  const { stdout } = await runCommand(activationsCommand, [...argv, '--json']);
  expect(JSON.parse(stdout)).toEqual({
    out,
    model: 'branched-random',
    stage: 'conv3',
    shape: [9, 17, 128],
  });
  const { values, shape } = readNpy(out);
  expect(shape).toEqual([9, 17, 128]);
  // A rectified stage: nothing below zero, a good part above.
  expect(values.every((value) => value >= 0)).toBe(true);
  expect(values.filter((value) => value > 0).length).toBeGreaterThan(values.length / 5);
  await expect(runCommand(activationsCommand, argv)).rejects.toThrow(
    /x.npy exists already; choose another name, or add --overwrite/,
  );
});

test('recognize --targets --trials writes answers and the probability of each right one, as --json has them', async () => {
  const [targets, trials] = ['targets.csv', 'model-trials.csv'].map((name) => join(folder, name)) as [
    string,
    string,
  ];
  const argv = [...sounds, '--model', 'branched-random', '--json', '--targets', targets, '--trials', trials];
  writeFileSync(targets, 'sound,target,task\na.npy,no,word\n');
  await expect(runCommand(recognizeCommand, argv)).rejects.toThrow(
    /the right answer of .*b\.npy must be known, in a task of branched-random \(word, genre\)/,
  );
  const [a, b] = JSON.parse((await runCommand(recognizeCommand, argv.slice(0, 5))).stdout);
  const [best] = b.genre;
  writeFileSync(targets, `sound,target,task\na.npy,no such word,word\nb.npy,${best.label},genre\n`);
  await runCommand(recognizeCommand, argv);
  const table = await readTrials(trials);
  const names = (column: { codes: Int32Array; names: readonly string[] }) =>
    [...column.codes].map((code) => column.names[code]);
  expect(names(table.source)).toEqual(['a', 'b']);
  expect(names(table.task)).toEqual(['word', 'genre']);
  expect(names(table.response)).toEqual([a.word[0].label, best.label]);
  expect([...table.correct]).toEqual([0, 1]);
  expect(table.targetProbability[0]).toBe(0);
  expect(table.targetProbability[1]).toBeCloseTo(best.probability, 5);
  await expect(runCommand(recognizeCommand, argv)).rejects.toThrow(/model-trials\.csv exists already/);
});

test('recognize a b --json gives five labels of each task for each sound, in one batch as alone', async () => {
  const flags = ['--model', 'branched-random', '--json'];
  const both = JSON.parse((await runCommand(recognizeCommand, [...sounds, ...flags])).stdout);
  expect(both.map(({ sound }: { sound: string }) => sound)).toEqual(sounds);
  const { labels } = loadModel('branched-random').classifiers[0]!;
  for (const { word, genre } of both) {
    expect(word.length).toBe(5);
    expect(genre.length).toBe(5);
    for (const { label, probability } of word) {
      expect(labels).toContain(label);
      expect(probability).toBeGreaterThan(0);
    }
  }
  const alone = JSON.parse((await runCommand(recognizeCommand, [sounds[1]!, ...flags])).stdout);
  expect(alone[0].word[0].label).toBe(both[1].word[0].label);
  expect(alone[0].word[0].probability).toBeCloseTo(both[1].word[0].probability, 5);
});

test('recognize prints a table; a sound shorter than the model takes is refused by name', async () => {
  const { stdout } = await runCommand(recognizeCommand, [sounds[0]!, '--model', 'branched-random']);
  expect(stdout).toMatch(/a\.npy +word +\S+ +\d+\.\d %/);
  const short = join(folder, 'short.npy');
  writeNpy(short, new Float32Array(30000).fill(0.1));
  await expect(runCommand(recognizeCommand, [short, '--model', 'branched-random'])).rejects.toThrow(
    /short.npy must be at least 2 s long/,
  );
});

test('activations of an unknown stage or model writes nothing', async () => {
  const out = join(folder, 'none.npy');
  const argv = [sounds[0]!, '--out', out];
  await expect(
    runCommand(activationsCommand, [...argv, '--model', 'branched-random', '--stage', 'relu0']),
  ).rejects.toThrow(/stage 'relu0' is not a stage of branched-random; it must be one of cochleagram, conv1/);
  await expect(runCommand(activationsCommand, [...argv, '--model', 'x', '--stage', 'conv1'])).rejects.toThrow(
    /model 'x' must be an ONNX file/,
  );
  expect(existsSync(out)).toBe(false);
});
