import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { correlationMatrix, matrixAgreement, stageAgreement } from '../../src/experiments/dissimilarity.ts';
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
