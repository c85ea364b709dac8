import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { cochleagramParameters } from '../../../cochlea/parameters.ts';
import { causesCommand } from '../../../src/cli/commands/causes.ts';
import { drawCausesBatch } from '../../../src/experiments/causes/causesBatch.ts';
import { readCausesConfig } from '../../../src/experiments/causes/causesConfig.ts';
import { causesModel, causesNetwork } from '../../../src/experiments/causes/causesNetwork.ts';
import { compileCausesTraining } from '../../../src/experiments/causes/causesProgram.ts';
import type { CausesResult } from '../../../src/experiments/causes/causesRecord.ts';
import { trainCauses } from '../../../src/experiments/causes/trainCauses.ts';
import { stageFeatures } from '../../../src/experiments/stageFeatures.ts';
import { dropoutMasks, initialState } from '../../../src/training/trainingState.ts';
import { writeWav } from '../../../stimuli/writeWav.ts';
import { runCommand } from '../../cli/runCommand.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { writeTinyModel } from '../../tinyModel.ts';

const folder = temporaryFolder();
const [configPath, recognition] = [join(folder, 'causes.json'), join(folder, 'recognition')];
const ear = { sampleRateHz: 8000, filters: 8, highHz: 3600, overcomplete: 1, envelopeRateHz: 50 };
const size = { batchSize: 8, sampleRateHz: 8000, samples: 16000 };
const given = {
  training: {
    ...{ width: 0.02, cochleagram: ear, steps: 3, batchSize: 4, warmupSteps: 1, averaging: 0 },
    ...{ validateEverySteps: 3, validationExcerpts: 8 },
  },
  ...{ heldOut: 16, compared: 8, recognition },
};
const written = (more: object = {}) => writeFileSync(configPath, JSON.stringify({ ...given, ...more }));
const command = (out: string, ...more: string[]) =>
  runCommand(causesCommand, ['--config', configPath, '--out', join(folder, out), '--threads', '1', ...more]);

beforeAll(() => {
  mkdirSync(recognition);
  writeTinyModel(recognition, { cochleagram: cochleagramParameters(ear), samples: 16000, width: 0.02 });
  written();
});

test('causes: recovery, and agreement of all stages that have a pattern; a stopped training ends in the same bits', async () => {
  const { stdout } = await command('whole', '--json');
  const result = JSON.parse(stdout) as CausesResult;
  expect(JSON.parse(readFileSync(join(folder, 'whole', 'causes.json'), 'utf8'))).toEqual(result);
  expect(result.recovery.causes.map(({ sounds }) => sounds).slice(1)).toEqual([16, 16, 16, 16, 16]);
  const { stages, agreement, sounds } = result.similarity;
  expect(sounds).toBe(8);
  // Two units of the source's kind have no pattern.
  expect(stages.inference.slice(0, 2)).toEqual(['cochleagram', 'conv1']);
  expect(stages.inference.at(-1)).toBe('causes');
  expect(stages.inference).not.toContain('source');
  // Both hear with the same ear.
  expect(agreement[0]![0]).toBeCloseTo(1, 6);
  expect(agreement[0]!.every((value) => value > -1 && value <= 1)).toBe(true);
  expect(result.measured).toBeNull();
  expect(readFileSync(join(folder, 'whole', 'causes.svg'), 'utf8')).toContain('stages of tiny');

  const { training } = readCausesConfig(configPath);
  const pieces = join(folder, 'pieces');
  await trainCauses(training, pieces, { untilStep: 1, computing: { threads: 1 } });
  const resumed = await trainCauses(training, pieces, { computing: { threads: 1 } });
  const whole = await trainCauses(training, join(folder, 'whole', 'training'), { computing: { threads: 1 } });
  expect(resumed).toEqual(whole);
});

