import { beforeAll, describe, expect, it } from 'vitest';
import type { AnalysisResults } from '../../../src/analysis/results.ts';
import { simulateTrials } from '../simulateTrials.ts';
import { analyzer, deepStudy, logistic, normalMean } from './analyzer.ts';

const analyze = analyzer();

describe('analyzeTrials recovers what simulated observers were made of', () => {
  let results: AnalysisResults;
  beforeAll(async () => {
    results = await analyze(simulateTrials(deepStudy));
  });
  const curve = () => results.curves[0]!;

  it('recognition by level, humans and yoked model', () => {
    const expected: Record<string, [number, number]> = {
      natural: [1.8, 2.6],
      relu2: [0.5, 0.8],
      final: [-1, 0.8],
    };
    for (const [level, [human, model]] of Object.entries(expected))
      for (const [observer, logit] of [
        ['human', human],
        ['cochcnn9', model],
      ] as const) {
        const line = curve().summaries.find((entry) => entry.observer === observer && entry.level === level)!;
        expect(line.proportionCorrect, `${observer} ${level}`).toBeCloseTo(
          normalMean((z) => logistic(logit + 1.5 * z)),
          1,
        );
        expect(line.interval.low).toBeLessThan(line.proportionCorrect);
        expect(line.interval.high).toBeGreaterThan(line.proportionCorrect);
        expect(line.participants).toBe(240);
      }
  });

  it('κ of humans with humans and with the model, within three standard errors', () => {
    // Both answers depend on the shared item effect z alone: c_obs and c_exp follow by integration.
    const kappa = (first: number, second: number) => {
      const observed = normalMean((z) => {
        const [a, b] = [logistic(first + 1.5 * z), logistic(second + 1.5 * z)];
        return a * b + (1 - a) * (1 - b);
      });
      const [a, b] = [first, second].map((logit) => normalMean((z) => logistic(logit + 1.5 * z)));
      const expected = a! * b! + (1 - a!) * (1 - b!);
      return (observed - expected) / (1 - expected);
    };
    for (const [second, level, human, other] of [
      ['human', 'relu2', 0.5, 0.5],
      ['human', 'final', -1, -1],
      ['cochcnn9', 'relu2', 0.5, 0.8],
      ['cochcnn9', 'final', -1, 0.8],
    ] as const) {
      const pair = curve().byItem.consistency.find((entry) => entry.second === second)!;
      const { kappa: found, interval } = pair.levels.find((entry) => entry.level === level)!;
      // κ of 120 sounds has a standard error of .03 (pairs of people) to .08 (a model's single answers). Some of four
      // intervals of 95 % misses in a fifth of seeds, some of three standard errors in one of a hundred.
      const standardError = (interval.high - interval.low) / (2 * 1.97);
      expect(standardError, `${second} ${level}`).toBeLessThan(second === 'human' ? 0.045 : 0.09);
      expect(Math.abs(found - kappa(human, other)), `${second} ${level}`).toBeLessThan(3 * standardError);
    }
  });

  it('reliability of item means, within stages', () => {
    // Variance of p over items against its binomial noise with 80 answers an item (240 participants, 3 conditions)
    const reliability = ['natural', 'relu2', 'final'].map((_, i) => {
      const logit = [1.8, 0.5, -1][i]!;
      const p = normalMean((z) => logistic(logit + 1.5 * z));
      const variance = normalMean((z) => (logistic(logit + 1.5 * z) - p) ** 2);
      const noise = normalMean((z) => logistic(logit + 1.5 * z) * (1 - logistic(logit + 1.5 * z))) / 80;
      return { variance, noise };
    });
    const sum = (key: 'variance' | 'noise') => reliability.reduce((total, entry) => total + entry[key], 0);
    const expected = sum('variance') / (sum('variance') + sum('noise'));
    const { withinStage } = curve().byItem.reliability;
    expect(withinStage.spearmanBrown).toBeCloseTo(expected, 2);
    expect(withinStage.ceiling).toBeCloseTo(Math.sqrt(withinStage.spearmanBrown), 12);
  });

  it('correlation over items within stages', () => {
    // cov(p_h, p_m) over √(var p_h + noise) √(m (1 − m)): the model answers once, 0 or 1
    const parts = [
      [1.8, 2.6],
      [0.5, 0.8],
      [-1, 0.8],
    ].map(([h, m]) => {
      const [ph, pm] = [h!, m!].map((logit) => (z: number) => logistic(logit + 1.5 * z));
      const [meanH, meanM] = [normalMean(ph!), normalMean(pm!)];
      return {
        covariance: normalMean((z) => (ph!(z) - meanH) * (pm!(z) - meanM)),
        human: normalMean((z) => (ph!(z) - meanH) ** 2) + normalMean((z) => ph!(z) * (1 - ph!(z))) / 80,
        model: meanM * (1 - meanM),
      };
    });
    const sum = (key: 'covariance' | 'human' | 'model') =>
      parts.reduce((total, part) => total + part[key], 0);
    const expected = sum('covariance') / Math.sqrt(sum('human') * sum('model'));
    const [line] = curve().byItem.correlations;
    expect(line!.withinStage.r).toBeGreaterThan(expected - 0.1);
    expect(line!.withinStage.r).toBeLessThan(expected + 0.1);
    expect(line!.withinStage.interval.low).toBeLessThan(expected);
    expect(line!.withinStage.interval.high).toBeGreaterThan(expected);
    // Without the binomial noise of the human means
    const noise = [1.8, 0.5, -1].reduce(
      (total, logit) =>
        total + normalMean((z) => logistic(logit + 1.5 * z) * (1 - logistic(logit + 1.5 * z))) / 80,
      0,
    );
    const corrected = sum('covariance') / Math.sqrt((sum('human') - noise) * sum('model'));
    expect(corrected).toBeGreaterThan(expected);
    expect(line!.withinStage.noiseCorrected).toBeCloseTo((line!.withinStage.r * corrected) / expected, 2);
  });

  it('share of the same wrong answer: a quarter, where each has the foil half of the time', () => {
    const [humans, line] = curve().byItem.confusions;
    expect([humans!.observer, line!.observer]).toEqual(['human', 'cochcnn9']);
    expect(line!.bothWrong).toBeGreaterThan(3000);
    for (const { sameWrongAnswer, sameWrongExpected } of [humans!, line!]) {
      expect(sameWrongAnswer).toBeGreaterThan(0.22);
      expect(sameWrongAnswer).toBeLessThan(0.28);
      expect(sameWrongExpected).toBeLessThan(0.05);
    }
    // 80 answers an item, 360 items
    expect(humans!.trials).toBe((360 * (80 * 79)) / 2);
  });
});
