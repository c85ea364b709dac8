import { counted } from '../../base/inWords.ts';
import type { AgainstResult } from '../../bench/against/benchAgainst.ts';
import type { Ratio } from '../../bench/against/ratios.ts';
import { median } from '../../statistics/estimates/descriptive.ts';
import { table } from './table.ts';

/**
 * The comparison with PyTorch as a terminal shows it.
 *
 * @param result - Of all rows.
 */
export function ratioTable({ machine, versions, threads, sittings, rows }: AgainstResult): string {
  const header = ['step', 'PyTorch, ms', 'here, ms', 'ratio', 'range', 'of processor time', 'range'];
  const lines = rows.map(({ row, theirs, ours, ratio }) => [
    ...[row, median(theirs.clock).toFixed(1), median(ours.clock).toFixed(1)],
    ...ratioCells(ratio.clock),
    ...ratioCells(ratio.processor),
  ]);
  const told = `PyTorch ${versions['torch']}, ONNX Runtime ${versions['onnxruntime-node']}, ${counted(threads, 'thread')}, ${machine.cores} cores of ${machine.processor}; medians of ${counted(sittings, 'sitting')} in turns, their ratio and its range`;
  return `${table(header, lines, [1, 2, 3, 4, 5, 6])}\n${told}\n`;
}

function ratioCells({ median: middle, least, most }: Ratio): [string, string] {
  return [middle.toFixed(2), `${least.toFixed(2)} to ${most.toFixed(2)}`];
}
