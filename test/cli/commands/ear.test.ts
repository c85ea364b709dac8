import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createExactCochleagram } from '../../../cochlea/exactCochleagram.ts';
import { readHearingImpairment } from '../../../cochlea/impairment.ts';
import type { Command } from '../../../src/cli/command.ts';
import { brainCommand } from '../../../src/cli/commands/brain.ts';
import { cochleagramCommand } from '../../../src/cli/commands/cochleagram.ts';
import { crossCommand } from '../../../src/cli/commands/cross.ts';
import { distortCommand } from '../../../src/cli/commands/distort.ts';
import { driveCommand } from '../../../src/cli/commands/drive.ts';
import { lesionCommand } from '../../../src/cli/commands/lesion.ts';
import { nullCommand } from '../../../src/cli/commands/null.ts';
import { recognizeCommand } from '../../../src/cli/commands/recognize.ts';
import { synthesizeCommand } from '../../../src/cli/commands/synthesize.ts';
import { verifyCommand } from '../../../src/cli/commands/verify.ts';
import { readNpy } from '../../../src/formats/npy.ts';
import { computeActivations } from '../../../src/model/computeActivations.ts';
import { loadModel } from '../../../src/model/loadModel.ts';
import { evaluationOf } from '../../../src/training/evaluation/evaluation.ts';
import { writeWav } from '../../../stimuli/writeWav.ts';
import { expectAllClose } from '../../expectAllClose.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinyDescription, tinySound, writeTinyModel } from '../../tinyModel.ts';
import { runCommand } from '../runCommand.ts';

const folder = temporaryFolder();
const path = (...names: string[]) => join(folder, ...names);
const ear = path('ear.json');
const impairment = {
  audiogram: [
    { frequencyHz: 500, thresholdDbHl: 30 },
    { frequencyHz: 4000, thresholdDbHl: 60 },
  ],
  outerHairCellShare: 0.8,
  filterBroadening: 2,
};
const run = path('runs', 'sound', 'conv2');

async function json(command: Command, argv: readonly string[]) {
  return JSON.parse((await runCommand(command, [...argv, '--json'])).stdout);
}

beforeAll(() => {
  for (const name of ['model', 'sounds']) mkdirSync(path(name));
  writeTinyModel(path('model'));
  writeFileSync(ear, JSON.stringify(impairment));
  for (const [i, name] of ['sound', 'other'].entries())
    writeWav(path('sounds', `${name}.wav`), tinySound(i + 1), {
      sampleRateHz: tinyDescription.cochleagram.sampleRateHz,
    });
});

test('a model with an impaired ear is another model of the same shape, and both its forms hear through it', async () => {
  const [normal, impaired] = [
    loadModel(path('model')),
    loadModel(path('model'), { ear: readHearingImpairment(ear) }),
  ];
  expect(impaired.hash).not.toBe(normal.hash);
  expect(impaired.stages).toEqual(normal.stages);
  const values = await Promise.all(
    [normal, impaired].flatMap((model) =>
      (['exact', 'fast'] as const).map(
        async (form) => (await computeActivations(model, [tinySound()], ['cochleagram'], { form }))[0]![0]!,
      ),
    ),
  );
  const mean = (of: Float32Array) => of.reduce((sum, value) => sum + value, 0) / of.length;
  expectAllClose(values[3]!, values[2]!, { atol: 3e-3, rtol: 0 });
  expect(mean(values[2]!)).toBeLessThan(0.6 * mean(values[0]!));
});

