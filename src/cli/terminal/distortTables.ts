import type { DifferentiationRecord } from '../../experiments/distort/differentiate/differentiationRecord.ts';
import type { EigenRecord } from '../../experiments/distort/eigen/eigenRecord.ts';
import { eigenEnds } from '../../experiments/distort/eigen/extremeEigenvector.ts';
import type { PrincipalRecord } from '../../experiments/distort/principal/principalRecord.ts';
import { table } from './table.ts';

/**
 * Sounds that are equal for one observer and as different as can be for another, one a line.
 *
 * @returns Lines, each ended.
 */
export function differentiationTable(records: readonly DifferentiationRecord[]): string {
  const share = (value: number) => value.toPrecision(3);
  const rows = records.flatMap(({ sound, sounds }) =>
    sounds.map(({ held, pushed, push, levelDb, start, end, changeDb, passed }) => [
      ...[sound, held, `${push} for ${pushed}`, String(levelDb), share(start.held), share(end.held)],
      ...[share(start.pushed), share(end.pushed), changeDb.toFixed(1), passed ? 'passed' : 'failed'],
    ]),
  );
  const headings = [
    'sound',
    'held',
    'different',
    'noise, dB',
    'held: noise',
    'sound',
    'pushed: noise',
    'sound',
  ];
  return table([...headings, 'change, dB', ''], rows, [3, 4, 5, 6, 7, 8]);
}

/**
 * How sensitive each observer is to the two principal distortions, one a line.
 *
 * @returns Lines, each ended.
 */
export function principalTable(records: readonly PrincipalRecord[]): string {
  const rows = records.flatMap(({ sound, sensitivities, spreadDb, iterations, isConverged }) =>
    sensitivities.map(({ observer, firstDb, secondDb, ratioDb }) => [
      ...[sound, observer, ...[firstDb, secondDb, ratioDb, spreadDb].map((value) => value.toFixed(1))],
      `${iterations}${isConverged ? '' : ', not converged'}`,
    ]),
  );
  const headings = [
    'sound',
    'stage',
    'first, dB re noise',
    'second',
    'first re second',
    'spread',
    'iterations',
  ];
  return table(headings, rows, [2, 3, 4, 5]);
}

/**
 * The changes that a stage notices most and least, one a line.
 *
 * @returns Lines, each ended.
 */
export function eigenTable(records: readonly EigenRecord[]): string {
  const rows = records.flatMap((record) =>
    eigenEnds.map((end) => {
      const { eigenvalue, iterations, isConverged, levels } = record.distortions[end];
      return [
        ...[record.sound, record.stage, end, eigenvalue.toExponential(3)],
        (10 * Math.log10(eigenvalue / record.noise.eigenvalue)).toFixed(1),
        levels.map(({ levelDb, measured }) => `${measured.toPrecision(2)} at ${levelDb} dB`).join(', '),
        `${iterations}${isConverged ? '' : ', not converged'}`,
      ];
    }),
  );
  const headings = ['sound', 'stage', 'change', 'eigenvalue', 're noise, dB', 'change of activations'];
  return table([...headings, 'iterations'], rows, [3, 4]);
}
