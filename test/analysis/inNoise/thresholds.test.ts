import { expect, test } from 'vitest';
import { type NoiseAnswers, noiseCounts } from '../../../src/analysis/inNoise/noiseAnswers.ts';
import { compareThresholds } from '../../../src/analysis/inNoise/thresholds.ts';
import { createRandom } from '../../../src/base/random.ts';
import type { PsychometricFit } from '../../../src/statistics/psychometric/fit.ts';
import { normalCdf } from '../../../src/statistics/special/normal.ts';

const snrsDb = [-9, -6, -3, 0, 3, 6, 9];

/** Humans in two backgrounds and two models in one; listeners' thresholds differ by `spreadDb`. */
function simulate(spreadDb: number, thresholdsDb: Record<string, number>): NoiseAnswers {
  const random = createRandom(7);
  const [listeners, sources] = [16, 42];
  const own = Array.from({ length: listeners }, () => spreadDb * random.normal());
  const center = own.reduce((sum, value) => sum + value, 0) / listeners;
  const curves = Object.entries(thresholdsDb).map(([name, threshold]) => {
    const [observer, background] = name.split(' ') as [string, string];
    const people = observer === 'human' ? own.map((shift) => shift - center) : [0];
    const rows = people.flatMap((shift, listener) =>
      Array.from({ length: sources }, (_, source) => {
        const level = (source + listener) % snrsDb.length;
        const p = 0.01 + 0.97 * normalCdf((snrsDb[level]! - threshold - shift) / 2.4);
        return { listener, source, level, right: Number(random.uniform() < p) };
      }),
    );
    const column = (key: 'source' | 'level') => Int32Array.from(rows, (row) => row[key]);
    return {
      ...{ observer, background, snrsDb },
      listener: Int32Array.from(rows, ({ listener }) => (observer === 'human' ? listener : -1)),
      source: column('source'),
      level: column('level'),
      right: Uint8Array.from(rows, ({ right }) => right),
    };
  });
  return { task: 'word', listeners, sources, curves };
}

/** A fit at the true parameters' neighborhood: what the bootstrap starts from, without a posterior on a grid. */
const thresholdsOf = (answers: NoiseAnswers, at: Record<string, number>) =>
  compareThresholds(
    answers,
    answers.curves.map((curve) => ({
      curve,
      fit: {
        parameters: {
          threshold: at[`${curve.observer} ${curve.background}`]!,
          ...{ width: 8, lapse: 0.02, guess: 0.01, overdispersion: 0 },
        },
        levels: noiseCounts(curve),
      } as unknown as PsychometricFit,
    })),
    { random: createRandom(1), resamples: 200 },
  );

const truth = { 'human babble': -2, 'human music': 0, 'a babble': -2, 'b babble': 3 };

test('thresholds that differ by listener have wider intervals than those that do not', () => {
  const width = (spreadDb: number) => {
    const { threshold } = thresholdsOf(simulate(spreadDb, truth), truth).intervals[0]!;
    expect(threshold.low).toBeLessThan(-2);
    expect(threshold.high).toBeGreaterThan(-2);
    return threshold.high - threshold.low;
  };
  expect(width(3)).toBeGreaterThan(1.5 * width(0));
});

test('observers are compared in one background, people in two; Holm within each kind', () => {
  const { differences } = thresholdsOf(simulate(1, truth), truth);
  const named = (place: { observer: string; background: string }) => `${place.observer} ${place.background}`;
  expect(differences.map(({ first, second }) => `${named(first)} − ${named(second)}`)).toEqual([
    'human babble − human music',
    'human babble − a babble',
    'human babble − b babble',
    'a babble − b babble',
  ]);
  const [backgrounds, alike, unlike, models] = differences;
  expect(backgrounds!.p).toBeLessThan(0.01);
  expect(backgrounds!.pHolm).toBe(backgrounds!.p);
  expect(alike!.p).toBeGreaterThan(0.05);
  expect(unlike!.pHolm).toBeCloseTo(2 * unlike!.p, 12);
  expect(models!.interval.high).toBeLessThan(0);
});

test('a model’s threshold is held against the spread of people’s', () => {
  const { withinPeople } = thresholdsOf(simulate(2, truth), truth);
  const [inside, outside] = withinPeople;
  expect(withinPeople.map(({ observer }) => observer)).toEqual(['a', 'b']);
  // Variance 4 dB²; the first model stands at the mean of people, the second 5 dB off.
  expect(inside!.variance).toBeGreaterThan(1);
  expect(inside!.variance).toBeLessThan(7);
  expect(inside!.excess).toBeCloseTo(inside!.squaredDistance - inside!.variance, 9);
  expect(inside!.excess).toBeLessThan(0);
  expect(outside!.squaredDistance).toBeGreaterThan(12);
  expect(outside!.excessInterval.low).toBeGreaterThan(0);
});