test('cochleagram --ear is the exact impaired ear, --form fast the one in the graph', async () => {
  const rate = ['--sample-rate-hz', '8000', '--filters', '12', '--low-hz', '80', '--high-hz', '3600'];
  const read = async (...more: string[]) => {
    const out = path(`${more.length}.npy`);
    await runCommand(cochleagramCommand, [
      path('sounds', 'sound.wav'),
      '--out',
      out,
      ...rate,
      '--ear',
      ear,
      ...more,
    ]);
    return readNpy(out).values;
  };
  const { samples } = tinyDescription;
  const given = {
    sampleRateHz: 8000,
    filters: 12,
    lowHz: 80,
    highHz: 3600,
    impairment: readHearingImpairment(ear),
  };
  const sound = tinySound(1);
  const mean = sound.reduce((sum, value) => sum + value, 0) / samples;
  const rms = Math.sqrt(sound.reduce((sum, value) => sum + (value - mean) ** 2, 0) / samples);
  const heard = createExactCochleagram(given, samples).analyze(
    sound.map((value) => (0.1 * (value - mean)) / rms),
  );
  const exact = await read();
  expectAllClose(exact, heard, { atol: 1e-4, rtol: 1e-3 });
  expectAllClose(await read('--form', 'fast', '--oversampling', '20'), heard, { atol: 3e-3, rtol: 0 });
});

test('synthesize --ear records the ear, and verify judges by it without being told', async () => {
  const base = [path('sounds', 'sound.wav'), '--model', path('model'), '--threads', '1'];
  const made = ['--stage', 'conv2', '--steps', '3', '--out', path('runs'), '--ear', ear];
  const [record] = await json(synthesizeCommand, [...base, ...made]);
  expect(record.ear).toEqual({ name: 'impaired', recruitmentEndDbHl: 105, levelDbSpl: 65, ...impairment });
  expect(record.modelHash).toBe(loadModel(path('model'), { ear: readHearingImpairment(ear) }).hash);
  const [verdict] = await json(verifyCommand, [run]);
  expect(verdict.criteria).toEqual(record.criteria);
  // By the published ear the same two sounds match otherwise.
  const recordPath = join(run, 'run.json');
  const { ear: _, ...without } = JSON.parse(readFileSync(recordPath, 'utf8'));
  writeFileSync(recordPath, JSON.stringify({ ...without, modelHash: loadModel(path('model')).hash }));
  const [other] = await json(verifyCommand, [run]);
  expect(other.criteria.pearson).not.toBe(record.criteria.pearson);
  writeFileSync(recordPath, JSON.stringify(record));
});

test('a null of the published ear beside the weights is not that of an impaired one; null --ear makes its own', async () => {
  const argv = ['--model', path('model'), '--sounds', path('sounds'), '--pairs', '1'];
  await runCommand(nullCommand, [...argv, '--out', path('model', 'null.json')]);
  const base = [
    path('sounds', 'other.wav'),
    '--model',
    path('model'),
    '--threads',
    '1',
    '--stage',
    'conv2',
    '--steps',
    '2',
  ];
  const [untested] = await json(synthesizeCommand, [...base, '--out', path('a'), '--ear', ear]);
  expect(untested.criteria.nullMaxima).toBe(null);
  await runCommand(nullCommand, [...argv, '--ear', ear, '--out', path('null-impaired.json')]);
  const tested = [...base, '--out', path('b'), '--ear', ear, '--null'];
  const [record] = await json(synthesizeCommand, [...tested, path('null-impaired.json')]);
  expect(Object.keys(record.criteria.nullMaxima)).toEqual(['conv2']);
  await expect(
    runCommand(synthesizeCommand, [
      ...base,
      '--out',
      path('c'),
      '--ear',
      ear,
      '--null',
      path('model', 'null.json'),
    ]),
  ).rejects.toThrow('must belong to the model with hash');
});

test('recognize and cross hear through --ear', async () => {
  const sound = [path('sounds', 'sound.wav'), '--model', path('model')];
  const [normal, impaired] = [
    await json(recognizeCommand, sound),
    await json(recognizeCommand, [...sound, '--ear', ear]),
  ];
  expect(impaired[0].word[0].probability).not.toBe(normal[0].word[0].probability);
  const [crossed] = await json(crossCommand, [run, '--model', path('model'), '--ear', ear, '--threads', '1']);
  expect(crossed.reference).toBe(impaired[0][crossed.task][0].label);
});

