import { expect, test } from 'vitest';
import { computeActivations } from '../../src/model/computeActivations.ts';
import { makeNull } from '../../src/synthesis/makeNull.ts';
import { pearson, snrDb, spearman } from '../../src/synthesis/stageMatch.ts';
import { tinyModel, tinySound } from '../tinyModel.ts';

const model = tinyModel();
// More sounds than one block of products holds.
const waveforms = Array.from({ length: 70 }, (_, i) => tinySound(1 + i / 10));

test('the distributions from blocked products are those of the pairs one by one', async () => {
  const made = await makeNull(model, waveforms, { pairs: 1e6, seed: 1, threads: 1 });
  expect(made.pairs).toBe((70 * 69) / 2);
  for (const stage of ['cochleagram', 'conv3', 'top.music']) {
    const activations = (await computeActivations(model, waveforms, [stage], { form: 'fast' })).map(
      ([a]) => a!,
    );
    const all = { spearman: [] as number[], pearson: [] as number[], snrDb: [] as number[] };
    for (let i = 0; i < 70; i++)
      for (let j = i + 1; j < 70; j++) {
        const [a, b] = [activations[i]!, activations[j]!];
        all.spearman.push(spearman(a, b));
        all.pearson.push(pearson(a, b));
        all.snrDb.push(Math.max(snrDb(a, b), snrDb(b, a)));
      }
    for (const measure of ['spearman', 'pearson', 'snrDb'] as const) {
      const distribution = made.stages[stage]![measure];
      const sorted = all[measure].sort((x, y) => x - y);
      expect(distribution.max).toBeCloseTo(sorted.at(-1)!, 3);
      expect(distribution.quantiles['0.5']).toBeCloseTo(sorted[Math.floor(0.5 * (sorted.length - 1))]!, 3);
      expect(distribution.histogram.counts.reduce((a, b) => a + b, 0)).toBe(made.pairs);
    }
  }
}, 120_000);

test('fewer pairs than there are are chosen by the seed', async () => {
  const few = waveforms.slice(0, 12);
  const made = async (seed: number) => makeNull(model, few, { pairs: 20, seed, threads: 1 });
  const [first, again, other] = [await made(1), await made(1), await made(2)];
  expect(first.pairs).toBe(20);
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});

test('one sound is refused', async () => {
  await expect(makeNull(model, waveforms.slice(0, 1), { pairs: 5, seed: 1 })).rejects.toThrow(
    /≥ 2 sounds, got 1/,
  );
});
