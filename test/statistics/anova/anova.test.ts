import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { parseCsvTable, readCsvTable } from '../../../src/base/readCsv.ts';
import { type AnovaEffect, analyzeVariance } from '../../../src/statistics/anova/anova.ts';
import { designFromLongTable } from '../../../src/statistics/anova/longTable.ts';
import cases from '../../reference/anova.json' with { type: 'json' };
import spherical from '../../reference/anovaR.json' with { type: 'json' };

const folder = new URL('../../reference/feather2023/', import.meta.url);
interface PublishedRow {
  SumSq: number;
  DF: number;
  MeanSq: number;
  F: number | null;
  pValue: number;
  pValueGG: number;
  pValueHF: number;
  pValueLB: number;
  partial_etaSquared: number | null;
}
const published = JSON.parse(readFileSync(new URL('experiment1_anova.json', folder), 'utf8')) as {
  model: string;
  table: Record<string, PublishedRow>;
}[];

const policies = { repeats: 'refuse', incomplete: 'refuse' } as const;

function experiment1(model: string) {
  const table = readCsvTable(new URL(`experiment1_${model}.csv`, folder).pathname);
  return designFromLongTable(table, {
    participant: 'participant',
    within: ['stage'],
    between: 'observer',
    value: 'proportion_correct',
    ...policies,
  }).design;
}

/** Equal when rounded to the five significant digits that MATLAB prints. */
const expectPrinted = (actual: number, printed: number, what: string) =>
  expect(Number(actual.toPrecision(5)), what).toBe(printed);

describe('analyzeVariance on Experiment 1 of Feather et al. (2023)', () => {
  it.each(published)('gives every printed digit of $model', ({ model, table }) => {
    const result = analyzeVariance(experiment1(model));
    const names: [string, string, string][] = [
      ['intercept', '(Intercept)', 'Error'],
      ['between', 'network_or_human', 'Error'],
      ['within', '(Intercept):layer', 'Error(layer)'],
      ['between:within', 'network_or_human:layer', 'Error(layer)'],
    ];
    for (const [ours, theirs, theirError] of names) {
      const effect = result[ours]!;
      const row = table[theirs]!;
      expectPrinted(effect.sumOfSquares, row.SumSq, `${theirs} SumSq`);
      expect(effect.degreesOfFreedom).toBe(row.DF);
      expectPrinted(effect.meanSquare, row.MeanSq, `${theirs} MeanSq`);
      expectPrinted(effect.f, row.F!, `${theirs} F`);
      expectPrinted(effect.p, row.pValue, `${theirs} p`);
      expectPrinted(effect.pGreenhouseGeisser, row.pValueGG, `${theirs} GG`);
      expectPrinted(effect.pHuynhFeldt, row.pValueHF, `${theirs} HF`);
      expectPrinted(effect.pLowerBound, row.pValueLB, `${theirs} LB`);
      if (row.partial_etaSquared !== null)
        expectPrinted(effect.partialEtaSquared, row.partial_etaSquared, `${theirs} η²`);
      const error = table[theirError]!;
      expectPrinted(effect.errorSumOfSquares, error.SumSq, `${theirError} SumSq`);
      expect(effect.errorDegreesOfFreedom).toBe(error.DF);
      expectPrinted(effect.errorMeanSquare, error.MeanSq, `${theirError} MeanSq`);
    }
  });

  it('gives the published permutation p of 1e-4 from 10,000 permutations', () => {
    const result = analyzeVariance(experiment1('cochresnet50'), { count: 10_000, random: createRandom(1) });
    for (const key of ['between', 'between:within']) {
      expect(result[key]!.pPermutation).toBe(1 / 10_001);
      expect(result[key]!.pPermutationPublished).toBe(1e-4);
    }
    expect(result['intercept']!.pPermutation).toBeNull();
  });
});

describe('analyzeVariance against pingouin and statsmodels', () => {
  it.each(cases)('$name', ({ csv, participant, within, between, value, expected }) => {
    const { design } = designFromLongTable(parseCsvTable(csv, 'x.csv'), {
      participant,
      within,
      ...(between === null ? {} : { between }),
      value,
      ...policies,
    });
    const result = analyzeVariance(design);
    for (const [effect, numbers] of Object.entries(expected))
      for (const [name, number] of Object.entries(numbers as Record<string, number>))
        expect(result[effect]![name as keyof AnovaEffect], `${effect} ${name}`).toBeCloseTo(number, 9);
  });
});

it('analyzeVariance corrects an unbalanced design with groups of 5, 9 and 6 as base R does', () => {
  const { design } = designFromLongTable(parseCsvTable(spherical.csv, 'x.csv'), {
    participant: 'person',
    within: ['layer'],
    between: 'group',
    value: 'score',
    ...policies,
  });
  const effect = analyzeVariance(design)['between:within']!;
  for (const name of ['f', 'p', 'pGreenhouseGeisser', 'pHuynhFeldt'] as const)
    expect(effect[name], name).toBeCloseTo(spherical[name], 10);
  expect(effect.epsilonHuynhFeldt).toBeLessThan(0.7);
});

describe('permutation p', () => {
  const noise = (seed: number) => {
    const random = createRandom(seed);
    const rows = Array.from({ length: 12 }, (_, i) =>
      ['a', 'b', 'c'].map((level) => `p${i},${i % 2 ? 'x' : 'y'},${level},${random.normal()}`),
    ).flat();
    return designFromLongTable(parseCsvTable(`p,g,s,v\n${rows.join('\n')}`, 'x.csv'), {
      participant: 'p',
      within: ['s'],
      between: 'g',
      value: 'v',
      ...policies,
    }).design;
  };

  it('agrees with the F distribution on normal noise', () => {
    for (const seed of [1, 2, 3]) {
      const result = analyzeVariance(noise(seed), { count: 4000, random: createRandom(9) });
      for (const key of ['between', 'within', 'between:within'])
        expect(Math.abs(result[key]!.pPermutation! - result[key]!.p), `${seed} ${key}`).toBeLessThan(0.06);
    }
  });

  it('is the exact share of relabelings for a design that can be enumerated', () => {
    // 3 against 3 units, all values distinct and separated: 2 of 20 labelings reach the observed F
    const csv = `p,g,v\n${[1, 2, 3, 11, 12, 13].map((v, i) => `p${i},${i < 3 ? 'x' : 'y'},${v}`).join('\n')}`;
    const { design } = designFromLongTable(parseCsvTable(csv, 'x.csv'), {
      participant: 'p',
      within: [],
      between: 'g',
      value: 'v',
      ...policies,
    });
    const result = analyzeVariance(design, { count: 20_000, random: createRandom(4) });
    expect(result['between']!.pPermutation).toBeCloseTo(0.1, 2);
  });

  it('is the same for the same seed', () => {
    const p = (seed: number) =>
      analyzeVariance(noise(1), { count: 200, random: createRandom(seed) })['within']!.pPermutation;
    expect(p(5)).toBe(p(5));
  });
});
