import { beforeAll, describe, expect, it } from 'vitest';
import { anovaAsPublished, type StageAnova } from '../../../src/analysis/byStage/inference.ts';
import type { AnalysisResults } from '../../../src/analysis/results.ts';
import { simulateTrials } from '../simulateTrials.ts';
import { analyzer, deepStudy } from './analyzer.ts';

const analyze = analyzer();

describe('analyzeTrials tests stages and observers', () => {
  let results: AnalysisResults;
  beforeAll(async () => {
    results = await analyze(simulateTrials({ ...deepStudy, participants: 60 }));
  });
  const curve = () => results.curves[0]!;

  it('the observer × stage interaction, mixed as published and paired', () => {
    const [alone, mixed, paired] = curve().inference.anovas;
    expect([alone!.design, mixed!.design, paired!.design]).toEqual(['within', 'mixed', 'within']);
    expect(mixed!.table['between:within']!.degreesOfFreedom).toBe(2);
    expect(mixed!.table['between:within']!.errorDegreesOfFreedom).toBe(2 * (2 * 60 - 2));
    expect(mixed!.table['between:within']!.pPermutation).toBe(1 / (mixed!.permutations + 1));
    expect(paired!.table['stage:observer']!.errorDegreesOfFreedom).toBe(2 * 59);
  });

  it('a headline by the mixed model, with the published test beside it', () => {
    const { headline, anovaAsPublished, claims } = curve();
    expect(headline).toMatchObject({
      effect: 'observer × stage',
      observer: 'cochcnn9',
      degreesOfFreedom: 2,
      denominator: 238,
    });
    expect(headline!.method).toMatch(/^logistic mixed model/);
    expect(headline!.p).toBeLessThan(1e-6);
    expect(anovaAsPublished!.title).toBe('humans against cochcnn9');
    expect(claims.mixed.map(({ observer }) => observer)).toEqual(['human', 'cochcnn9']);
  });

  it('each level of humans and model held together: difference, equivalence, Bayes factor', () => {
    const [natural, , final] = curve().claims.differences;
    expect(natural).toMatchObject({ level: 'natural', observer: 'cochcnn9', margin: 0.1 });
    // The humans' −1 against the model's 0.8 with items of 1.5 logits: about .31 against .64.
    expect(final!.difference).toBeLessThan(-0.2);
    expect(final!.interval.high).toBeLessThan(-0.1);
    expect(final!.pHolm).toBeLessThan(1e-4);
    expect(final!.pEquivalent).toBeGreaterThan(0.99);
    expect(final!.bayesFactor01).toBeLessThan(0.01);
  });

  it('warns that chance is not known, and not that items are thin', () => {
    expect(curve().chance).toBeNaN();
    expect(curve().warnings).toEqual([
      "Chance for task word is not known, so that nothing is held against it: state it in the configuration's 'chance', or give the study.",
    ]);
  });
});

it('the published analysis of a curve is the one with its own model, else the first with a model', () => {
  const anova = (title: string, design: 'mixed' | 'within') => ({ title, design }) as StageAnova;
  const anovas = [
    anova('humans', 'within'),
    ...['b', 'a'].map((name) => anova(`humans against ${name}`, 'mixed')),
  ];
  expect(anovaAsPublished(anovas, 'a')?.title).toBe('humans against a');
  expect(anovaAsPublished(anovas, 'c')?.title).toBe('humans against b');
  expect(anovaAsPublished(anovas.slice(0, 1), 'a')).toBeNull();
});
