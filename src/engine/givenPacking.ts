import type { Tensor } from '@tensorflow/tfjs';
import { arraySize } from '../base/arraySize.ts';
import { joinedNumbers } from '../base/joinedNumbers.ts';
import type { InputSpec } from './engine.ts';
import type { StepInputs, StepValues } from './stepper.ts';
import { tf } from './tf.ts';

/** How what a step is given goes to the device: each value that goes there by itself takes time, however small it is. */
export interface GivenPacking {
  /** What goes there: large values by their names, all others in one. */
  inputs: Readonly<Record<string, InputSpec>>;
  packed(values: StepValues): StepValues;
  /** All values by their names, from those of the graph. */
  unpacked(tensors: Record<string, Tensor>): Record<string, Tensor>;
}

const packedName = 'packed';
/** Values of more numbers go by themselves. */
const mostPacked = 2 ** 16;

/**
 * Packs what a step is given.
 *
 * @param given - Shapes and types by name; whole numbers of small values must be less than 2^24, as float32 has them.
 */
export function givenPacking(given: StepInputs['given']): GivenPacking {
  const specs = Object.entries(given).map(([name, spec]) => ({
    ...{ name, ...spec },
    size: arraySize(spec.shape),
  }));
  const small = specs.filter(({ size }) => size <= mostPacked);
  const total = small.reduce((sum, { size }) => sum + size, 0);
  const large = Object.fromEntries(
    Object.entries(given).filter(([name]) => !small.some((spec) => spec.name === name)),
  );
  if (small.length < 2) return { inputs: given, packed: (values) => values, unpacked: (tensors) => tensors };
  return {
    inputs: { ...large, [packedName]: { shape: [total] } },
    packed(values) {
      const all = joinedNumbers(small.map(({ name }) => values[name]!));
      return { ...values, [packedName]: all };
    },
    unpacked({ [packedName]: all, ...others }) {
      const parts = tf.split(
        all!,
        small.map(({ size }) => size),
      );
      const named = small.map(
        ({ name, shape, dtype = 'float32' }, i) =>
          [name, tf.cast(tf.reshape(parts[i]!, [...shape]), dtype)] as const,
      );
      return { ...others, ...Object.fromEntries(named) };
    },
  };
}
