import { expect, test } from 'vitest';
import { bandFilter, checkBand } from '../../src/experiments/band.ts';
import { expectAllClose } from '../expectAllClose.ts';

test.each<[number, number, boolean]>([
  [0, 4000, true],
  [0, 1, true],
  [-1, 4000, false],
  [0, 4001, false],
  [1000, 1000, false],
  [1001, 1000, false],
  [Number.NaN, 1000, false],
])('checkBand takes %f to %f Hz of sounds at 8000 Hz: %s', (lowHz, highHz, isTaken) => {
  const check = () => checkBand({ lowHz, highHz }, 8000);
  if (isTaken) expect(check).not.toThrow();
  else expect(check).toThrow('the band must lie between 0 and half of the rate, 4000 Hz');
});

test.each<[number, boolean]>([
  [990, false],
  [1000, true],
  [1500, true],
  [2000, true],
  [2010, false],
])('bandFilter from 1000 to 2000 Hz, its ends included, keeps %i Hz: %s', (hertz, isKept) => {
  const tone = Float32Array.from({ length: 800 }, (_, t) => Math.cos((2 * Math.PI * hertz * t) / 8000));
  const heard = bandFilter({ lowHz: 1000, highHz: 2000 }, 800, 8000)(tone);
  expectAllClose(heard, isKept ? tone : new Float32Array(800), { rtol: 0, atol: 1e-5 });
});
