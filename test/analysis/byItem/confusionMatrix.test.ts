import { expect, test } from 'vitest';
import { confusionCells, confusionLikeness } from '../../../src/analysis/byItem/confusionMatrix.ts';
import { createRandom } from '../../../src/base/random.ts';

/** Answers of two observers, as many in each row, with rows' answers in the whole study. */
const rows = [
  { own: [3, 1, 0, 2], others: [2, 0, 3, 1], whole: 6 },
  { own: [0, 4, 1, 5], others: [1, 6, 0, 3], whole: 5 },
  { own: [2, 0, 2, 0], others: [0, 1, 2, 1], whole: 8 },
];
const fewAnswers = { own: [0, 9, 0, 0], others: [0, 0, 0, 9], whole: 4 };
const answers = 4;

/** By the definitions, over every cell of the matrices. */
function byDefinition(matrix: typeof rows) {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const cells = matrix.flatMap(({ own, others, whole }, target) => {
    const total = sum(own);
    return own.map((count, answer) => {
      const [p, q] = [count / total, others[answer]! / total];
      return { p, q, total, share: total / whole, isRight: answer === target };
    });
  });
  const weight = sum(matrix.map(({ own }) => sum(own)));
  const bits = (p: number, q: number) => (p === 0 ? 0 : (p * Math.log2((2 * p) / (p + q))) / 2);
  const off = cells.filter(({ isRight }) => !isRight);
  const mean = (of: (cell: (typeof off)[number]) => number) =>
    sum(off.map((cell) => cell.share * of(cell))) / sum(off.map(({ share }) => share));
  const [x, y] = [mean(({ p }) => p), mean(({ q }) => q)];
  const product = (a: (cell: (typeof off)[number]) => number, b: typeof a) =>
    mean((cell) => a(cell) * b(cell));
  const [dx, dy] = [({ p }: (typeof off)[number]) => p - x, ({ q }: (typeof off)[number]) => q - y];
  return {
    targets: matrix.length,
    offDiagonalCorrelation: product(dx, dy) / Math.sqrt(product(dx, dx) * product(dy, dy)),
    jensenShannonBits: sum(cells.map(({ p, q, total }) => total * (bits(p, q) + bits(q, p)))) / weight,
    totalVariation: sum(cells.map(({ p, q, total }) => (total * Math.abs(p - q)) / 2)) / weight,
  };
}

function likeness(matrix: typeof rows, isInWhole = true) {
  const used = matrix.flatMap(({ own, others }, target) =>
    own.flatMap((count, answer): [number, number][] =>
      count + others[answer]! > 0 ? [[target, answer]] : [],
    ),
  );
  const cells = { ...confusionCells(createRandom(2).shuffled(used)), answers };
  const others = new Float64Array(used.length);
  const given: number[] = [];
  const weights: number[] = [];
  const wholes = new Float64Array(matrix.length);
  matrix.forEach((row, target) => {
    row.others.forEach((count, answer) => {
      const cell = cells.cellOf(target, answer);
      if (cell === undefined) return;
      others[cell] = count;
      wholes[cells.row[cell]!] = row.whole;
      // An answer in two parts, one of which weighs nothing, and one that was not given.
      given.push(cell, cell, -1);
      weights.push(row.own[answer]!, 0, 1);
    });
  });
  const compare = confusionLikeness(cells);
  const isRepeated = [compare(others, wholes), compare(others, isInWhole ? wholes : undefined)];
  return isRepeated.map((toOthers) => toOthers(Int32Array.from(given), Float64Array.from(weights)))[1]!;
}

test('confusionLikeness visits the cells that were used and equals the definitions over all', () => {
  const [found, expected] = [likeness(rows), byDefinition(rows)];
  for (const [name, value] of Object.entries(expected))
    expect(found[name as keyof typeof found], name).toBeCloseTo(value, 12);
});

test('rows of a resample count in the correlation as often as their answers were drawn, without a whole all alike', () => {
  const alike = rows.map((row) => ({ ...row, whole: row.own.reduce((sum, count) => sum + count, 0) }));
  const enough = alike.slice(0, 2);
  expect(likeness(enough, false).offDiagonalCorrelation).toBeCloseTo(
    byDefinition(enough).offDiagonalCorrelation,
    12,
  );
  expect(byDefinition(alike).offDiagonalCorrelation).not.toBeCloseTo(
    byDefinition(rows).offDiagonalCorrelation,
    2,
  );
});

test('a row counts by its five answers in the whole study, not in a resample', () => {
  expect(likeness([...rows, fewAnswers])).toEqual(likeness(rows));
  expect(likeness([...rows, { ...fewAnswers, whole: 5 }]).targets).toBe(4);
  // Four answers in a resample of eight.
  expect(likeness(rows).targets).toBe(3);
  // Without a whole the row of four has too few.
  expect(likeness(rows, false).targets).toBe(2);
});
