import type { AnovaEffect, AnovaTable } from '../../statistics/anova/anova.ts';
import { formatLogProbability } from '../../statistics/special/logSpace.ts';
import { table } from './table.ts';

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
 * The analysis-of-variance table aligned for a terminal, error terms after the effects they test.
 *
 * @returns A header and one line per effect and error term, five significant digits.
 */
export function anovaTable(anova: AnovaTable): string {
  const effects = Object.values(anova);
  const rows = effects.flatMap((effect, i) =>
    effects[i + 1]?.errorSumOfSquares === effect.errorSumOfSquares
      ? [effectRow(effect)]
      : [effectRow(effect), errorRow(effect)],
  );
  return table(columns, rows, [...columns.keys()].slice(1));
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
