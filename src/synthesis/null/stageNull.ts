import { compile } from '../../engine/compile.ts';
import type { CompileOptions } from '../../engine/engine.ts';
import { tf } from '../../engine/tf.ts';
import { ranks } from '../../statistics/estimates/correlation.ts';
import { sortedQuantile } from '../../statistics/estimates/descriptive.ts';
import { snrDb } from '../stageMatch.ts';
import { openScratchFile, type ScratchFile } from './scratchFile.ts';

/** Distribution of one measure over random pairs. */
export interface MeasureDistribution {
  max: number;
  /** Values by share of pairs below, e.g. `0.5`, `0.99`. */
  quantiles: Record<string, number>;
  /** Counts of equal bins from `low` to `high`. */
  histogram: { low: number; high: number; counts: number[] };
}

/** Null distribution at one stage. */
export interface StageNull {
  spearman: MeasureDistribution;
  pearson: MeasureDistribution;
  snrDb: MeasureDistribution;
}

/** Which pairs count, by their place in the order (0,1), (0,2), …, (1,2), …. */
export interface ChosenPairs {
  total: number;
  has(pair: number): boolean;
}

/** Sounds whose products are taken at once. */
const blockRows = 64;
const histogramBins = 200;
const quantileShares = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 0.9999];

/** Wall-clock seconds that grow with the sounds (activations, ranks) and with the pairs (products). */
export interface NullSeconds {
  sounds: number;
  pairs: number;
}

/** What a distribution is computed from. */
interface StageRows {
  /** Sounds. */
  count: number;
  /** Activations of each. */
  size: number;
  chosen: ChosenPairs;
  /** Grows by what the stage takes. */
  seconds: NullSeconds;
}

/**
 * Distributions at one stage.
 *
 * @param raw - Activations, a row a sound.
 * @param shape - Of the file; which pairs count.
 * @param options - Engine, device, threads; the folder that holds ranks meanwhile.
 */
export async function stageNull(
  raw: ScratchFile,
  shape: StageRows,
  options: CompileOptions & { scratchFolder: string },
): Promise<StageNull> {
  const { count, size, chosen, seconds } = shape;
  const ranked = openScratchFile(options.scratchFolder);
  const measures = {
    spearman: new Float32Array(chosen.total),
    pearson: new Float32Array(chosen.total),
    snrDb: new Float32Array(chosen.total),
  };
  const startedAt = performance.now();
  try {
    const norms = rankRows(raw, ranked, count, size);
    const rankedAt = performance.now();
    seconds.sounds += (rankedAt - startedAt) / 1000;
    await measurePairs({ raw, ranked, norms, measures }, shape, options);
    seconds.pairs += (performance.now() - rankedAt) / 1000;
  } finally {
    ranked.close();
  }
  return {
    spearman: distributionOf(measures.spearman),
    pearson: distributionOf(measures.pearson),
    snrDb: distributionOf(measures.snrDb),
  };
}

/** Fills the measures of all chosen pairs from products of blocks. */
async function measurePairs(
  rows: {
    raw: ScratchFile;
    ranked: ScratchFile;
    norms: readonly RowMoments[];
    measures: Record<keyof StageNull, Float32Array>;
  },
  { count, size, chosen }: StageRows,
  options: CompileOptions,
): Promise<void> {
  const { raw, ranked, norms, measures } = rows;
  const block = { shape: [blockRows, size] };
  const products = await compile(
    ({ a, b }) => ({ dots: tf.matMul(a as never, b as never, false, true) }),
    { a: block, b: block },
    options,
  );
  let filled = 0;
  try {
    for (let i = 0; i < count; i += blockRows) {
      const [rawI, rankedI] = [readBlock(raw, i, count, size), readBlock(ranked, i, count, size)];
      for (let j = i; j < count; j += blockRows) {
        const rawJ = readBlock(raw, j, count, size);
        const { dots } = await products.run({ a: rawI, b: rawJ });
        const rankedJ = readBlock(ranked, j, count, size);
        const { dots: rankDots } = await products.run({ a: rankedI, b: rankedJ });
        for (let a = i; a < Math.min(i + blockRows, count); a++)
          for (let b = Math.max(j, a + 1); b < Math.min(j + blockRows, count); b++) {
            if (!chosen.has(pairIndex(a, b, count))) continue;
            const at = (a - i) * blockRows + b - j;
            measures.spearman[filled] = clamped(rankDots[at]!);
            const { pearson, snrDb: snr } = pairMeasures(dots[at]!, norms[a]!, norms[b]!, size);
            measures.pearson[filled] = pearson;
            measures.snrDb[filled] =
              snr > resolvedSnrDb ? directSnrDb(rowOf(rawI, a - i, size), rowOf(rawJ, b - j, size)) : snr;
            filled++;
          }
      }
    }
  } finally {
    await products.release();
  }
}

