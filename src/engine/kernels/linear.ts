import type { TensorInfo } from '@tensorflow/tfjs';
import { tf } from '../tf.ts';
import type { TraceKernels } from '../traceKernels.ts';
import type { Tracer } from '../tracer.ts';
import { permuted } from './transposition.ts';

type Two<T> = readonly [T, T];

/** Matrix products. */
export function linearKernels(): TraceKernels {
  return {
    BatchMatMul: {
      inputNames: ['a', 'b'],
      kernel: (tracer, [a, b], { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean }) => {
        const rows = a!.shape.at(transposeA ? -1 : -2)!;
        const columns = b!.shape.at(transposeB ? -2 : -1)!;
        const outer = tf.backend_util.assertAndGetBroadcastShape(
          a!.shape.slice(0, -2),
          b!.shape.slice(0, -2),
        );
        return tracer.result(
          [...outer, rows, columns],
          a!.dtype,
          product(tracer, [a!, b!], [transposeA, transposeB]),
        );
      },
    },
  };
}

function product(tracer: Tracer, [a, b]: Two<TensorInfo>, [transposeA, transposeB]: Two<boolean>): string {
  const isPlain = !transposeA && !transposeB;
  // Gemm reads a transposed operand where it lies: no second copy of a big weight matrix.
  if (!isPlain && a.shape.length === 2 && b.shape.length === 2)
    return tracer.node('Gemm', [a, b], {
      transA: Number(transposeA),
      transB: Number(transposeB),
    });
  return tracer.node('MatMul', [
    transposeA ? lastAxesSwapped(tracer, a) : a,
    transposeB ? lastAxesSwapped(tracer, b) : b,
  ]);
}

function lastAxesSwapped(tracer: Tracer, x: TensorInfo): string {
  const axes = x.shape.map((_, axis) => axis);
  return permuted(tracer, x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}
