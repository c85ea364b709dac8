import { expect, it } from 'vitest';
import { remembered } from '../../src/base/remembered.ts';

it('remembered makes one value of each object, also where it is undefined', () => {
  let made = 0;
  const lengthOf = remembered((values: number[]) => {
    made += 1;
    return values.length || undefined;
  });
  const [first, second, empty]: number[][] = [[1, 2], [3], []];
  expect([first, second, first, empty, empty].map((values) => lengthOf(values!))).toEqual([
    2,
    1,
    2,
    undefined,
    undefined,
  ]);
  expect(made).toBe(3);
});
