import { expect, test } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { personProducts } from '../../../src/statistics/estimates/personProducts.ts';

const ones = (length: number) => new Float64Array(length).fill(1);
const plain = { listeners: ones(2), sources: ones(2) };

/** Two listeners on two sources. */
const rows = (value: number[]) => ({
  listener: Int32Array.of(0, 0, 1, 1),
  source: Int32Array.of(0, 1, 0, 1),
  value: Float64Array.from(value),
  unit: ones(4),
});

test('personProducts multiplies what one person, or two, made of two different sources', () => {
  const { within, between } = personProducts(rows([2, 3, 5, 7]), plain);
  // 2 · 3 and 5 · 7; 2 · 7 and 3 · 5.
  expect(within).toBeCloseTo((2 * 3 + 5 * 7) / 2, 12);
  expect(between).toBeCloseTo((2 * 7 + 3 * 5) / 2, 12);
});

test('personProducts divides by the units that the values are in', () => {
  const table = rows([2, 3, 5, 7]);
  const { within, between } = personProducts({ ...table, unit: Float64Array.of(1, 2, 3, 4) }, plain);
  expect(within).toBeCloseTo((2 * 3 + 5 * 7) / (1 * 2 + 3 * 4), 12);
  expect(between).toBeCloseTo((2 * 7 + 3 * 5) / (1 * 4 + 2 * 3), 12);
});

test('personProducts makes no pair of a person or source drawn twice with itself', () => {
  const table = rows([2, 3, 5, 7]);
  const twice = (listeners: number[], sources: number[]) =>
    personProducts(table, { listeners: Float64Array.from(listeners), sources: Float64Array.from(sources) });
  expect(twice([2, 1], [1, 1]).within).toBeCloseTo((2 * 2 * 3 + 5 * 7) / 3, 12);
  expect(twice([2, 0], [1, 1]).between).toBeNaN();
  expect(twice([1, 1], [2, 0]).within).toBeNaN();
  expect(twice([2, 1], [2, 1]).between).toBeCloseTo((2 * 7 + 3 * 5) / 2, 12);
});

test('personProducts estimates the variance of people without noise of answers or sources', () => {
  const random = createRandom(1);
  let sum = 0;
  const studies = 400;
  for (let study = 0; study < studies; study++) {
    const people = Array.from({ length: 12 }, () => 0.1 * random.normal());
    const sources = Array.from({ length: 8 }, () => 0.3 * random.normal());
    const cells = people.flatMap((_, listener) => sources.map((_source, source) => ({ listener, source })));
    const { within, between } = personProducts(
      {
        listener: Int32Array.from(cells, ({ listener }) => listener),
        source: Int32Array.from(cells, ({ source }) => source),
        value: Float64Array.from(
          cells,
          ({ listener, source }) => 0.5 + people[listener]! + sources[source]! + 0.4 * random.normal(),
        ),
        unit: ones(cells.length),
      },
      { listeners: ones(12), sources: ones(8) },
    );
    sum += within - between;
  }
  // Variance .01; its estimates scatter by .009 or so, their mean by .0005.
  expect(Math.abs(sum / studies - 0.01)).toBeLessThan(0.002);
});
