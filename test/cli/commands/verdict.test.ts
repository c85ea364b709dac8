import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { synthesizeCommand } from '../../../src/cli/commands/synthesize.ts';
import { verifyCommand } from '../../../src/cli/commands/verify.ts';
import { writeNpy } from '../../../src/formats/npy.ts';
import { loadModel } from '../../../src/model/loadModel.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinySound, writeTinyModel } from '../../tinyModel.ts';
import { runCommand } from '../runCommand.ts';

const folder = temporaryFolder();
const modelFolder = join(folder, 'model');
mkdirSync(modelFolder);
writeTinyModel(modelFolder);
const sound = join(folder, 'sound.npy');
writeNpy(sound, tinySound());
const nullFile = join(modelFolder, 'null.json');
const run = join(folder, 'out', 'sound', 'conv3');
const model = ['--model', modelFolder];
const argv = [sound, '--stage', 'conv3', ...model, '--steps', '30', '--threads', '1'];
const readRecord = () => JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));

/** Writes a null distribution of conv3 whose maxima are all of one value. */
function writeNull(path: string, max: number, modelHash = loadModel(modelFolder).hash): void {
  const stage = { spearman: { max }, pearson: { max }, snrDb: { max } };
  writeFileSync(path, JSON.stringify({ model: 'tiny', modelHash, pairs: 10, stages: { conv3: stage } }));
}

test("synthesize and verify use the null beside the model's weights, and end with 1 and a sentence when it is not exceeded", async () => {
  writeNull(nullFile, 200);
  const made = await runCommand(synthesizeCommand, [...argv, '--out', join(folder, 'out')]);
  expect(made.code).toBe(1);
  expect(made.stderr).toContain(`1 of 1 metamers failed its criteria: ${run}\n`);
  expect(readRecord()).toMatchObject({ nullPath: nullFile, criteria: { passed: false } });
  expect(readRecord().criteria.verdict).toContain('snrDb at conv3 within the null (≤ 200.000)');
  const verified = await runCommand(verifyCommand, [run, ...model]);
  expect(verified.code).toBe(1);
  expect(verified.stderr).toContain(`1 of 1 metamers failed its criteria: ${run}\n`);
});

test('--null FILE replaces it and judges the finished run anew; --null none turns it off', async () => {
  const lenient = join(folder, 'lenient.json');
  writeNull(lenient, -1);
  const [flags, out] = [
    [...argv, '--null', lenient],
    ['--out', join(folder, 'out')],
  ];
  const before = readFileSync(join(run, 'metamer.wav'));
  const { code } = await runCommand(synthesizeCommand, [...flags, ...out]);
  expect(code).toBe(readRecord().criteria.passed ? 0 : 1);
  expect(readRecord()).toMatchObject({
    nullPath: lenient,
    criteria: { nullMaxima: { conv3: { spearman: -1, pearson: -1, snrDb: -1 } } },
  });
  expect(readFileSync(join(run, 'metamer.wav')).equals(before)).toBe(true);
  const verified = await runCommand(verifyCommand, [run, ...model, '--null', 'none', '--json']);
  expect(JSON.parse(verified.stdout)[0].criteria.nullMaxima).toBe(null);
  const none = ['--null', 'none', '--out', join(folder, 'none')];
  await runCommand(synthesizeCommand, [...argv, ...none]);
  const record = JSON.parse(readFileSync(join(folder, 'none', 'sound', 'conv3', 'run.json'), 'utf8'));
  expect(record).toMatchObject({ nullPath: null, criteria: { nullMaxima: null } });
});

test('a null beside the weights that is of another model is refused', async () => {
  writeNull(nullFile, 0, 'another');
  const out = ['--out', join(folder, 'refused')];
  await expect(runCommand(synthesizeCommand, [...argv, ...out])).rejects.toThrow(
    /null.json must belong to the model with hash .* it is of tiny \(another/,
  );
  await expect(runCommand(verifyCommand, [join(folder, 'none', 'sound', 'conv3'), ...model])).rejects.toThrow(
    /must belong to the model/,
  );
});

test('verify of a folder whose runs lie below names the pattern of theirs; an empty one has none', async () => {
  const batch = join(folder, 'out');
  await expect(runCommand(verifyCommand, [batch, ...model])).rejects.toThrow(
    `${batch} must be the folder of a finished run with run.json; its runs lie below, give ${batch}/*/*`,
  );
  await expect(runCommand(verifyCommand, [join(batch, 'sound'), ...model])).rejects.toThrow(
    `; its runs lie below, give ${batch}/sound/*`,
  );
  for (const name of ['empty', 'none-there']) {
    if (name === 'empty') mkdirSync(join(folder, name));
    await expect(runCommand(verifyCommand, [join(folder, name), ...model])).rejects.toThrow(
      'with run.json; give such a folder',
    );
  }
});
