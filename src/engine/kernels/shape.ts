import type { DataType, TensorInfo } from '@tensorflow/tfjs';
import { onnxTypes } from '../../formats/onnx/writeOnnx.ts';
import { tf } from '../tf.ts';
import type { TraceKernels } from '../traceKernels.ts';
import type { Tracer } from '../tracer.ts';
import { permuted } from './transposition.ts';

/** Kernels that move elements without changing them: reshaping, slicing, joining, padding, gathering. */
export function shapeKernels(): TraceKernels {
  return {
    Reshape: {
      inputNames: ['x'],
      kernel: (tracer, [x], { shape }: { shape: number[] }) =>
        tracer.reshaped(x!, tf.util.inferFromImplicitShape(shape, tf.util.sizeFromShape(x!.shape))),
    },
    ExpandDims: {
      inputNames: ['input'],
      kernel: (tracer, [x], { dim }: { dim: number }) =>
        tracer.reshaped(x!, x!.shape.toSpliced(dim < 0 ? dim + x!.shape.length + 1 : dim, 0, 1)),
    },
    Transpose: {
      inputNames: ['x'],
      kernel: (tracer, [x], { perm }: { perm: number[] }) =>
        tracer.result(
          perm.map((axis) => x!.shape[axis]!),
          x!.dtype,
          permuted(tracer, x!, perm),
        ),
    },
    BroadcastTo: {
      inputNames: ['x'],
      kernel: (tracer, [x], { shape }: { shape: number[] }) =>
        tracer.result(
          shape,
          x!.dtype,
          tracer.node('Expand', [tracer.compact(x!).name, tracer.wholes(shape)]),
        ),
    },
    Fill: {
      inputNames: [],
      kernel: (tracer, _, { shape, value, dtype }: { shape: number[]; value: number; dtype: DataType }) =>
        tracer.splat(shape, dtype ?? 'float32', value),
    },
    ZerosLike: { inputNames: ['x'], kernel: (tracer, [x]) => tracer.splat(x!.shape, x!.dtype, 0) },
    OnesLike: { inputNames: ['x'], kernel: (tracer, [x]) => tracer.splat(x!.shape, x!.dtype, 1) },
    ...slicing(),
    ...joining(),
    ...gathering(),
  };
}

function slicing(): TraceKernels {
  return {
    Slice: {
      inputNames: ['x'],
      kernel: (tracer, [x], { begin, size }: { begin: number | number[]; size: number | number[] }) => {
        const [start, shape] = tf.slice_util.parseSliceParams(x as never, begin, size) as [
          number[],
          number[],
        ];
        if (tf.util.arraysEqual(shape, x!.shape)) return x!;
        return slice(tracer, x!, start, shape);
      },
    },
    StridedSlice: {
      inputNames: ['x'],
      kernel: (tracer, [x], attributes: StridedSliceAttributes) => stridedSlice(tracer, x!, attributes),
    },
    Reverse: {
      inputNames: ['x'],
      kernel: (tracer, [x], { dims }: { dims: number[] }) => {
        const axes = tf.util.parseAxisParam(dims, x!.shape);
        const every = (value: number) => tracer.wholes(axes.map(() => value));
        const lowest = tracer.wholes(axes.map((axis) => -x!.shape[axis]! - 1));
        return tracer.like(x!, tracer.node('Slice', [x!, every(-1), lowest, tracer.wholes(axes), every(-1)]));
      },
    },
    SplitV: {
      inputNames: ['x'],
      kernel: (
        tracer,
        [x],
        { numOrSizeSplits, axis }: { numOrSizeSplits: number | number[]; axis: number },
      ) => {
        const [along] = tf.util.parseAxisParam(axis, x!.shape) as [number];
        const sizes = tf.backend_util.prepareSplitSize(x! as never, numOrSizeSplits, along);
        const names = tracer.nodes('Split', [x!, tracer.wholes(sizes)], { axis: along }, sizes.length);
        return sizes.map((size, i) => tracer.result(x!.shape.with(along, size), x!.dtype, names[i]!));
      },
    },
    Unpack: {
      inputNames: ['value'],
      kernel: (tracer, [x], { axis }: { axis: number }) => {
        const [along] = tf.util.parseAxisParam(axis, x!.shape) as [number];
        const shape = x!.shape.toSpliced(along, 1);
        return Array.from({ length: x!.shape[along]! }, (_, i) =>
          tracer.result(
            shape,
            x!.dtype,
            tracer.node('Gather', [x!, wholesScalar(tracer, i)], { axis: along }),
          ),
        );
      },
    },
  };
}

interface StridedSliceAttributes {
  begin: number[];
  end: number[];
  strides: number[];
  beginMask: number;
  endMask: number;
  ellipsisMask: number;
  newAxisMask: number;
  shrinkAxisMask: number;
}

