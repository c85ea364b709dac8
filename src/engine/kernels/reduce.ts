import type { TensorInfo } from '@tensorflow/tfjs';
import { tf } from '../tf.ts';
import { nameOf, node, reshaped, result, wholes } from '../traceBackend.ts';
import type { TraceKernel } from '../traceKernels.ts';

type Kernels = Record<string, { inputNames: readonly string[]; kernel: TraceKernel }>;

/** Kernels that reduce axes, and softmax. */
export function reduceKernels(): Kernels {
  return {
    ...reduction('Sum', 'ReduceSum'),
    ...reduction('Mean', 'ReduceMean'),
    ...reduction('Prod', 'ReduceProd'),
    ...reduction('Max', 'ReduceMax'),
    ...reduction('Min', 'ReduceMin'),
    ...logicalReduction('All', 'ReduceMin'),
    ...logicalReduction('Any', 'ReduceMax'),
    ...arg('ArgMax'),
    ...arg('ArgMin'),
    Softmax: {
      inputNames: ['logits'],
      kernel: ([x], { dim }: { dim: number }) =>
        result(x!.shape, x!.dtype, node('Softmax', [nameOf(x!)], { axis: dim })),
    },
    LogSoftmax: {
      inputNames: ['logits'],
      kernel: ([x], { axis }: { axis: number }) =>
        result(x!.shape, x!.dtype, node('LogSoftmax', [nameOf(x!)], { axis })),
    },
    Cumsum: {
      inputNames: ['x'],
      kernel: ([x], { axis, exclusive, reverse }: { axis: number; exclusive: boolean; reverse: boolean }) => {
        const along = node('Squeeze', [wholes([axis])]);
        const attributes = { exclusive: Number(exclusive), reverse: Number(reverse) };
        return result(x!.shape, x!.dtype, node('CumSum', [nameOf(x!), along], attributes));
      },
    },
  };
}

interface ReductionAttributes {
  axis?: number | number[];
  /** What TensorFlow.js calls the axes of max. */
  reductionIndices?: number | number[];
  keepDims: boolean;
}

function reduction(name: string, opType: string): Kernels {
  const kernel: TraceKernel = ([x], { axis, reductionIndices, keepDims }: ReductionAttributes) => {
    const axes = tf.util.parseAxisParam(axis ?? reductionIndices!, x!.shape);
    const shape = reducedShape(x!, axes, keepDims);
    // Over axes of length one nothing is summed: a reshape, which ONNX Runtime carries out for free.
    if (axes.every((a) => x!.shape[a] === 1)) return reshaped(x!, shape);
    // Beside axes of length one that stay: all of it at once, which ONNX Runtime reads in one sweep.
    if (tf.util.sizeFromShape(shape) === 1) {
      const all = node(opType, [node('Reshape', [nameOf(x!), wholes([-1])]), wholes([0])], { keepdims: 1 });
      return result(shape, x!.dtype, node('Reshape', [all, wholes(shape)]));
    }
    return result(shape, x!.dtype, node(opType, [nameOf(x!), wholes(axes)], { keepdims: Number(keepDims) }));
  };
  return { [name]: { inputNames: ['x'], kernel } };
}

function logicalReduction(name: string, opType: string): Kernels {
  const kernel: TraceKernel = ([x], { axis, keepDims }: { axis: number | number[]; keepDims: boolean }) => {
    const axes = tf.util.parseAxisParam(axis, x!.shape);
    const numbers = node('Cast', [nameOf(x!)], { to: 6 });
    const reduced = node(opType, [numbers, wholes(axes)], { keepdims: Number(keepDims) });
    return result(reducedShape(x!, axes, keepDims), 'bool', node('Cast', [reduced], { to: 9 }));
  };
  return { [name]: { inputNames: ['x'], kernel } };
}

function arg(name: string): Kernels {
  const kernel: TraceKernel = ([x], { axis }: { axis: number }) => {
    const [along] = tf.util.parseAxisParam(axis, x!.shape) as [number];
    const index = node(name, [nameOf(x!)], { axis: along, keepdims: 0 });
    return result(x!.shape.toSpliced(along, 1), 'int32', node('Cast', [index], { to: 6 }));
  };
  return { [name]: { inputNames: ['x'], kernel } };
}

function reducedShape(x: TensorInfo, axes: number[], keepDims: boolean): number[] {
  const [shape] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
  return keepDims ? tf.backend_util.expandShapeToKeepDim(shape, axes) : shape;
}
