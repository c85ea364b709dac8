import { describe, expect, it } from 'vitest';
import { simulateTrials, smallStudy } from '../simulateTrials.ts';
import { analyzer, quick } from './analyzer.ts';

const analyze = analyzer();

describe('recognition in noise', () => {
  it('recovers thresholds by background and observer', async () => {
    const curve = (thresholdDb: number) => ({ thresholdDb, deviationDb: 3, guess: 0.005, lapse: 0.03 });
    const rows = simulateTrials({
      ...smallStudy,
      participants: 12,
      sources: 40,
      metamerModels: [{ name: 'cochcnn9', stages: smallStudy.metamerModels[0]!.stages.slice(0, 2) }],
      noise: {
        backgrounds: {
          babble8: { human: curve(-4), model: curve(1) },
          music: { human: curve(-7), model: curve(-2) },
        },
        snrsDb: [-12, -9, -6, -3, 0, 3, 6],
        trials: 30,
      },
    });
    const { inNoise } = await analyze(rows, { ...quick, chance: { word: 0.005 } });
    expect(inNoise.fits).toHaveLength(4);
    for (const [background, observer, threshold] of [
      ['babble8', 'human', -4],
      ['babble8', 'cochcnn9', 1],
      ['music', 'human', -7],
      ['music', 'cochcnn9', -2],
    ] as const) {
      const fit = inNoise.fits.find(
        (entry) => entry.background === background && entry.observer === observer,
      )!;
      expect(fit.intervals.threshold.low, `${background} ${observer}`).toBeLessThan(threshold);
      expect(fit.intervals.threshold.high, `${background} ${observer}`).toBeGreaterThan(threshold);
      expect(Math.abs(fit.parameters.threshold - threshold)).toBeLessThan(observer === 'human' ? 0.6 : 2);
    }
    const babble = inNoise.comparisons.find(
      ({ first, second }) => first.background === 'babble8' && second.observer === 'cochcnn9',
    )!;
    expect(babble.interval.high).toBeLessThan(0);
    expect(inNoise.notes).toEqual([
      expect.stringMatching(
        /difference of people’s thresholds in two backgrounds covered 98 %: they are cautious/,
      ),
      expect.stringMatching(/variance of people’s thresholds.* covered 98 %: they are cautious/),
    ]);
  });

  it('has cautions for the intervals that it gives alone', async () => {
    const human = { thresholdDb: -4, deviationDb: 3, guess: 0.005, lapse: 0.03 };
    const noise = { backgrounds: { babble8: { human, model: human } }, snrsDb: [-9, -3, 3], trials: 12 };
    const rows = simulateTrials({ ...smallStudy, participants: 4, sources: 40, noise });
    const { inNoise } = await analyze(rows, { ...quick, chance: { word: 0.005 } });
    expect(inNoise.notes).toHaveLength(1);
    expect(inNoise.notes[0]).toContain('variance of people’s thresholds');
  });
});
