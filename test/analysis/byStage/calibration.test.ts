import { expect, test } from 'vitest';
import { randomTerms } from '../../../src/analysis/byStage/answersDesign.ts';
import { proportionTests } from '../../../src/analysis/byStage/mixedInference.ts';
import { levelProportions, observerDifferences } from '../../../src/analysis/byStage/stageClaims.ts';
import { createRandom } from '../../../src/base/random.ts';
import { meanProportion, simulateAnswers, spread } from './simulateAnswers.ts';

const study = { listeners: 12, sources: 24, curve: [1, 0, -1], difficulty: 'shared' } as const;
const sounds = Math.hypot(spread.source, spread.sound);
const truth = {
  human: study.curve.map((logit) => meanProportion(logit, Math.hypot(sounds, spread.listener))),
  model: study.curve.map((logit) => meanProportion(logit, sounds)),
};

test('without a difference, observer × stage rejects about 5 % of 60 studies', () => {
  const random = createRandom(8);
  let rejected = 0;
  for (let i = 0; i < 60; i++) {
    const answers = simulateAnswers(study, random);
    const [interaction] = proportionTests(answers, randomTerms(answers));
    expect(interaction!.effect).toBe('observer × stage');
    rejected += Number(interaction!.p < 0.05);
  }
  // Binomial, 60 × .05: 0 to 8 in 99.5 % of seeds. The published analysis rejects every second such study.
  expect(rejected).toBeLessThanOrEqual(8);
});

test('intervals of means and of their difference cover about 95 % of 200 studies', () => {
  const random = createRandom(9);
  const covered = { human: 0, model: 0, difference: 0 };
  for (let i = 0; i < 200; i++) {
    const answers = simulateAnswers(study, random);
    const [human, model] = [0, 1].map((code) => levelProportions(answers, { code, name: '' }, 0.5));
    const differences = observerDifferences(answers, 'model', 0.1);
    study.curve.forEach((_, k) => {
      const hit = (value: number, { low, high }: { low: number; high: number }) =>
        Number(low <= value && value <= high) / 600;
      covered.human += hit(truth.human[k]!, human![k]!.interval);
      covered.model += hit(truth.model[k]!, model![k]!.interval);
      covered.difference += hit(truth.human[k]! - truth.model[k]!, differences[k]!.interval);
    });
  }
  for (const share of Object.values(covered)) {
    expect(share).toBeGreaterThan(0.92);
    expect(share).toBeLessThan(0.99);
  }
});
