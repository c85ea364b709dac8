import { expect, test } from 'vitest';
import { gatheredCurve } from './gatheredCurve.ts';

test('gatheredCurve counts the steps of each phase from where the one before ended', () => {
  const line = (step: number) => ({
    ...{ step, loss: 1, gradientNorm: 1, learningRate: 1e-3, accuracy: {}, clipsPerSecond: 50 },
  });
  const curve = gatheredCurve([[line(20), line(30)], [line(20)], [line(5), line(10)]]);
  expect(curve.map(({ step }) => step)).toEqual([20, 30, 50, 55, 60]);
});
