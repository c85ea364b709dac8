import { expect, test } from 'vitest';
import { withOversampling } from '../../src/model/withOversampling.ts';
import { coarsePartOf, compileMatching } from '../../src/synthesis/matching.ts';
import { match } from '../../src/synthesis/objective.ts';
import { synthesisPreset } from '../../src/synthesis/presets.ts';
import { synthesizeMetamer } from '../../src/synthesis/synthesizeMetamer.ts';
import { tinyModel, tinySound } from '../tinyModel.ts';
import { stoppedAt } from './stoppedAt.ts';

const model = tinyModel();
const reference = tinySound();
const options = { stages: ['conv3'], steps: 10, seed: 1, threads: 1 };
const fast = synthesisPreset('fast');

test.each([
  ['nine tenths of the steps, rounded down', 6, false, 19, { oversampling: 2, steps: 17 }],
  ['where every sample is read', Number.POSITIVE_INFINITY, false, 10, { oversampling: 2, steps: 9 }],
  ['no step of one', 6, false, 1, undefined],
  ['none of none', 6, false, 0, undefined],
  ['none where the ear is as coarse', 2, false, 10, undefined],
  ['none where it is coarser', 1, false, 10, undefined],
  ['some where it is barely finer', 2.1, false, 10, { oversampling: 2, steps: 9 }],
  ['none where the network takes the waveform', 6, true, 10, undefined],
])('coarsePartOf fast: %s', (_, oversampling, takesWaveform, steps, expected) => {
  expect(coarsePartOf(fast, steps, { oversampling, takesWaveform })).toEqual(expected);
});

test('coarsePartOf published-2023 is none: all of its steps hear alike', () => {
  expect(coarsePartOf(synthesisPreset('published-2023'), 1000, model)).toBeUndefined();
});

test('synthesizeMetamer hears coarsely for nine steps of ten, then as the model does', async () => {
  const optimizer = fast.optimizer(10);
  const mixed = await synthesizeMetamer(model, reference, options);
  const coarse = await synthesizeMetamer(withOversampling(model, 2), reference, { ...options, optimizer });
  const fine = await synthesizeMetamer(model, reference, { ...options, optimizer });
  expect(mixed.losses.slice(0, 9)).toEqual(coarse.losses.slice(0, 9));
  expect(mixed.losses[0]).not.toBe(fine.losses[0]);
  // The tenth loss is of the same sound, heard otherwise.
  expect(mixed.losses[9]).not.toBe(coarse.losses[9]);
  expect(Math.abs(mixed.losses[9]! / coarse.losses[9]! - 1)).toBeLessThan(0.1);
  // So is the finished one, by the model's own ear.
  const end = { state: { ...optimizer.init(mixed.metamer), step: 10 }, losses: [] };
  const heard = await synthesizeMetamer(model, reference, { ...options, optimizer, from: end });
  expect(mixed.losses[10]).toBe(heard.losses[0]);
  expect(mixed.losses).toHaveLength(11);
});

test.each([4, 9])(
  'stopped after step %i of ten, of which nine hear coarsely, it ends in the same bits',
  async (stopAfter) => {
    const whole = await synthesizeMetamer(model, reference, options);
    const from = await stoppedAt(model, reference, options, stopAfter);
    expect(await synthesizeMetamer(model, reference, { ...options, from })).toEqual(whole);
  },
);

test('a synthesis of a long sound, with one ear compiled at a time, has the same bits', async () => {
  const long = { ...model, sampleRateHz: model.samples / 11 };
  const alike = await synthesizeMetamer(model, reference, options);
  expect(await synthesizeMetamer(long, reference, options)).toEqual(alike);
});

test.each([
  ['9.9 s', 9.9, 1, false],
  ['10.1 s', 10.1, 1, true],
  ['10.1 s, two of them at once', 10.1, 2, false],
])('compileMatching of %s: whether the ears take turns', async (_, seconds, sounds, inTurns) => {
  const lowering = { objective: match({ conv3: 1 }), optimizer: fast.optimizer(10) };
  const { matchings, release } = await compileMatching(
    { ...model, sampleRateHz: model.samples / seconds },
    lowering,
    [reference],
    { coarse: { oversampling: 2, steps: 9 }, sounds },
  );
  await release();
  // Programs that take turns are released as one.
  const { program, coarse } = matchings[0]!;
  expect(program.release === coarse!.program.release).toBe(inTurns);
});
