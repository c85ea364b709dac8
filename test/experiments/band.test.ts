import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { compile } from '../../src/engine/compile.ts';
import { bandFilter, bandFilterInGraph, checkBand } from '../../src/experiments/band.ts';
import { expectAllClose, relativeError } from '../expectAllClose.ts';

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

test.each([800, 601, 2053])(
  'bandFilterInGraph keeps of %i samples what bandFilter keeps',
  async (samples) => {
    // Both ends are bins, and the upper one is half the rate where there is such a bin.
    const band = { lowHz: 400, highHz: samples === 800 ? 4000 : 2500 };
    const random = createRandom(2);
    const sounds = [0, 1].map(() => Float32Array.from({ length: samples }, () => random.normal()));
    const filter = bandFilterInGraph(band, samples, 8000);
    const program = await compile(
      ({ x }) => ({ y: filter(x) }),
      { x: { shape: [2, samples] } },
      { threads: 1 },
    );
    const { y } = await program.run({ x: Float32Array.from(sounds.flatMap((sound) => [...sound])) });
    await program.release();
    const expected = sounds.flatMap((sound) => [...bandFilter(band, samples, 8000)(sound)]);
    expect(relativeError(y, expected)).toBeLessThan(1e-5);
  },
);
