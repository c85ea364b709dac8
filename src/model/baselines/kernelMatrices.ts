/**
 * Periodic kernels as matrices, cut to the axis' length.
 *
 * @param kernels - Each periodic over at least twice the axis.
 * @param size - Length of the axis.
 * @returns One on top of the other, shape [kernels · size, size].
 */
export function kernelMatrices(kernels: readonly Float64Array[], size: number): Float32Array {
  const values = new Float32Array(kernels.length * size * size);
  let place = 0;
  for (const kernel of kernels)
    for (let to = 0; to < size; to++)
      for (let from = 0; from < size; from++)
        values[place++] = kernel[(to - from + kernel.length) % kernel.length]!;
  return values;
}
