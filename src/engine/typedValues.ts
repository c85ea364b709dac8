import type { BackendValues, DataType } from '@tensorflow/tfjs';

/** A zeroed array for values of a TensorFlow.js type; bool is kept in bytes. */
export function typedArray(dtype: DataType, size: number): Float32Array | Int32Array | Uint8Array {
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}

/** The values in their type's array: as they are where they lie in one, else copied. */
export function typedValues(values: BackendValues, dtype: DataType): Float32Array | Int32Array | Uint8Array {
  const Wanted = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype as 'float32'];
  return values instanceof Wanted ? values : typedCopy(values, dtype);
}

/** A copy of values in their type's array. */
export function typedCopy(values: BackendValues, dtype: DataType): Float32Array | Int32Array | Uint8Array {
  const copy = typedArray(dtype, values.length);
  copy.set(values as Float32Array);
  return copy;
}
