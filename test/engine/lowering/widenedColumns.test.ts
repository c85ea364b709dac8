import { expect, test } from 'vitest';
import { createGraph } from '../../../src/engine/graph.ts';
import { targetIn } from '../../../src/engine/lowering/lowering.ts';
import { withZeroColumns } from '../../../src/engine/lowering/widenedColumns.ts';

test('withZeroColumns asks once for what makes a value, however many choices are made of it', () => {
  const target = targetIn(createGraph());
  const asked: string[] = [];
  const counting = {
    ...target,
    makerOf(name: string) {
      asked.push(name);
      return target.makerOf(name);
    },
  };
  let x = target.node('Add', ['image', 'image']);
  for (let i = 0; i < 8; i++) {
    const isAbove = target.node('Greater', [x, target.floats([0], [])]);
    x = target.node('Where', [isAbove, x, target.node('Relu', [x])]);
  }
  expect(withZeroColumns(counting, x)).toBeUndefined();
  expect(asked.length).toBe(1 + 8 * 3);
});
