import { describe, expect, it } from 'vitest';
import { completePlan } from '../../../src/analysis/power/pilot.ts';
import { parsePowerPlan } from '../../../src/analysis/power/plan.ts';
import { powerFigure } from '../../../src/analysis/power/powerReport.ts';
import { type PowerProgress, simulatePower } from '../../../src/analysis/power/simulatePower.ts';
import { logitOfMean, simulateStudy } from '../../../src/analysis/power/simulateStudy.ts';

const stated = {
  participants: [4, 16],
  trialsPerLevel: 8,
  levels: [
    { level: 'natural', human: 0.8, model: 0.9 },
    { level: 'relu4', human: 0.7, model: 0.9 },
    { level: 'final', human: 0.62, model: 0.9 },
  ],
  simulations: 50,
};

describe('simulatePower', () => {
  it('grows with the number of participants', async () => {
    const lines = await simulatePower(completePlan(parsePowerPlan(stated)));
    const power = (participants: number) =>
      lines.find((line) => line.test === 'stage (humans)' && line.participants === participants)!;
    expect(power(16).power).toBeGreaterThan(power(4).power + 0.2);
    expect(power(16).interval.low).toBeLessThan(power(16).power);
    expect(lines.map(({ test }) => test)).toContain('observer × stage');
  });

  it('is near α where there is no effect', async () => {
    const flat = {
      ...stated,
      participants: [10],
      simulations: 80,
      itemSd: 0,
      levels: stated.levels.map((level) => ({ ...level, human: 0.6, model: 0.6 })),
      secondModel: [0.6, 0.6, 0.6],
    };
    const lines = await simulatePower(completePlan(parsePowerPlan(flat)));
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

  it('gives the same for the same seed, in threads as in one, and tells how far it is', async () => {
    const plan = completePlan(parsePowerPlan({ ...stated, participants: [4], simulations: 52 }));
    const heard: PowerProgress[] = [];
    const lines = await simulatePower(plan, { onProgress: (progress) => heard.push(progress) });
    expect(await simulatePower(plan, { threads: 2 })).toEqual(lines);
    expect(heard.map(({ done }) => done)).toEqual([10, 20, 30, 40, 50, 52]);
    expect(new Set(heard.map(({ total }) => total))).toEqual(new Set([52]));
    expect(heard[0]!.secondsLeft).toBeGreaterThan(0);
    expect(heard.at(-1)!.secondsLeft).toBe(0);
  });

  it('simulateStudy joins the answers of thousands of participants to the model’s', () => {
    const { humans, withModel } = simulateStudy(completePlan(parsePowerPlan(stated)), 8000, 0);
    expect(humans.right).toHaveLength(8000 * 24);
    expect(withModel!.right).toHaveLength(8000 * 24 + 72);
    expect(withModel!.listener.slice(-73)).toEqual(Int32Array.from([7999, ...Array<number>(72).fill(-1)]));
  });

  it('logitOfMean centers the distribution so that its mean is the stated proportion', () => {
    expect(logitOfMean(0.8, 0)).toBeCloseTo(Math.log(4), 6);
    expect(logitOfMean(0.8, 1.5)).toBeGreaterThan(Math.log(4));
    expect(logitOfMean(0.5, 3)).toBeCloseTo(0, 6);
  });

  it('draws a figure with a line a test', () => {
    const lines = ['observer × stage', 'stage (humans)'].flatMap((test) =>
      [6, 18].map((participants) => ({
        ...{ participants, test, power: participants / 20, interval: { low: 0.2, high: 0.95 } },
        simulations: 50,
      })),
    );
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
