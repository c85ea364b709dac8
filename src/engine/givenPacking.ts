import type { Tensor } from '@tensorflow/tfjs';
import { arraySize } from '../base/arraySize.ts';
import { joinedNumbers } from '../base/joinedNumbers.ts';
import type { InputSpec } from './engine.ts';
import type { StepInputs, StepValues } from './stepper.ts';
import { tf } from './tf.ts';

/** How what steps are given goes to the device: each value that goes there by itself takes time, however small it is. */
export interface GivenPacking {
  /** What goes there: large values by their names, all others in one table with a row for each step. */
  inputs: Readonly<Record<string, InputSpec>>;
  /** Steps whose values go there at once. */
  rows: number;
  /** @param steps - Values of each step, at most {@link rows}. */
  packed(steps: readonly StepValues[]): StepValues;
  /** A step's values by their names, and the table as the next step is to find it: its own row comes first. */
  unpacked(tensors: Record<string, Tensor>): { values: Record<string, Tensor>; next: Record<string, Tensor> };
}

const packedName = 'packed';
/** Values of more numbers go by themselves, and tables of more have one row. */
const mostPacked = 2 ** 16;

/**
 * Packs what steps are given. Several steps' values go at once where all are small.
 *
 * @param given - Shapes and types by name; whole numbers of small values must be less than 2^24, as float32 has them.
 * @param atOnce - Steps at most.
 */
export function givenPacking(given: StepInputs['given'], atOnce: number): GivenPacking {
  const specs = Object.entries(given).map(([name, spec]) => ({
    ...{ name, ...spec },
    size: arraySize(spec.shape),
  }));
  const small = specs.filter(({ size }) => size <= mostPacked);
  const isSmall = (name: string) => small.some((spec) => spec.name === name);
  const large = Object.fromEntries(Object.entries(given).filter(([name]) => !isSmall(name)));
  if (small.length === 0)
    return {
      ...{ inputs: given, rows: 1, packed: ([values]) => values! },
      unpacked: (values) => ({ values, next: {} }),
    };
  const total = small.reduce((sum, { size }) => sum + size, 0);
  const rows = small.length < specs.length || atOnce * total > mostPacked ? 1 : atOnce;
  return {
    inputs: { ...large, [packedName]: { shape: [rows, total] } },
    rows,
    packed(steps) {
      const table = new Float32Array(rows * total);
      for (const [row, values] of steps.entries())
        table.set(joinedNumbers(small.map(({ name }) => values[name]!)), row * total);
      return { ...steps[0]!, [packedName]: table };
    },
    unpacked({ [packedName]: table, ...others }) {
      const [row, rest] = rows === 1 ? [table!] : tf.split(table!, [1, rows - 1]);
      const parts =
        small.length === 1
          ? [row!]
          : tf.split(
              row!,
              small.map(({ size }) => size),
              1,
            );
      const named = small.map(
        ({ name, shape, dtype = 'float32' }, i) =>
          [name, tf.cast(tf.reshape(parts[i]!, [...shape]), dtype)] as const,
      );
      return {
        values: { ...others, ...Object.fromEntries(named) },
        next: rest ? { [packedName]: tf.concat([rest, row!]) } : {},
      };
    },
  };
}