function stridedSlice(tracer: Tracer, x: TensorInfo, a: StridedSliceAttributes): TensorInfo {
  const { begin, end, strides, finalShape } = tf.slice_util.sliceInfo(
    x.shape,
    a.begin,
    a.end,
    a.strides,
    a.beginMask,
    a.endMask,
    a.ellipsisMask,
    a.newAxisMask,
    a.shrinkAxisMask,
  );
  const axes = tracer.wholes(begin.map((_, axis) => axis));
  const sliced = tracer.node('Slice', [
    x,
    tracer.wholes(begin),
    tracer.wholes(end),
    axes,
    tracer.wholes(strides),
  ]);
  return tracer.result(finalShape, x.dtype, tracer.node('Reshape', [sliced, tracer.wholes(finalShape)]));
}

function slice(tracer: Tracer, x: TensorInfo, begin: number[], size: number[]): TensorInfo {
  const axes = size.flatMap((length, axis) => (length === x.shape[axis] ? [] : [axis]));
  const starts = tracer.wholes(axes.map((axis) => begin[axis]!));
  const ends = tracer.wholes(axes.map((axis) => begin[axis]! + size[axis]!));
  return tracer.result(size, x.dtype, tracer.node('Slice', [x, starts, ends, tracer.wholes(axes)]));
}

const wholesScalar = (tracer: Tracer, value: number) => tracer.node('Squeeze', [tracer.wholes([value])]);

function joining(): TraceKernels {
  return {
    Concat: {
      inputNames: [],
      kernel: (tracer, parts, { axis }: { axis: number }) => {
        const first = parts[0]!;
        const [along] = tf.util.parseAxisParam(axis, first.shape) as [number];
        const filled = parts.filter((part) => tf.util.sizeFromShape(part.shape) > 0);
        const length = filled.reduce((sum, part) => sum + part.shape[along]!, 0);
        if (filled.length === 1) return filled[0]!;
        return tracer.result(
          first.shape.with(along, length),
          first.dtype,
          tracer.node('Concat', filled, { axis: along }),
        );
      },
    },
    Pack: {
      inputNames: [],
      kernel: (tracer, parts, { axis }: { axis: number }) => {
        const shape = parts[0]!.shape.toSpliced(axis, 0, 1);
        const raised = parts.map((part) => tracer.nameOf(tracer.reshaped(part, shape)));
        return tracer.result(
          shape.with(axis, parts.length),
          parts[0]!.dtype,
          tracer.node('Concat', raised, { axis }),
        );
      },
    },
    PadV2: {
      inputNames: ['x'],
      kernel: (
        tracer,
        [x],
        { paddings, constantValue }: { paddings: [number, number][]; constantValue: number },
      ) => {
        const shape = x!.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);
        if (tf.util.arraysEqual(shape, x!.shape)) return x!;
        const pads = tracer.wholes([
          ...paddings.map(([before]) => before),
          ...paddings.map(([, after]) => after),
        ]);
        return tracer.result(
          shape,
          x!.dtype,
          tracer.node('Pad', [x!, pads, tracer.floats([constantValue], [])]),
        );
      },
    },
    Tile: {
      inputNames: ['x'],
      kernel: (tracer, [x], { reps }: { reps: number[] }) =>
        tracer.result(
          x!.shape.map((size, axis) => size * reps[axis]!),
          x!.dtype,
          tracer.node('Tile', [x!, tracer.wholes(reps)]),
        ),
    },
  };
}

interface OneHotAttributes {
  depth: number;
  onValue: number;
  offValue: number;
  dtype: DataType;
}

function gathering(): TraceKernels {
  return {
    GatherV2: {
      inputNames: ['x', 'indices'],
      kernel: (tracer, [x, indices], { axis, batchDims }: { axis: number; batchDims: number }) => {
        if (batchDims) throw new RangeError('engine: gather must have batchDims 0; reshape instead');
        const [along] = tf.util.parseAxisParam(axis, x!.shape) as [number];
        return tracer.result(
          x!.shape.toSpliced(along, 1, ...indices!.shape),
          x!.dtype,
          tracer.node('Gather', [x!, indices!], { axis: along }),
        );
      },
    },
    UnsortedSegmentSum: {
      inputNames: ['x', 'segmentIds'],
      kernel: (tracer, [x, segmentIds], { numSegments }: { numSegments: number }) => {
        const shape = x!.shape.with(0, numSegments);
        const zeros = tracer.splat(shape, x!.dtype, 0);
        const inputs = [x!, tracer.reshaped(segmentIds!, [x!.shape[0]!]), zeros];
        return tracer.like(zeros, tracer.node('SegmentSum', inputs, { shape: x!.shape, numSegments }));
      },
    },
    OneHot: {
      inputNames: ['indices'],
      kernel: (tracer, [indices], { depth, onValue, offValue, dtype }: OneHotAttributes) => {
        const hot = tracer.node('OneHot', [indices!], { depth, onValue, offValue });
        const shape = [...indices!.shape, depth];
        return tracer.result(
          shape,
          dtype,
          dtype === 'int32' ? tracer.node('Cast', [hot], { to: onnxTypes.int32 }) : hot,
        );
      },
    },
  };
}
