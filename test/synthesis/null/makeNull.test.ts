import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { computeActivations } from '../../../src/model/computeActivations.ts';
import { pearson, spearman } from '../../../src/statistics/estimates/correlation.ts';
import { nullDistribution } from '../../../src/synthesis/null/makeNull.ts';
import { nullDistributionText, readNullDistribution } from '../../../src/synthesis/null/nullDistribution.ts';
import { openScratchFile, requireRoom } from '../../../src/synthesis/null/scratchFile.ts';
import { snrDb } from '../../../src/synthesis/stageMatch.ts';
import { expectAllClose } from '../../expectAllClose.ts';
import { fewOpsModel } from '../../fewOpsModel.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { tinyModel, tinySound } from '../../tinyModel.ts';
import { hasWebgpu } from '../../webgpuDevice.ts';

const model = tinyModel();
const scratchFolder = temporaryFolder();
// More sounds than one block of products holds.
const waveforms = Array.from({ length: 70 }, (_, i) => tinySound(1 + i / 10));

test('the distributions from blocked products are those of the pairs one by one', async () => {
  const made = await nullDistribution(model, waveforms, { pairs: 1e6, seed: 1, threads: 1, scratchFolder });
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
});

test('fewer pairs than there are are chosen by the seed', async () => {
  const few = waveforms.slice(0, 12);
  const made = async (seed: number) =>
    nullDistribution(model, few, { pairs: 20, seed, threads: 1, scratchFolder });
  const [first, again, other] = [await made(1), await made(1), await made(2)];
  expect(first.pairs).toBe(20);
  expect(again.stages).toEqual(first.stages);
  expect(other.stages).not.toEqual(first.stages);
  expect(readdirSync(scratchFolder)).toEqual([]);
});

test('one sound is refused', async () => {
  await expect(
    nullDistribution(model, waveforms.slice(0, 1), { pairs: 5, seed: 1, scratchFolder }),
  ).rejects.toThrow(/≥ 2 sounds, got 1/);
});

test('a scratch file has no name, and too little room is refused with both sizes', () => {
  const file = openScratchFile(join(scratchFolder, 'made', 'for it'));
  file.write(Float32Array.of(1, 2, 3));
  expect(readdirSync(join(scratchFolder, 'made', 'for it'))).toEqual([]);
  const read = new Float32Array(2);
  file.readInto(read, 4);
  expect([...read]).toEqual([2, 3]);
  file.close();
  expect(() => requireRoom(scratchFolder, 2 ** 60)).toThrow(
    /must have 1,099,511,627,776 MiB of room for activations, it has [\d,]+; choose/,
  );
  expect(() => openScratchFile('/proc/none')).toThrow(
    /\/proc\/none cannot be made \(E\w+\); choose a folder/,
  );
});

test('nullDistributionText: 18 stages of a million pairs stay below 200 kB and are read back as they were', () => {
  const measure = () => ({
    max: Math.fround(0.123456789),
    quantiles: Object.fromEntries(
      ['0.01', '0.05', '0.25', '0.5', '0.75', '0.95', '0.99', '0.999', '0.9999'].map((share) => [
        share,
        Math.fround(0.987654321),
      ]),
    ),
    histogram: { low: -0.1, high: 1, counts: Array.from({ length: 200 }, (_, i) => 5000 + i) },
  });
  const stages = Object.fromEntries(
    Array.from({ length: 18 }, (_, i) => [
      `stage${i}`,
      { spearman: measure(), pearson: measure(), snrDb: measure() },
    ]),
  );
  const made = { model: 'tiny', modelHash: 'tiny', sounds: 1415, pairs: 1_000_000, stages };
  const path = join(scratchFolder, 'null.json');
  const text = nullDistributionText(made);
  expect(text.length).toBeLessThan(100_000);
  writeFileSync(path, text);
  expect(readNullDistribution(path, 'tiny')).toEqual({ ...made, path });
});

test.skipIf(!hasWebgpu)(
  'nullDistribution on WebGPU is that of the processor (skipped where there is no WebGPU device)',
  async () => {
    const random = createRandom(3);
    const sounds = Array.from({ length: 5 }, () => Float32Array.from({ length: 600 }, () => random.normal()));
    const [expected, actual] = await Promise.all(
      (['cpu', 'webgpu'] as const).map(async (device) => {
        const { stages } = await nullDistribution(fewOpsModel(600), sounds, {
          device,
          threads: 1,
          scratchFolder,
        });
        const { spearman: ranked, pearson: linear, snrDb: ratio } = stages['heard']!;
        return [ranked, linear, ratio].flatMap(({ max, quantiles }) => [max, ...Object.values(quantiles)]);
      }),
    );
    expectAllClose(actual!, expected!, { atol: 1e-4, rtol: 1e-4 });
  },
);
