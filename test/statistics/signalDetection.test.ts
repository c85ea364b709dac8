import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { criterionCorrelation } from '../../src/statistics/criterionSpread.ts';
import {
  detectionOf,
  differencingDistance,
  forcedChoiceProportion,
  forcedChoiceSensitivity,
  independentObservationDistance,
  unpooledRates,
} from '../../src/statistics/signalDetection.ts';
import { normalCdf } from '../../src/statistics/special/normal.ts';
import reference from '../reference/signalDetection.json' with { type: 'json' };

describe('detectionOf', () => {
  it('adds half an answer of each kind (Hautus 1995)', () => {
    const { hitRate, falseAlarmRate, sensitivity, criterion } = detectionOf({
      hits: 10,
      signalTrials: 10,
      falseAlarms: 0,
      noiseTrials: 4,
    });
    expect([hitRate, falseAlarmRate]).toEqual([10.5 / 11, 0.1]);
    // qnorm(10.5/11) = 1.6906216, qnorm(.1) = −1.2815516
    expect(sensitivity).toBeCloseTo(2.9721732, 6);
    expect(criterion).toBeCloseTo(-0.204535, 6);
  });

  it('keeps d′ where only the criterion moves', () => {
    const at = (criterion: number) =>
      detectionOf({
        hits: 1e6 * normalCdf(0.75 - criterion),
        signalTrials: 1e6,
        falseAlarms: 1e6 * normalCdf(-0.75 - criterion),
        noiseTrials: 1e6,
      });
    for (const criterion of [-1, 0, 0.8]) {
      expect(at(criterion).sensitivity).toBeCloseTo(1.5, 4);
      expect(at(criterion).criterion).toBeCloseTo(criterion, 4);
    }
  });

  it('is undefined without trials of either kind', () => {
    const counts = { hits: 1, signalTrials: 2, falseAlarms: 0, noiseTrials: 0 };
    expect(detectionOf(counts).sensitivity).toBeNaN();
    expect(detectionOf({ ...counts, signalTrials: 0, noiseTrials: 3 }).criterion).toBeNaN();
  });
});

describe('choice among m alternatives', () => {
  it.each(reference.choices as [number, number, number][])(
    '%f of %i alternatives is d′ %f (R)',
    (p, m, d) => {
      expect(forcedChoiceSensitivity(p, m)).toBeCloseTo(d, 7);
      expect(forcedChoiceProportion(d, m)).toBeCloseTo(p, 7);
    },
  );

  it('is √2 z(p) for two alternatives, and 0 at chance', () => {
    expect(forcedChoiceProportion(1, 2)).toBeCloseTo(normalCdf(1 / Math.SQRT2), 12);
    for (const m of [2, 5, 64]) expect(forcedChoiceSensitivity(1 / m, m)).toBeCloseTo(0, 8);
  });

  it('has no bound when everything or nothing is right', () => {
    expect(forcedChoiceSensitivity(1, 4)).toBe(Number.POSITIVE_INFINITY);
    expect(forcedChoiceSensitivity(0, 4)).toBe(Number.NEGATIVE_INFINITY);
    expect(forcedChoiceSensitivity(Number.NaN, 4)).toBeNaN();
  });
});

describe('pairs of sounds', () => {
  it.each(reference.differencing as [number, number, number][])(
    'hits %f and false alarms %f are d′ %f by differencing (R)',
    (hitRate, falseAlarmRate, d) => {
      expect(differencingDistance({ hitRate, falseAlarmRate })).toBeCloseTo(d, 6);
    },
  );

  it('are not told apart where hits are no more than false alarms', () => {
    expect(differencingDistance({ hitRate: 0.3, falseAlarmRate: 0.3 })).toBe(0);
    expect(differencingDistance({ hitRate: 0.2, falseAlarmRate: 0.3 })).toBe(0);
    expect(independentObservationDistance(-0.2)).toBe(0);
    expect(differencingDistance({ hitRate: Number.NaN, falseAlarmRate: 0.3 })).toBeNaN();
    expect(independentObservationDistance(Number.NaN)).toBeNaN();
  });

  it('by independent observations: the best share correct is Φ(d/2)² + Φ(−d/2)²', () => {
    const d = independentObservationDistance(1.2);
    expect(normalCdf(d / 2) ** 2 + normalCdf(-d / 2) ** 2).toBeCloseTo(normalCdf(0.6), 9);
  });
});

describe('criterionCorrelation', () => {
  /** Listeners whose criteria vary by `sd` answer `trials` trials of each condition. */
  function simulate(sd: number, { listeners = 3000, trials = 12, conditions = [-0.8, 0, 0.6] } = {}) {
    const random = createRandom(3);
    const cells = listeners * conditions.length;
    const yes = new Float64Array(cells);
    for (let listener = 0; listener < listeners; listener++) {
      const criterion = sd * random.normal();
      conditions.forEach((mean, condition) => {
        for (let i = 0; i < trials; i++)
          if (random.normal() + mean > criterion) yes[listener * conditions.length + condition]! += 1;
      });
    }
    const all = new Float64Array(cells).fill(trials);
    return {
      conditions: conditions.length,
      weight: new Float64Array(listeners).fill(1),
      ...{ trials: all, yes, squaredTrials: all, squaredYes: yes },
    };
  }

  it.each([0.3, 0.6, 1.5])('finds criteria that vary by %f', (sd) => {
    const rho = criterionCorrelation(simulate(sd));
    expect(Math.sqrt(rho / (1 - rho)) / sd).toBeCloseTo(1, 1);
  });

  it('is 0 for equal criteria, and for one listener', () => {
    expect(criterionCorrelation(simulate(0))).toBeLessThan(0.01);
    expect(criterionCorrelation(simulate(1, { listeners: 1 }))).toBe(0);
  });

  it('gives back the d′ that pooling takes away', () => {
    // Pooled over criteria of standard deviation .75, z is divided by √(1 + .75²) = 1.25.
    const pooled = { hitRate: normalCdf(1 / 1.25), falseAlarmRate: normalCdf(-0.5 / 1.25) };
    const { hitRate, falseAlarmRate } = unpooledRates(pooled, 0.5625 / 1.5625);
    expect(hitRate).toBeCloseTo(normalCdf(1), 9);
    expect(falseAlarmRate).toBeCloseTo(normalCdf(-0.5), 9);
  });
});
