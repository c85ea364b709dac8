import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import {
  type Contributions,
  combinedVariance,
  differenceInterval,
  proportionInterval,
  twoFactorVariance,
} from '../../../src/statistics/estimates/twoFactor.ts';
import {
  fisherScale,
  plainScale,
  twoFactorBootstrap,
} from '../../../src/statistics/estimates/twoFactorBootstrap.ts';

/** Two listeners × two sources; shares of a mean of four. */
const table = (values: [number, number, number, number]): Contributions => ({
  listener: Int32Array.of(0, 0, 1, 1),
  source: Int32Array.of(0, 1, 0, 1),
  value: Float64Array.from(values, (value) => (value - values.reduce((a, b) => a + b) / 4) / 4),
});

test('twoFactorVariance takes the shared noise off once', () => {
  // Deviations / 4: −.75, −.25, −.25, 1.25; listeners −1, 1; sources −1, 1; cells .5625 + .0625 + .0625 + 1.5625.
  expect(twoFactorVariance(table([0, 2, 2, 8]))).toEqual({
    variance: 2 * 2 + 2 * 2 - 2.25,
    degreesOfFreedom: 5.75 ** 2 / (4 ** 2 + 4 ** 2),
    listeners: 2,
    sources: 2,
  });
});

test('twoFactorVariance sums what one listener answers to one source before it is squared', () => {
  const once = table([0, 2, 2, 8]);
  const twice: Contributions = {
    listener: Int32Array.of(...once.listener, ...once.listener),
    source: Int32Array.of(...once.source, ...once.source),
    value: Float64Array.of(...once.value, ...once.value).map((value) => value / 2),
  };
  expect(twoFactorVariance(twice).variance).toBeCloseTo(twoFactorVariance(once).variance, 12);
});

test('twoFactorVariance of a model is that over sources; one listener has none', () => {
  const model = {
    ...table([0, 1, 1, 1]),
    listener: new Int32Array(4).fill(-1),
    source: Int32Array.of(0, 1, 2, 3),
  };
  // p (1 − p) / n × n / (n − 1)
  expect(twoFactorVariance(model).variance).toBeCloseTo((0.75 * 0.25) / 3, 12);
  expect(twoFactorVariance({ ...model, listener: new Int32Array(4) }).variance).toBeNaN();
});

test('combinedVariance never falls below the variance over sources', () => {
  const parts = { ofListeners: 1, ofSources: 3, shared: 2, listeners: 10, sources: 20 };
  expect(combinedVariance(parts).variance).toBe(3);
  expect(combinedVariance({ ...parts, shared: 0.5 }).variance).toBe(3.5);
  expect(combinedVariance({ ...parts, listeners: 0, ofListeners: 0, shared: 0 }).variance).toBe(3);
});

test('combinedVariance of products never falls below the smaller of the two', () => {
  const parts = { ofListeners: 1, ofSources: 3, shared: 3.5, listeners: 10, sources: 20, isOfProducts: true };
  expect(combinedVariance(parts).variance).toBe(1);
  expect(combinedVariance({ ...parts, ofListeners: 4 }).variance).toBe(3.5);
});

test('twoFactorBootstrap of a mean tends to twoFactorVariance, and draws what it says', () => {
  const random = createRandom(2);
  const [listeners, sources] = [8, 12];
  const ability = Float64Array.from({ length: listeners }, () => random.normal());
  const ease = Float64Array.from({ length: sources }, () => random.normal());
  const answers = [...Array(listeners * sources).keys()].map((k) => ({
    listener: k % listeners,
    source: Math.floor(k / listeners),
    value: ability[k % listeners]! + ease[Math.floor(k / listeners)]! + 0.5 * random.normal(),
  }));
  const mean = answers.reduce((sum, { value }) => sum + value, 0) / answers.length;
  const [estimate] = twoFactorBootstrap(
    { listeners, sources },
    (w, v) => {
      let [sum, weight] = [0, 0];
      for (const answer of answers) {
        const own = w[answer.listener]! * v[answer.source]!;
        sum += own * answer.value;
        weight += own;
      }
      return [sum / weight];
    },
    { random, resamples: 4000, scales: [plainScale] },
  );
  const { variance } = twoFactorVariance({
    listener: Int32Array.from(answers, ({ listener }) => listener),
    source: Int32Array.from(answers, ({ source }) => source),
    value: Float64Array.from(answers, ({ value }) => (value - mean) / answers.length),
  });
  expect(estimate!.estimate).toBeCloseTo(mean, 12);
  expect(estimate!.standardError / Math.sqrt(variance)).toBeCloseTo(1, 1);
  expect(estimate!.interval.high - mean).toBeCloseTo(mean - estimate!.interval.low, 12);
});

test('twoFactorBootstrap leaves what is undefined out and says how often', () => {
  const [estimate] = twoFactorBootstrap(
    { listeners: 0, sources: 2 },
    (_, [first, second]) => [first === 0 ? Number.NaN : (first! - second!) / 4],
    { random: createRandom(1), resamples: 2000, scales: [fisherScale] },
  );
  expect(estimate!.defined).toBeCloseTo(0.75, 1);
  expect(
    Math.tanh((Math.atanh(estimate!.interval.low) + Math.atanh(estimate!.interval.high)) / 2),
  ).toBeCloseTo(0);
});

test('proportionInterval is Wilson’s for a model, and rests on the sources where all are right', () => {
  const model = { variance: (0.5 * 0.5) / 20, degreesOfFreedom: 19, listeners: 0, sources: 20 };
  // R: prop.test(10, 20, correct = FALSE), prop.test(20, 20, correct = FALSE)
  expect(proportionInterval(0.5, model).low).toBeCloseTo(0.299298, 6);
  const allRight = proportionInterval(1, { ...model, variance: 0 });
  expect(allRight.low).toBeCloseTo(0.8388748, 6);
  expect(allRight.high).toBe(1);
  // Sums of twenty twentieths are neither one nor without variance to the last bit.
  const rounded = proportionInterval(1 + 2e-16, { ...model, variance: 3e-33 });
  expect(rounded.low).toBeCloseTo(0.8388748, 6);
  const people = proportionInterval(0.5, { ...model, listeners: 10 });
  expect(people.low).toBeLessThan(0.299);
  expect(proportionInterval(0.5, { ...model, variance: Number.NaN }).low).toBeNaN();
});

test('differenceInterval adds the reaches of two intervals, less what they share', () => {
  const first = { estimate: 0.8, interval: { low: 0.7, high: 0.85 } };
  const second = { estimate: 0.5, interval: { low: 0.4, high: 0.55 } };
  expect(differenceInterval(first, second, 0).low).toBeCloseTo(0.3 - Math.hypot(0.1, 0.05), 12);
  expect(differenceInterval(first, second, 0).high).toBeCloseTo(0.3 + Math.hypot(0.05, 0.1), 12);
  expect(differenceInterval(first, second, 1).low).toBeCloseTo(0.3 - 0.05, 12);
});