test('cross asks several models in one call and draws the others than the run is of', async () => {
  mkdirSync(path('second'));
  writeTinyModel(path('second'), { name: 'second' });
  const figure = path('cross.svg');
  const asked = [run, '--model', `${path('model')},${path('second')}`, '--figure', figure];
  const crossed = await json(crossCommand, asked);
  expect(crossed.map(({ observer }: { observer: string }) => observer)).toEqual(['tiny', 'second']);
  expect(readFileSync(figure, 'utf8').match(/>(tiny|second)</g)).toEqual(['>tiny<']);
  await expect(runCommand(crossCommand, asked)).rejects.toThrow('cross.svg exists already');
  const own = [run, '--model', path('model'), '--figure'];
  await expect(runCommand(crossCommand, [...own, path('own.svg')])).rejects.toThrow(
    '--figure must be of other models than the metamers are of',
  );
  await expect(runCommand(crossCommand, [...own, 'cross.png'])).rejects.toThrow('--figure must end in .svg');
});

test('an evaluation tells the ear that was heard through, if it is not the published one', () => {
  const options = { split: 'test' as const, perLabel: 1, snrsDb: [], seed: 1 };
  const [normal, impaired] = [{}, { ear: readHearingImpairment(ear) }].map((given) =>
    evaluationOf(loadModel(path('model'), given), [], options),
  );
  expect(normal).not.toHaveProperty('ear');
  expect(impaired!.ear).toMatchObject(impairment);
});

test.each([
  ['{', 'must be an impaired ear, it is not JSON'],
  [JSON.stringify({ phaseLockingHz: 1000 }), 'phaseLockingHz must be left out, got 1000'],
  [JSON.stringify({ compressionExponent: 0.1 }), 'compressionExponent must be ≥ 0.3'],
])('--ear %s is refused in a sentence', async (text, message) => {
  const wrong = path('wrong.json');
  writeFileSync(wrong, text);
  await expect(
    runCommand(recognizeCommand, [path('sounds', 'sound.wav'), '--model', path('model'), '--ear', wrong]),
  ).rejects.toThrow(message);
});

const few = ['--threads', '1', '--stage', 'conv2', '--channel', '1', '--steps', '2'];
const eigen = [
  'eigen',
  path('sounds', 'sound.wav'),
  '--threads',
  '1',
  '--stage',
  'conv2',
  '--iterations',
  '2',
];
test.each<[string, Command, string[], (result: never) => unknown]>([
  [
    'drive',
    driveCommand,
    [...few, '--sounds', path('sounds')],
    ([{ modelHash }]: [{ modelHash: string }]) => modelHash,
  ],
  ['distort', distortCommand, eigen, ([{ modelHash }]: [{ modelHash: string }]) => modelHash],
])('%s hears through --ear', async (name, command, argv, hashOf) => {
  const out = path(`heard-${name}`);
  const asked = [...argv, '--model', path('model'), '--ear', ear, '--out', out];
  const { hash } = loadModel(path('model'), { ear: readHearingImpairment(ear) });
  expect(hashOf((await json(command, asked)) as never)).toBe(hash);
});

test.each<[string, Command, string[]]>([
  ['brain', brainCommand, ['--responses', path('responses.csv'), '--sounds', path('sounds')]],
  ['lesion', lesionCommand, ['--corpus', path('corpus')]],
])('%s reads the --ear before it computes', async (_, command, argv) => {
  writeFileSync(path('responses.csv'), 'a\n1\n2\n');
  writeFileSync(path('wrong.json'), '{');
  const asked = [...argv, '--model', path('model'), '--out', path('refused'), '--ear', path('wrong.json')];
  await expect(runCommand(command, asked)).rejects.toThrow('must be an impaired ear, it is not JSON');
});
