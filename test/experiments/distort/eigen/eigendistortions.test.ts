import { expect, test } from 'vitest';
import { settledEigen } from '../../../../src/experiments/distort/eigen/eigendistortions.ts';
import { tinyModel } from '../../../tinyModel.ts';

test.each<[number[], boolean]>([
  [[-120, 20], true],
  [[-121], false],
  [[-40, 20.5], false],
  [[Number.NaN], false],
  [[], false],
])('eigendistortions takes levels of %j dB: %s', (levelsDb, isTaken) => {
  const settle = () => settledEigen(tinyModel(), { stage: 'conv3', levelsDb });
  if (isTaken) expect(settle().levelsDb).toEqual(levelsDb);
  else expect(settle).toThrow('levelsDb must be levels from -120 to 20 dB re the sound');
});
