import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readHearingImpairment } from '../../../cochlea/impairment.ts';
import { createRandom } from '../../../src/base/random.ts';
import { brainCommand } from '../../../src/cli/commands/brain.ts';
import type { BrainPrediction } from '../../../src/experiments/brain/predictResponses.ts';
import { writeNpy } from '../../../src/formats/npy.ts';
import { loadModel } from '../../../src/model/loadModel.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinySound, writeTinyModel } from '../../tinyModel.ts';
import { runCommand } from '../runCommand.ts';

const folder = temporaryFolder();
const [model, sounds] = [join(folder, 'tiny'), join(folder, 'sounds')];
mkdirSync(model);
mkdirSync(sounds);
writeTinyModel(model);
for (let i = 0; i < 10; i++) writeNpy(join(sounds, `${i}.npy`), tinySound(i + 1));
const random = createRandom(4);
const responses = join(folder, 'responses.csv');
const rows = Array.from({ length: 10 }, () => `${random.normal()},${random.normal()}`);
writeFileSync(responses, `a,b\n${rows.join('\n')}\n`);
const flags = ['--responses', responses, '--sounds', sounds, '--model', model, '--splits', '2'];

test('brain writes record and figure, prints medians over the responses with controls beside, and keeps no partial results', async () => {
  const out = join(folder, 'out');
  const { code, stdout } = await runCommand(brainCommand, [...flags, '--out', out]);
  expect(code).toBe(0);
  expect(readdirSync(out).sort()).toEqual(['brain.json', 'brain.svg']);
  const result = JSON.parse(readFileSync(join(out, 'brain.json'), 'utf8')) as BrainPrediction & {
    controls: Record<string, BrainPrediction>;
    baselines: Record<string, BrainPrediction>;
  };
  const [first] = result.stages;
  const half = (of: BrainPrediction) =>
    ((of.stages[0]!.responses[0]!.r2 + of.stages[0]!.responses[1]!.r2) / 2).toFixed(3);
  const cells = stdout
    .split('\n')
    .find((line) => line.startsWith(first!.stage))!
    .split(/\s+/);
  expect(cells.slice(0, 4)).toEqual([
    ...[first!.stage, half(result)],
    ...[half(result.controls['permuted']!), half(result.controls['random']!)],
  ]);
  for (const [name, stage] of [
    ['spectemp', 'avgpool'],
    ['texture', 'statistics'],
  ] as const) {
    const baseline = result.baselines[name]!;
    expect(baseline.stages.map((each) => each.stage)).toEqual([stage]);
    expect(stdout).toMatch(new RegExp(`${name} ${stage} +${half(baseline).replace('.', '\\.')}`));
  }
  await expect(runCommand(brainCommand, [...flags, '--out', out])).rejects.toThrow(
    /brain\.json exists already; choose another name, or add --overwrite/,
  );
});

test('brain refuses responses to another number of sounds, and writes nothing', async () => {
  const out = join(folder, 'none');
  writeFileSync(join(folder, 'few.csv'), `a\n${'1\n2\n'.repeat(4)}`);
  const wrong = flags.with(1, join(folder, 'few.csv'));
  await expect(runCommand(brainCommand, [...wrong, '--out', out])).rejects.toThrow(
    'responses must be to the 10 sounds, they are to 8',
  );
  expect(existsSync(out)).toBe(false);
});

test('brain refuses rows that name other sounds than the folder holds in their places', async () => {
  const named = join(folder, 'named.csv');
  const write = (order: readonly number[]) =>
    writeFileSync(named, `sound,a\n${order.map((i) => `clips/${i}.wav,${random.normal()}`).join('\n')}\n`);
  const order = Array.from({ length: 10 }, (_, i) => i);
  const asked = [...flags.with(1, named), '--no-controls', '--out', join(folder, 'named')];
  write(order.with(2, 3).with(3, 2));
  await expect(runCommand(brainCommand, asked)).rejects.toThrow(
    /in the order of the sorted file names, row 3 is 'clips\/3\.wav' where .*2\.npy stands; sort the rows/,
  );
  write(order);
  expect((await runCommand(brainCommand, asked)).code).toBe(0);
});

test('brain predicts from what is heard through --ear', async () => {
  const ear = join(folder, 'ear.json');
  writeFileSync(ear, JSON.stringify({ filterBroadening: 3 }));
  const asked = [...flags, '--no-controls', '--json'];
  const predicted = async (out: string, ...more: string[]): Promise<BrainPrediction> =>
    JSON.parse((await runCommand(brainCommand, [...asked, ...more, '--out', join(folder, out)])).stdout);
  const [normal, impaired] = [await predicted('normal'), await predicted('impaired', '--ear', ear)];
  expect(impaired.modelHash).toBe(loadModel(model, { ear: readHearingImpairment(ear) }).hash);
  expect(impaired.modelHash).not.toBe(normal.modelHash);
  const r2 = ({ stages }: BrainPrediction) => stages.map((each) => each.responses[0]!.r2);
  expect(r2(impaired)).not.toEqual(r2(normal));
});

test('what an interrupted run had found is not taken for another seed', async () => {
  const [stopped, whole] = [join(folder, 'stopped'), join(folder, 'whole')];
  const asked = [...flags, '--no-controls', '--json'];
  // Where the figure goes stands a folder: all stages are finished, and the result is not.
  mkdirSync(join(stopped, 'brain.svg'), { recursive: true });
  await expect(runCommand(brainCommand, [...asked, '--out', stopped])).rejects.toThrow();
  expect(readdirSync(join(stopped, 'finished'))).toHaveLength(1);
  rmSync(join(stopped, 'brain.svg'), { recursive: true });
  const [resumed, fresh] = [
    await runCommand(brainCommand, [...asked, '--seed', '2', '--out', stopped]),
    await runCommand(brainCommand, [...asked, '--seed', '2', '--out', whole]),
  ];
  expect(JSON.parse(resumed.stdout)).toEqual(JSON.parse(fresh.stdout));
});
