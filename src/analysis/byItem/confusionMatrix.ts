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
    if (cells.size === 0) rowNumbers.set(target, rows.size);
    rows.set(target, cells);
    answers.add(target).add(answer);
    if (cells.has(answer)) continue;
    cells.set(answer, row.length);
    row.push(rowNumbers.get(target)!);
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

/**
 * Holds the confusions of two observers against one another.
 *
 * @param first - Answers of one observer in each cell, weighted or counted.
 * @param second - Of the other; each row has the same sum in both.
 * @returns The agreement over rows with at least five answers; NaN without any.
 */
export function matrixAgreement(
  { row, isRight, rows, answers }: ConfusionCells,
  first: Float64Array,
  second: Float64Array,
): MatrixAgreement {
  const total = new Float64Array(rows);
  for (let cell = 0; cell < row.length; cell++) total[row[cell]!]! += first[cell]!;
  let [divergence, variation] = [0, 0];
  const sums = { x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
  for (let cell = 0; cell < row.length; cell++) {
    const weight = total[row[cell]!]!;
    if (!isEnough(weight)) continue;
    const [p, q] = [first[cell]! / weight, second[cell]! / weight];
    if (p === 0 && q === 0) continue;
    divergence += weight * divergenceOf(p, q);
    variation += weight * 0.5 * Math.abs(p - q);
    if (isRight[cell] === 1) continue;
    sums.x += p;
    sums.y += q;
    sums.xx += p * p;
    sums.yy += q * q;
    sums.xy += p * q;
  }
  const kept = total.filter(isEnough);
  const weight = kept.reduce((sum, own) => sum + own, 0);
  return {
    targets: kept.length,
    // Cells that neither ever used are zeros and count too.
    offDiagonalCorrelation: correlationOf(sums, kept.length * (answers - 1)),
    jensenShannonBits: divergence / weight,
    totalVariation: variation / weight,
  };
}

/** Sums of weights need not be whole to the last bit. */
const isEnough = (weight: number) => weight > leastAnswersPerRow - 1e-9;

type Products = Record<'x' | 'y' | 'xx' | 'yy' | 'xy', number>;

function correlationOf({ x, y, xx, yy, xy }: Products, count: number): number {
  const [varianceX, varianceY] = [xx - x ** 2 / count, yy - y ** 2 / count];
  return varianceX > 1e-12 && varianceY > 1e-12
    ? (xy - (x * y) / count) / Math.sqrt(varianceX * varianceY)
    : Number.NaN;
}

/** What a cell adds to the divergence, bits. Most cells are used by one observer alone and need no logarithm. */
function divergenceOf(p: number, q: number): number {
  if (p === 0 || q === 0) return (p + q) / 2;
  const middle = (p + q) / 2;
  return 0.5 * (p * Math.log2(p / middle) + q * Math.log2(q / middle));
}
