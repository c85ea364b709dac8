import type { TensorInfo } from '@tensorflow/tfjs';
import { tf } from '../tf.ts';
import { nameOf, node, result } from '../traceBackend.ts';
import type { TraceKernel } from '../traceKernels.ts';
import { permuted } from './transposition.ts';

type Kernels = Record<string, { inputNames: readonly string[]; kernel: TraceKernel }>;

/** Matrix products. */
export function linearKernels(): Kernels {
  return {
    BatchMatMul: {
      inputNames: ['a', 'b'],
      kernel: ([a, b], { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean }) => {
        const rows = a!.shape.at(transposeA ? -1 : -2)!;
        const columns = b!.shape.at(transposeB ? -2 : -1)!;
        const outer = tf.backend_util.assertAndGetBroadcastShape(
          a!.shape.slice(0, -2),
          b!.shape.slice(0, -2),
        );
        return result([...outer, rows, columns], a!.dtype, product(a!, b!, transposeA, transposeB));
      },
    },
  };
}

function product(a: TensorInfo, b: TensorInfo, transposeA: boolean, transposeB: boolean): string {
  const isPlain = !transposeA && !transposeB;
  // Gemm reads a transposed operand where it lies: no second copy of a big weight matrix.
  if (!isPlain && a.shape.length === 2 && b.shape.length === 2)
    return node('Gemm', [nameOf(a), nameOf(b)], { transA: Number(transposeA), transB: Number(transposeB) });
  return node('MatMul', [
    transposeA ? lastAxesSwapped(a) : nameOf(a),
    transposeB ? lastAxesSwapped(b) : nameOf(b),
  ]);
}

function lastAxesSwapped(x: TensorInfo): string {
  const axes = x.shape.map((_, axis) => axis);
  return permuted(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}
