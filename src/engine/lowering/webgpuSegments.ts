import { arraySize } from '../../base/arraySize.ts';
import type { Target } from './lowering.ts';
import { scatteredSum } from './processor.ts';

/**
 * Sums of rows of the same segment. Where the segments are constant the rows of each are gathered and added up in their
 * order, so that sums are the same in every run; scattering on WebGPU adds in the order in which threads come.
 *
 * @param target - Written there.
 * @param inputs - Names of the rows, the segment of each, and zeros in the shape of the sums.
 * @param sizes - Shape of the rows, number of segments.
 * @returns Name of the sums.
 */
export function gatheredSum(
  target: Target,
  [x, segments, zeros]: [string, string, string],
  { shape, numSegments }: { shape: readonly number[]; numSegments: number },
): string {
  const rows = target.constantWholes(segments);
  const members = rows && membersOf(rows, numSegments);
  const most = members?.reduce((largest, { length }) => Math.max(largest, length), 1) ?? 0;
  // Segments of very unlike sizes would make a table of mostly nothing.
  if (!members || most * numSegments > 8 * (shape[0]! + numSegments))
    return scatteredSum(target, [x, segments, zeros], shape);
  const nothing = shape[0]!;
  const table = Int32Array.from(
    { length: numSegments * most },
    (_, i) => members[Math.floor(i / most)]![i % most] ?? nothing,
  );
  const rest = shape.slice(1);
  const rowLength = arraySize(rest);
  const flat = target.node('Reshape', [x, target.wholes([nothing, rowLength])]);
  const padded = target.node('Pad', [flat, target.wholes([0, 0, 1, 0]), target.floats([0], [])]);
  const gathered = target.node('Gather', [padded, target.integers(table, [numSegments, most])], { axis: 0 });
  const sums = target.node('ReduceSum', [gathered, target.wholes([1])], { keepdims: 0 });
  return target.node('Reshape', [sums, target.wholes([numSegments, ...rest])]);
}

/** Rows of each segment, in their order; those of no segment are left out. */
function membersOf(rows: readonly number[], numSegments: number): number[][] {
  const members = Array.from({ length: numSegments }, (): number[] => []);
  for (const [row, segment] of rows.entries()) members[segment]?.push(row);
  return members;
}