/** Products in float32 resolve SNRs up to here; the few larger ones are computed from the rows, dB. */
const resolvedSnrDb = 25;

const rowOf = (block: Float32Array, row: number, size: number) =>
  block.subarray(row * size, (row + 1) * size);

const directSnrDb = (a: Float32Array, b: Float32Array) => Math.max(snrDb(a, b), snrDb(b, a));

/** Products in float32 may leave correlations a rounding beyond one. */
const clamped = (correlation: number) => Math.max(-1, Math.min(1, correlation));

interface RowMoments {
  mean: number;
  /** Σ x². */
  power: number;
}

/** Pearson's correlation and SNR of two rows from their product and moments. */
function pairMeasures(dot: number, a: RowMoments, b: RowMoments, size: number) {
  const covariance = dot - size * a.mean * b.mean;
  const variance = ({ power, mean }: RowMoments) => Math.max(0, power - size * mean * mean);
  const scale = Math.sqrt(variance(a) * variance(b));
  const distance = Math.max(a.power + b.power - 2 * dot, 1e-12 * Math.max(a.power, b.power));
  const larger = Math.max(a.power, b.power);
  return {
    pearson: scale > 0 ? clamped(covariance / scale) : 0,
    snrDb: Math.min(a.power, b.power) === 0 ? 0 : 10 * Math.log10(larger / distance),
  };
}

/** Writes each row's ranks, centered and of length one, so that products are Spearman correlations; returns moments. */
function rankRows(source: ScratchFile, target: ScratchFile, count: number, size: number): RowMoments[] {
  const moments: RowMoments[] = [];
  for (let row = 0; row < count; row++) {
    const values = new Float32Array(size);
    source.readInto(values, 4 * size * row);
    let sum = 0;
    let power = 0;
    for (const value of values) {
      sum += value;
      power += value * value;
    }
    moments.push({ mean: sum / size, power });
    target.write(unitRanks(values));
  }
  return moments;
}

function unitRanks(values: Float32Array): Float32Array {
  const ranked = ranks(values);
  const mean = (values.length + 1) / 2;
  let power = 0;
  for (const rank of ranked) power += (rank - mean) ** 2;
  const scale = power > 0 ? 1 / Math.sqrt(power) : 0;
  return Float32Array.from(ranked, (rank) => (rank - mean) * scale);
}

/** Rows from `first`; rows beyond the last are zero. */
function readBlock(file: ScratchFile, first: number, count: number, size: number): Float32Array {
  const block = new Float32Array(blockRows * size);
  const rows = Math.min(blockRows, count - first);
  file.readInto(block.subarray(0, rows * size), 4 * size * first);
  return block;
}

/** Place of the pair a < b in the order (0,1), (0,2), …, (1,2), …. */
function pairIndex(a: number, b: number, count: number): number {
  return a * (count - 1) - (a * (a - 1)) / 2 + b - a - 1;
}

function distributionOf(values: Float32Array): MeasureDistribution {
  const sorted = values.toSorted();
  const low = sorted[0]!;
  const high = sorted.at(-1)!;
  const counts = new Array<number>(histogramBins).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value - low) / (high - low || 1)) * histogramBins);
    counts[Math.min(bin, histogramBins - 1)]!++;
  }
  return {
    max: high,
    quantiles: Object.fromEntries(
      quantileShares.map((share) => [String(share), sortedQuantile(sorted, share)]),
    ),
    histogram: { low, high, counts },
  };
}
