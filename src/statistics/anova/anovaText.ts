import { formatLogProbability } from '../special/logSpace.ts';
import type { AnovaEffect, AnovaTable } from './anova.ts';

/** Columns of the printed table; the error terms have no F and no p. */
const columns = [
  'effect',
  'SS',
  'df',
  'MS',
  'F',
  'p',
  'p GG',
  'p HF',
  'p LB',
  'partial η²',
  'p perm',
] as const;

/**
 * The analysis-of-variance table as rows of text, error terms after the effects they test.
 *
 * @param table - The effects.
 * @returns A header and one row per effect and error term, five significant digits.
 */
export function anovaRows(table: AnovaTable): string[][] {
  const rows: string[][] = [[...columns]];
  const effects = Object.values(table);
  effects.forEach((effect, i) => {
    rows.push(effectRow(effect));
    const next = effects[i + 1];
    if (!next || next.errorSumOfSquares !== effect.errorSumOfSquares) rows.push(errorRow(effect));
  });
  return rows;
}

/**
 * The table aligned for a terminal.
 *
 * @param rows - As {@link anovaRows} gives them, or any rectangle of texts.
 * @returns Lines joined by newlines; the first column flush left, the others flush right.
 */
export function alignedText(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function effectRow(effect: AnovaEffect): string[] {
  return [
    effect.effect,
    digits(effect.sumOfSquares),
    digits(effect.degreesOfFreedom),
    digits(effect.meanSquare),
    digits(effect.f),
    probability(effect.log10.p),
    probability(effect.log10.pGreenhouseGeisser),
    probability(effect.log10.pHuynhFeldt),
    probability(effect.log10.pLowerBound),
    effect.effect === '(intercept)' ? '' : digits(effect.partialEtaSquared),
    effect.pPermutation === null ? '' : digits(effect.pPermutation),
  ];
}

function errorRow(effect: AnovaEffect): string[] {
  return [
    '  error',
    digits(effect.errorSumOfSquares),
    digits(effect.errorDegreesOfFreedom),
    digits(effect.errorMeanSquare),
    ...Array<string>(columns.length - 4).fill(''),
  ];
}

const probability = (log10: number) => formatLogProbability(log10 * Math.LN10);
const digits = (value: number) => String(Number(value.toPrecision(5)));
