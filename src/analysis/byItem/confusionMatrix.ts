import { numberOf } from '../../base/groups.ts';

/** Cells of a confusion matrix that somebody used; all others are zeros of both observers. */
export interface ConfusionCells {
  /** Row of each cell, one a target, numbered from 0. */
  row: Int32Array;
  /** Whether the cell is that of the right answer. */
  isRight: Uint8Array;
  rows: number;
  /** Number of different answers, which is the length of a row. */
  answers: number;
  /** Cell of an answer to a target; undefined where nobody gave it. */
  cellOf: (target: number, answer: number) => number | undefined;
}

/** How alike the confusions of two observers are. */
export interface MatrixAgreement {
  /** Targets with enough answers for a row of the confusion matrix. */
  targets: number;
  /** Pearson correlation of the off-diagonal cells of the row-normalized matrices. */
  offDiagonalCorrelation: number;
  /** Mean over rows, weighted by their answers: Jensen–Shannon divergence, bits. */
  jensenShannonBits: number;
  /** Mean over rows, weighted by their answers: ½ Σ |p − q|. */
  totalVariation: number;
}

/** Answers that a row of the confusion matrix needs. */
const leastAnswersPerRow = 5;

/**
 * Numbers the cells that answers fall into.
 *
 * @param given - Targets with an answer that somebody gave to each, in any order and however often.
 */
export function confusionCells(given: Iterable<readonly [target: number, answer: number]>): ConfusionCells {
  const rows = new Map<number, Map<number, number>>();
  const answers = new Set<number>();
  const row: number[] = [];
  const isRight: number[] = [];
  const rowNumbers = new Map<number, number>();
  for (const [target, answer] of given) {
    const cells = rows.get(target) ?? new Map<number, number>();
    rows.set(target, cells);
    answers.add(target).add(answer);
    if (cells.has(answer)) continue;
    cells.set(answer, row.length);
    row.push(numberOf(rowNumbers, target));
    isRight.push(Number(answer === target));
  }
  return {
    row: Int32Array.from(row),
    isRight: Uint8Array.from(isRight),
    rows: rows.size,
    answers: answers.size,
    cellOf: (target, answer) => rows.get(target)?.get(answer),
  };
}

/** How alike one observer is to the others: by the cell of each of its answers, −1 without one, and their weights. */
export type LikenessToOthers = (given: Int32Array, weights: Float64Array) => MatrixAgreement;

/**
 * Holds the confusions of observers against those of others. Of an observer only the cells that it used are visited.
 *
 * @returns A function of the others' answers in each cell, weighted or counted, and of the answers in each row of the whole
 *   study that a resample is of (without: the same answers). Rows with five of these count: in divergence and variation by their
 *   answers, in the correlation all alike, in a resample as often as their answers are drawn. It gives the likeness of an
 *   observer whose answers have the same sum in each row; NaN without rows.
 */
export function confusionLikeness(
  cells: ConfusionCells,
): (others: Float64Array, wholes?: Float64Array) => LikenessToOthers {
  const own = new Float64Array(cells.row.length);
  return (others, wholes) => {
    const totals = rowTotals(cells, others);
    const rows = { totals, shares: rowShares(totals, wholes ?? totals) };
    const alone = othersAlone(cells, others, rows);
    return (given, weights) => {
      given.forEach((cell, i) => {
        if (cell >= 0) own[cell]! += weights[i]!;
      });
      const sums = { ...alone };
      for (const cell of given) {
        if (cell < 0 || own[cell] === 0) continue;
        addUsedCell(sums, cells, { cell, own: own[cell]!, others: others[cell]!, rows });
        own[cell] = 0;
      }
      return agreementOf(sums, cells);
    };
  };
}

interface Rows {
  totals: Float64Array;
  /** Answers in each row over those of the whole study; 0 of rows that do not count. */
  shares: Float64Array;
}

/** Sums over cells of rows that count; those of the correlation are off the diagonal. */
type Sums = Record<
  'targets' | 'rows' | 'weight' | 'divergence' | 'variation' | 'x' | 'y' | 'xx' | 'yy' | 'xy',
  number
>;

/**
 * Answers in each row.
 *
 * @param others - Answers in each cell, weighted or counted.
 */
export function rowTotals({ row, rows }: ConfusionCells, others: Float64Array): Float64Array {
  const totals = new Float64Array(rows);
  for (let cell = 0; cell < row.length; cell++) totals[row[cell]!]! += others[cell]!;
  return totals;
}

/** Sums of weights need not be whole to the last bit. */
const rounding = 1e-9;

function rowShares(totals: Float64Array, wholes: Float64Array): Float64Array {
  return totals.map((total, row) =>
    wholes[row]! > leastAnswersPerRow - rounding && total > rounding ? total / wholes[row]! : 0,
  );
}

/** The sums for an observer who gave none of the others' answers: every cell of theirs is theirs alone. */
function othersAlone({ row, isRight }: ConfusionCells, others: Float64Array, { totals, shares }: Rows): Sums {
  const sums: Sums = {
    ...{ targets: 0, rows: 0, weight: 0, divergence: 0, variation: 0 },
    ...{ x: 0, y: 0, xx: 0, yy: 0, xy: 0 },
  };
  shares.forEach((share, at) => {
    if (share === 0) return;
    sums.targets += 1;
    sums.rows += share;
    sums.weight += totals[at]!;
  });
  sums.divergence = sums.weight / 2;
  sums.variation = sums.weight / 2;
  for (let cell = 0; cell < row.length; cell++) {
    if (others[cell] === 0 || isRight[cell] === 1) continue;
    const share = shares[row[cell]!]!;
    if (share === 0) continue;
    const q = others[cell]! / totals[row[cell]!]!;
    sums.y += share * q;
    sums.yy += share * q * q;
  }
  return sums;
}

function addUsedCell(
  sums: Sums,
  { row, isRight }: ConfusionCells,
  { cell, own, others, rows }: { cell: number; own: number; others: number; rows: Rows },
): void {
  const share = rows.shares[row[cell]!]!;
  if (share === 0) return;
  const weight = rows.totals[row[cell]!]!;
  const [p, q] = [own / weight, others / weight];
  sums.divergence += weight * (divergenceOf(p, q) - q / 2);
  sums.variation += (weight * (Math.abs(p - q) - q)) / 2;
  if (isRight[cell] === 1) return;
  sums.x += share * p;
  sums.xx += share * p * p;
  sums.xy += share * p * q;
}

function agreementOf(sums: Sums, { answers }: ConfusionCells): MatrixAgreement {
  return {
    targets: sums.targets,
    // Cells that neither ever used are zeros and count too.
    offDiagonalCorrelation: correlationOf(sums, sums.rows * (answers - 1)),
    jensenShannonBits: sums.divergence / sums.weight,
    totalVariation: sums.variation / sums.weight,
  };
}

function correlationOf({ x, y, xx, yy, xy }: Sums, count: number): number {
  const [varianceX, varianceY] = [xx - x ** 2 / count, yy - y ** 2 / count];
  return varianceX > 1e-12 && varianceY > 1e-12
    ? (xy - (x * y) / count) / Math.sqrt(varianceX * varianceY)
    : Number.NaN;
}

/** What a cell adds to the divergence, bits. */
function divergenceOf(p: number, q: number): number {
  if (q === 0) return p / 2;
  const middle = (p + q) / 2;
  return 0.5 * (p * Math.log2(p / middle) + q * Math.log2(q / middle));
}
