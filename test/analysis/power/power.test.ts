import { describe, expect, it } from 'vitest';
import { completePlan } from '../../../src/analysis/power/pilot.ts';
import { parsePowerPlan } from '../../../src/analysis/power/plan.ts';
import { powerFigure } from '../../../src/analysis/power/powerReport.ts';
import { logitOfMean, simulatePower } from '../../../src/analysis/power/simulatePower.ts';

const stated = {
  participants: [6, 18],
  trialsPerLevel: 12,
  levels: [
    { level: 'natural', human: 0.8, model: 0.9 },
    { level: 'relu4', human: 0.7, model: 0.9 },
    { level: 'final', human: 0.62, model: 0.9 },
  ],
  simulations: 80,
};

describe('simulatePower', () => {
  it('grows with the number of participants', () => {
    const lines = simulatePower(completePlan(parsePowerPlan(stated)));
    const power = (participants: number) =>
      lines.find((line) => line.test === 'stage (humans)' && line.participants === participants)!;
    expect(power(18).power).toBeGreaterThan(power(6).power + 0.2);
    expect(power(18).interval.low).toBeLessThan(power(18).power);
    expect(lines.map(({ test }) => test)).toContain('observer × stage');
  });

  it('is near α where there is no effect', () => {
    const flat = {
      ...stated,
      participants: [15],
      itemSd: 0,
      levels: stated.levels.map((level) => ({ ...level, human: 0.6, model: 0.6 })),
      secondModel: [0.6, 0.6, 0.6],
    };
    const lines = simulatePower(completePlan(parsePowerPlan(flat)));
    for (const test of [
      'observer × stage',
      'observer',
      'stage (humans)',
      'metamer model (humans)',
      'stage × metamer model (humans)',
    ]) {
      const { power } = lines.find((line) => line.test === test)!;
      // 80 simulations: 0.05 + 3 standard errors
      expect(power, test).toBeLessThan(0.125);
    }
  });

  it('gives the same for the same seed', () => {
    const plan = completePlan(parsePowerPlan({ ...stated, simulations: 50 }));
    expect(simulatePower(plan)).toEqual(simulatePower(plan));
  });

  it('logitOfMean centers the distribution so that its mean is the stated proportion', () => {
    expect(logitOfMean(0.8, 0)).toBeCloseTo(Math.log(4), 6);
    expect(logitOfMean(0.8, 1.5)).toBeGreaterThan(Math.log(4));
    expect(logitOfMean(0.5, 3)).toBeCloseTo(0, 6);
  });

  it('draws a figure with a line a test', () => {
    const lines = simulatePower(completePlan(parsePowerPlan({ ...stated, simulations: 50 })));
    const svg = powerFigure(lines);
    expect(svg).toMatch(/^<svg /);
    for (const test of ['observer × stage', 'stage (humans)']) expect(svg).toContain(`>${test}<`);
  });
});

describe('plans', () => {
  it('are refused with the field and the remedy', () => {
    expect(() => parsePowerPlan({ ...stated, participants: [2] }, 'plan.json')).toThrow(
      /^plan\.json: field 'participants\.0' must be ≥ 3, got 2; correct it/,
    );
    const { levels: _, ...open } = stated;
    expect(() => completePlan(parsePowerPlan(open))).toThrow(
      "plan: field 'levels' must state the expected proportions; add it, or give pilot trials",
    );
    expect(() => completePlan(parsePowerPlan({ ...stated, secondModel: [0.5] }))).toThrow(
      "plan: field 'secondModel' must have one proportion per level, 3, got 1; correct it",
    );
  });
});
