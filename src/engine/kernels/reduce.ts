import type { TensorInfo } from '@tensorflow/tfjs';
import { arraySize } from '../../base/arraySize.ts';
import { onnxTypes } from '../../formats/onnx/writeOnnx.ts';
import { tf } from '../tf.ts';
import { favorsFewOps } from '../trace.ts';
import type { TraceKernel, TraceKernels } from '../traceKernels.ts';
import type { Tracer } from '../tracer.ts';

/** Kernels that reduce axes, and softmax. */
export function reduceKernels(): TraceKernels {
  return {
    ...reduction('Sum', 'ReduceSum', 'WholeSum'),
    Mean: { inputNames: ['x'], kernel: mean },
    ...reduction('Prod', 'ReduceProd'),
    ...reduction('Max', 'ReduceMax'),
    ...reduction('Min', 'ReduceMin'),
    ...logicalReduction('All', 'ReduceMin'),
    ...logicalReduction('Any', 'ReduceMax'),
    ...arg('ArgMax'),
    ...arg('ArgMin'),
    Softmax: {
      inputNames: ['logits'],
      kernel: (tracer, [x], { dim }: { dim: number }) =>
        tracer.like(x!, tracer.node('Softmax', [x!], { axis: dim })),
    },
    LogSoftmax: {
      inputNames: ['logits'],
      kernel: (tracer, [x], { axis }: { axis: number }) =>
        tracer.like(x!, tracer.node('LogSoftmax', [x!], { axis })),
    },
    Cumsum: {
      inputNames: ['x'],
      kernel: (
        tracer,
        [x],
        { axis, exclusive, reverse }: { axis: number; exclusive: boolean; reverse: boolean },
      ) => {
        const along = tracer.node('Squeeze', [tracer.wholes([axis])]);
        const attributes = { exclusive: Number(exclusive), reverse: Number(reverse) };
        return tracer.like(x!, tracer.node('CumSum', [x!, along], attributes));
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

/** Whole numbers may have an op of their own. */
function reduction(name: string, ofNumbers: string, ofWholes = ofNumbers): TraceKernels {
  const kernel: TraceKernel = (tracer, [x], attributes: ReductionAttributes) =>
    reduced(tracer, x!, attributes, x!.dtype === 'int32' ? ofWholes : ofNumbers);
  return { [name]: { inputNames: ['x'], kernel } };
}

/** Of whole numbers it is a fraction. */
const mean: TraceKernel = (tracer, [x], attributes: ReductionAttributes) => {
  if (x!.dtype === 'float32') return reduced(tracer, x!, attributes, 'ReduceMean');
  const numbers = tracer.node('Cast', [x!], { to: onnxTypes.float32 });
  return reduced(tracer, tracer.result(x!.shape, 'float32', numbers), attributes, 'ReduceMean');
};

function reduced(
  tracer: Tracer,
  x: TensorInfo,
  { axis, reductionIndices, keepDims }: ReductionAttributes,
  opType: string,
): TensorInfo {
  const axes = tf.util.parseAxisParam(axis ?? reductionIndices!, x.shape);
  const shape = reducedShape(x, axes, keepDims);
  // Over axes of length one nothing is summed: a reshape, which ONNX Runtime carries out for free.
  if (axes.every((a) => x.shape[a] === 1)) return tracer.reshaped(x, shape);
  // Beside axes of length one that stay: all of it at once, which ONNX Runtime reads in one sweep on a processor.
  if (!favorsFewOps() && tf.util.sizeFromShape(shape) === 1) {
    const all = tracer.node(opType, [tracer.reshaped(x, [arraySize(x.shape)]), tracer.wholes([0])], {
      keepdims: 1,
    });
    return tracer.result(shape, x.dtype, tracer.node('Reshape', [all, tracer.wholes(shape)]));
  }
  const made = tracer.node(opType, [x, tracer.wholes(axes)], { keepdims: Number(keepDims) });
  return tracer.result(shape, x.dtype, made);
}

function logicalReduction(name: string, opType: string): TraceKernels {
  const kernel: TraceKernel = (
    tracer,
    [x],
    { axis, keepDims }: { axis: number | number[]; keepDims: boolean },
  ) => {
    const axes = tf.util.parseAxisParam(axis, x!.shape);
    const numbers = tracer.node('Cast', [x!], { to: onnxTypes.int32 });
    const reduced = tracer.node(opType, [numbers, tracer.wholes(axes)], { keepdims: Number(keepDims) });
    return tracer.result(
      reducedShape(x!, axes, keepDims),
      'bool',
      tracer.node('Cast', [reduced], { to: onnxTypes.bool }),
    );
  };
  return { [name]: { inputNames: ['x'], kernel } };
}

function arg(name: string): TraceKernels {
  const kernel: TraceKernel = (tracer, [x], { axis }: { axis: number }) => {
    const [along] = tf.util.parseAxisParam(axis, x!.shape) as [number];
    const index = tracer.node(name, [x!], { axis: along, keepdims: 0 });
    return tracer.result(
      x!.shape.toSpliced(along, 1),
      'int32',
      tracer.node('Cast', [index], { to: onnxTypes.int32 }),
    );
  };
  return { [name]: { inputNames: ['x'], kernel } };
}

function reducedShape(x: TensorInfo, axes: number[], keepDims: boolean): number[] {
  const [shape] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
  return keepDims ? tf.backend_util.expandShapeToKeepDim(shape, axes) : shape;
}
