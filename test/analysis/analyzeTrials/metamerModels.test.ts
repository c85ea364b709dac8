import { describe, expect, it } from 'vitest';
import { type SimulatedStudy, simulateTrials, smallStudy } from '../simulateTrials.ts';
import { analyzer, logistic } from './analyzer.ts';

const analyze = analyzer();

describe('metamers of two models with the same stages', () => {
  it('are compared by stage × metamer model within participants', async () => {
    const stages = smallStudy.metamerModels[0]!.stages;
    const rows = simulateTrials({
      ...smallStudy,
      metamerModels: [
        { name: 'standard', stages },
        { name: 'robust', stages: stages.map((stage, i) => ({ ...stage, human: stage.human + 0.7 * i })) },
      ],
    });
    const [comparison] = (await analyze(rows)).metamerModelComparisons;
    expect(comparison!.title).toBe('human recognition of the metamers of standard and robust');
    expect(comparison!.table['stage:metamer_model']!.errorDegreesOfFreedom).toBe(3 * 19);
    expect(comparison!.table['metamer_model']!.p).toBeLessThan(1e-6);
    expect(comparison!.table['stage:metamer_model']!.pPermutation).toBeLessThan(0.01);
  });
});

describe('recognition across models', () => {
  it('correlates with human recognition when models share what is lost', async () => {
    const stage = (name: string, logit: number) => ({ stage: name, human: logit, model: 3 });
    const study: SimulatedStudy = {
      ...smallStudy,
      metamerModels: ['a', 'b', 'c'].map((name) => ({
        name,
        stages: [stage('cochleagram', 2), stage('relu2', 0.5), stage('final', -2)],
      })),
    };
    // Other models lose what humans lose: their answers are drawn anew with the humans' logit.
    const rows = simulateTrials(study).map((row, i) => {
      if (row.observer === 'human' || row.metamer_model === row.observer || row.stage === '') return row;
      const logit = { cochleagram: 2, relu2: 0.5, final: -2 }[String(row.stage)]!;
      const isRight = (i * 0.754877666) % 1 < logistic(logit);
      return { ...row, correct: isRight, response: isRight ? row.target : `not ${row.target}` };
    });
    const { crossModel } = await analyze(rows);
    expect(crossModel.points).toHaveLength(9);
    const point = crossModel.points.find(
      ({ metamerModel, stage: name }) => metamerModel === 'a' && name === 'final',
    )!;
    expect(Object.keys(point.others).sort()).toEqual(['b', 'c']);
    expect(point.othersMean).toBeCloseTo(logistic(-2), 1);
    expect(crossModel.correlations[0]!.spearman).toBeGreaterThan(0.75);
    expect(crossModel.correlations[0]!.rSquared).toBeGreaterThan(0.95);
  });
});
