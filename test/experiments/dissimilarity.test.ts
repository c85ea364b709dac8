import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import {
  correlationMatrix,
  matrixAgreement,
  matrixAgreementInterval,
  stageAgreement,
} from '../../src/experiments/dissimilarity.ts';
import { expectAllClose } from '../expectAllClose.ts';

interface Reference {
  sounds: number;
  widths: { one: number[]; other: number[] };
  firstMatrix: number[][];
  agreement: number[][];
}

const reference = JSON.parse(
  readFileSync(new URL('../reference/dissimilarity.json', import.meta.url), 'utf8'),
) as Reference;

/** The formula of dissimilarity.py. */
function featuresOf(name: 'one' | 'other') {
  return reference.widths[name].map((width, index) => {
    const phase = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) + 3 * index;
    const values = Float64Array.from({ length: reference.sounds * width }, (_, i) => {
      const [sound, unit] = [Math.floor(i / width), i % width];
      return Math.sin(0.7 * sound * ((unit % 3) + 1)) + 0.8 * Math.sin(12.9898 * (i + 1) + phase);
    });
    return { stage: `${name} ${index}`, width, values };
  });
}

test('agreement of stages is that of SciPy: correlation distances, Spearman over pairs of sounds', () => {
  const [one, other] = [featuresOf('one'), featuresOf('other')];
  const matrix = correlationMatrix(one[0]!.values, one[0]!.width);
  expectAllClose(matrix.flat(), reference.firstMatrix.flat(), { atol: 1e-12 });
  expectAllClose(stageAgreement(one, other).flat(), reference.agreement.flat(), { atol: 1e-12 });
});

test('matrixAgreement counts each pair of the asked sounds once, the diagonal not at all', () => {
  const one = [
    [9, 1, 2, 50],
    [1, 9, 3, 60],
    [2, 3, 9, 70],
    [50, 60, 70, 9],
  ];
  const other = [
    [0, 10, 30, 3],
    [10, 0, 20, 2],
    [30, 20, 0, 1],
    [3, 2, 1, 0],
  ];
  // Pairs 1, 2, 3 against 10, 30, 20: one place of three is changed with its neighbor.
  expect(matrixAgreement(one, other, [0, 1, 2])).toBeCloseTo(0.5, 12);
});

test('matrixAgreementInterval is narrow where matrices are of one order, and holds the agreement where they are not', () => {
  const sounds = Array.from({ length: 24 }, (_, i) => i);
  const random = createRandom(4);
  const places = sounds.map(() => random.normal());
  const matrix = (noise: number) =>
    sounds.map((i) =>
      sounds.map((j) => Math.exp(-Math.abs(places[i]! - places[j]!)) + noise * random.normal()),
    );
  const clean = matrix(0);
  const squared = clean.map((row) => row.map((value) => value ** 2));
  const same = matrixAgreementInterval(clean, squared, createRandom(1));
  expect(same.low).toBeCloseTo(1, 9);
  expect(same.high).toBeCloseTo(1, 9);

  const noisy = matrix(0.3);
  const { low, high } = matrixAgreementInterval(clean, noisy, createRandom(1));
  const agreement = matrixAgreement(clean, noisy, sounds);
  expect(low).toBeLessThan(agreement);
  expect(high).toBeGreaterThan(agreement);
  expect(high - low).toBeGreaterThan(0.05);
  expect(high - low).toBeLessThan(0.5);
});

test('matrixAgreementInterval leaves the diagonal out: a sound that is drawn twice makes no pair with itself', () => {
  const withDiagonal = (value: number) => [
    [value, 1, 2, 4],
    [1, value, 3, 5],
    [2, 3, value, 6],
    [4, 5, 6, value],
  ];
  const reversed = withDiagonal(9).map((row) => row.map((value) => -value));
  const { low, high } = matrixAgreementInterval(withDiagonal(9), reversed, createRandom(1));
  expect([low, high]).toEqual([expect.closeTo(-1, 9), expect.closeTo(-1, 9)]);
});
