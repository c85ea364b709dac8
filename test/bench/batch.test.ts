import { expect, test } from 'vitest';
import { benchBatch, metamersPerHour, shapesFor } from '../../src/bench/benchBatch.ts';
import { eachMatched, severalSounds } from '../../src/bench/severalSounds.ts';
import { compileGradient } from '../../src/synthesis/gradientProgram.ts';
import { match } from '../../src/synthesis/objective.ts';
import { tinyModel, tinySound } from '../tinyModel.ts';

const model = tinyModel();

test.each([
  [1, [[1, 1]]],
  [
    2,
    [
      [1, 2],
      [2, 1],
    ],
  ],
  [
    6,
    [
      [1, 6],
      [2, 3],
      [4, 1],
      [6, 1],
    ],
  ],
  [
    8,
    [
      [1, 8],
      [2, 4],
      [4, 2],
      [8, 1],
    ],
  ],
])(
  'shapesFor %i cores: workers and threads, each with one, two and four sounds a graph',
  (cores, expected) => {
    const shapes = shapesFor(cores);
    expect(shapes.map(({ soundsPerGraph }) => soundsPerGraph)).toEqual(expected.flatMap(() => [1, 2, 4]));
    expect(shapes.map(({ workers, threads }) => [workers, threads])).toEqual(
      expected.flatMap((each) => [each, each, each]),
    );
  },
);

test('benchBatch adds up the workers and names the best way that batches have: one sound a graph', async () => {
  const timings = await benchBatch({
    ...{ model, stage: 'conv3' },
    measureApart: async ({ threads, soundsPerGraph }) => 10 / threads + 100 * (soundsPerGraph - 1),
  });
  const { best, evaluations } = timings;
  expect(evaluations).toBe(4800);
  expect(best.soundsPerGraph).toBe(1);
  expect(best.workers * best.threads).toBeGreaterThanOrEqual(1);
  expect(best.metamersPerHour).toBe((10 * best.workers) / best.threads);
  expect(Math.max(...Object.values(timings.metamersPerHour))).toBeGreaterThan(best.metamersPerHour);
});

test('a model of two sounds has the gradient of each, and the sum of their losses', async () => {
  const sounds = [tinySound(1), tinySound(2)];
  const computing = { threads: 1 };
  const both = await compileGradient(severalSounds(model, 2), eachMatched('conv3', 2), computing);
  const one = await compileGradient(model, match({ conv3: 1 }), computing);
  const units = model.stages.find(({ name }) => name === 'conv3')!.shape.reduce((a, b) => a * b, 1);
  const targets = Float32Array.from({ length: 2 * units }, (_, i) => Math.sin(i));
  const together = await both.evaluate(Float32Array.of(...sounds[0]!, ...sounds[1]!), [targets]);
  const apart = [];
  for (const [i, sound] of sounds.entries())
    apart.push(await one.evaluate(sound, [targets.slice(i * units, (i + 1) * units)]));
  expect(together.loss).toBeCloseTo(apart[0]!.loss + apart[1]!.loss, 5);
  const largest = Math.max(...together.gradient.map(Math.abs));
  for (const [i, { gradient }] of apart.entries()) {
    const own = together.gradient.slice(i * model.samples, (i + 1) * model.samples);
    expect(Math.max(...own.map((value, k) => Math.abs(value - gradient[k]!)))).toBeLessThan(1e-4 * largest);
  }
  await Promise.all([both.release(), one.release()]);
});

test('metamersPerHour of this process is a rate', async () => {
  const rate = await metamersPerHour(
    { model, stage: 'conv3', repeats: 1 },
    { threads: 1, soundsPerGraph: 2 },
  );
  expect(rate).toBeGreaterThan(0);
  expect(rate).toBeLessThan(1e6);
});