test('causes: responses that are a stage of the network are found there', async () => {
  const { training } = readCausesConfig(configPath);
  const weights = await trainCauses(training, join(folder, 'whole', 'training'), {
    computing: { threads: 1 },
  });
  const { waveforms } = drawCausesBatch(
    { ...size, batchSize: 10 },
    { purpose: 'held out', seed: 9, index: 0 },
  );
  const sounds = Array.from({ length: 10 }, (_, i) =>
    waveforms.slice(i * size.samples, (i + 1) * size.samples),
  );
  mkdirSync(join(folder, 'sounds'));
  sounds.forEach((sound, i) => {
    writeWav(join(folder, 'sounds', `sound-${i}.wav`), sound, { sampleRateHz: 8000 });
  });
  const [conv3] = await stageFeatures(causesModel(training, weights), sounds, {
    stages: ['conv3'],
    threads: 1,
  });
  const { width, values } = conv3!;
  const rows = sounds.map((_, i) => [...values.subarray(i * width, (i + 1) * width)].join());
  const csv = join(folder, 'responses.csv');
  writeFileSync(csv, [Array.from({ length: width }, (_, i) => `r${i}`).join(), ...rows, ''].join('\n'));

  const { stdout } = await command(
    'whole',
    '--overwrite',
    '--responses',
    csv,
    '--sounds',
    join(folder, 'sounds'),
  );
  expect(stdout).toMatch(/stage +most alike of tiny +agreement +with responses/);
  const { measured } = JSON.parse(readFileSync(join(folder, 'whole', 'causes.json'), 'utf8')) as CausesResult;
  const { byStage } = measured!.responses.inference!;
  expect(byStage['conv3']).toBeGreaterThan(0.999);
  expect(measured!.sounds).toBe(10);
  for (const [stage, value] of Object.entries(byStage))
    if (stage !== 'conv3') expect(value, stage).toBeLessThan(byStage['conv3']!);
  expect(measured!.responses.inference!.intervals['conv3']!.low).toBeGreaterThan(0.999);
  // What is left without the learned weights is less, but for the ear, which has none.
  for (const kind of ['permuted', 'random'] as const) {
    const { inference, recognition } = measured!.controls[kind];
    expect(inference!.byStage['conv3'], kind).toBeLessThan(0.99);
    expect(inference!.byStage['cochleagram'], kind).toBe(byStage['cochleagram']);
    expect(Object.keys(recognition!.intervals)).toEqual(
      Object.keys(measured!.responses.recognition!.byStage),
    );
  }
  expect(measured!.controls.permuted.inference).not.toEqual(measured!.controls.random.inference);
});

test('the loss counts the fundamental frequency of harmonic sources alone, and every other cause', async () => {
  const { training } = readCausesConfig(configPath);
  const network = causesNetwork(training);
  const program = await compileCausesTraining(network, training, { threads: 1 });
  const batch = drawCausesBatch({ ...size, batchSize: 4 }, { purpose: 'training', seed: 2, index: 0 });
  const kinds = batch.causes.map(({ source }) => source);
  expect(new Set(kinds).size).toBe(2);
  const state = initialState(network.plan, 1);
  const lossOf = async (places: Float32Array) => {
    const options = { learningRate: 0, masks: dropoutMasks(network.plan, 4, 1, 0), averaging: 0 };
    const run = await program.begin(state);
    await run.step({ ...batch, places }, options);
    return (await run.told())[0]!.loss;
  };
  const before = await lossOf(batch.places);
  for (const [sound, cause] of [
    [kinds.indexOf('noise'), 0],
    [kinds.indexOf('harmonic'), 0],
    [kinds.indexOf('noise'), 5],
  ] as const) {
    const moved = await lossOf(batch.places.with(sound * 6 + cause, 40));
    if (cause === 0 && kinds[sound] === 'noise') expect(moved).toBeCloseTo(before, 5);
    // 40² in units of a third, shared among all causes that have an effect.
    else
      expect(
        Math.abs((moved - before) / ((3 * 1600) / batch.effective.reduce((a, b) => a + b, 0)) - 1),
      ).toBeLessThan(0.15);
  }
  await program.release();
});

test('causes refuses networks of other sounds, too slow a rate, responses without sounds, and what is there', async () => {
  await expect(command('whole')).rejects.toThrow(/causes\.json/);
  await expect(command('new', '--responses', 'x.npy')).rejects.toThrow(/--sounds is missing/);
  const few = join(folder, 'few.csv');
  writeFileSync(few, 'a,b,c\n1,2,3\n4,5,6\n');
  await expect(command('new', '--responses', few, '--sounds', join(folder, 'sounds'))).rejects.toThrow(
    /responses must be to the 10 sounds, they are to 2/,
  );
  expect(existsSync(join(folder, 'new'))).toBe(false);
  written({ recognition: 'branched-small' });
  await expect(command('new')).rejects.toThrow(
    /16000 samples at 8000 Hz, branched-small hears 40000 samples/,
  );
  written({ training: { ...given.training, cochleagram: { ...ear, sampleRateHz: 4000, highHz: 2000 } } });
  await expect(command('new')).rejects.toThrow(/sampleRateHz must be ≥ 8000/);
  written({ training: { ...given.training, corpus: 'corpus' } });
  await expect(command('new')).rejects.toThrow(/corpus/);
  written({ training: { ...given.training, width: 0.03 } });
  await expect(command('whole', '--overwrite')).rejects.toThrow(/another 'width'/);
});
