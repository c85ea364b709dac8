import type { DataType, TensorInfo } from '@tensorflow/tfjs';
import { tf } from '../tf.ts';
import { compact, floats, nameOf, node, nodes, reshaped, result, splat, wholes } from '../traceBackend.ts';
import type { TraceKernel } from '../traceKernels.ts';
import { permuted } from './transposition.ts';

type Kernels = Record<string, { inputNames: readonly string[]; kernel: TraceKernel }>;

/** Kernels that move elements without changing them: reshaping, slicing, joining, padding, gathering. */
export function shapeKernels(): Kernels {
  return {
    Reshape: {
      inputNames: ['x'],
      kernel: ([x], { shape }: { shape: number[] }) =>
        reshaped(x!, tf.util.inferFromImplicitShape(shape, tf.util.sizeFromShape(x!.shape))),
    },
    ExpandDims: {
      inputNames: ['input'],
      kernel: ([x], { dim }: { dim: number }) =>
        reshaped(x!, x!.shape.toSpliced(dim < 0 ? dim + x!.shape.length + 1 : dim, 0, 1)),
    },
    Transpose: {
      inputNames: ['x'],
      kernel: ([x], { perm }: { perm: number[] }) =>
        result(
          perm.map((axis) => x!.shape[axis]!),
          x!.dtype,
          permuted(x!, perm),
        ),
    },
    BroadcastTo: {
      inputNames: ['x'],
      kernel: ([x], { shape }: { shape: number[] }) =>
        result(shape, x!.dtype, node('Expand', [compact(x!).name, wholes(shape)])),
    },
    Fill: {
      inputNames: [],
      kernel: (_, { shape, value, dtype }: { shape: number[]; value: number; dtype: DataType }) =>
        splat(shape, dtype ?? 'float32', value),
    },
    ZerosLike: { inputNames: ['x'], kernel: ([x]) => splat(x!.shape, x!.dtype, 0) },
    OnesLike: { inputNames: ['x'], kernel: ([x]) => splat(x!.shape, x!.dtype, 1) },
    ...slicing(),
    ...joining(),
    ...gathering(),
  };
}

function slicing(): Kernels {
  return {
    Slice: {
      inputNames: ['x'],
      kernel: ([x], { begin, size }: { begin: number[]; size: number[] }) => {
        const start = x!.shape.map((_, axis) => begin[axis] ?? 0);
        const shape = x!.shape.map((full, axis) =>
          (size[axis] ?? -1) < 0 ? full - start[axis]! : size[axis]!,
        );
        if (tf.util.arraysEqual(shape, x!.shape)) return x!;
        return slice(x!, start, shape);
      },
    },
    StridedSlice: {
      inputNames: ['x'],
      kernel: ([x], attributes: StridedSliceAttributes) => stridedSlice(x!, attributes),
    },
    Reverse: {
      inputNames: ['x'],
      kernel: ([x], { dims }: { dims: number[] }) => {
        const axes = tf.util.parseAxisParam(dims, x!.shape);
        const every = (value: number) => wholes(axes.map(() => value));
        const lowest = wholes(axes.map((axis) => -x!.shape[axis]! - 1));
        return result(
          x!.shape,
          x!.dtype,
          node('Slice', [nameOf(x!), every(-1), lowest, wholes(axes), every(-1)]),
        );
      },
    },
    SplitV: {
      inputNames: ['x'],
      kernel: ([x], { numOrSizeSplits, axis }: { numOrSizeSplits: number | number[]; axis: number }) => {
        const [along] = tf.util.parseAxisParam(axis, x!.shape) as [number];
        const sizes = tf.backend_util.prepareSplitSize(x! as never, numOrSizeSplits, along);
        const names = nodes('Split', [nameOf(x!), wholes(sizes)], { axis: along }, sizes.length);
        return sizes.map((size, i) => result(x!.shape.with(along, size), x!.dtype, names[i]!));
      },
    },
    Unpack: {
      inputNames: ['value'],
      kernel: ([x], { axis }: { axis: number }) => {
        const [along] = tf.util.parseAxisParam(axis, x!.shape) as [number];
        const shape = x!.shape.toSpliced(along, 1);
        return Array.from({ length: x!.shape[along]! }, (_, i) =>
          result(shape, x!.dtype, node('Gather', [nameOf(x!), wholesScalar(i)], { axis: along })),
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

function stridedSlice(x: TensorInfo, a: StridedSliceAttributes): TensorInfo {
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
  const axes = wholes(begin.map((_, axis) => axis));
  const sliced = node('Slice', [nameOf(x), wholes(begin), wholes(end), axes, wholes(strides)]);
  return result(finalShape, x.dtype, node('Reshape', [sliced, wholes(finalShape)]));
}

function slice(x: TensorInfo, begin: number[], size: number[]): TensorInfo {
  const axes = size.flatMap((length, axis) => (length === x.shape[axis] ? [] : [axis]));
  const starts = wholes(axes.map((axis) => begin[axis]!));
  const ends = wholes(axes.map((axis) => begin[axis]! + size[axis]!));
  return result(size, x.dtype, node('Slice', [nameOf(x), starts, ends, wholes(axes)]));
}

const wholesScalar = (value: number) => node('Squeeze', [wholes([value])]);

function joining(): Kernels {
  return {
    Concat: {
      inputNames: [],
      kernel: (parts, { axis }: { axis: number }) => {
        const first = parts[0]!;
        const [along] = tf.util.parseAxisParam(axis, first.shape) as [number];
        const filled = parts.filter((part) => tf.util.sizeFromShape(part.shape) > 0);
        const length = filled.reduce((sum, part) => sum + part.shape[along]!, 0);
        if (filled.length === 1) return filled[0]!;
        return result(
          first.shape.with(along, length),
          first.dtype,
          node('Concat', filled.map(nameOf), { axis: along }),
        );
      },
    },
    Pack: {
      inputNames: [],
      kernel: (parts, { axis }: { axis: number }) => {
        const shape = parts[0]!.shape.toSpliced(axis, 0, 1);
        const raised = parts.map((part) => nameOf(reshaped(part, shape)));
        return result(shape.with(axis, parts.length), parts[0]!.dtype, node('Concat', raised, { axis }));
      },
    },
    PadV2: {
      inputNames: ['x'],
      kernel: ([x], { paddings, constantValue }: { paddings: [number, number][]; constantValue: number }) => {
        const shape = x!.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);
        if (tf.util.arraysEqual(shape, x!.shape)) return x!;
        const pads = wholes([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
        return result(shape, x!.dtype, node('Pad', [nameOf(x!), pads, floats([constantValue], [])]));
      },
    },
    Tile: {
      inputNames: ['x'],
      kernel: ([x], { reps }: { reps: number[] }) =>
        result(
          x!.shape.map((size, axis) => size * reps[axis]!),
          x!.dtype,
          node('Tile', [nameOf(x!), wholes(reps)]),
        ),
    },
  };
}

function gathering(): Kernels {
  return {
    GatherV2: {
      inputNames: ['x', 'indices'],
      kernel: ([x, indices], { axis, batchDims }: { axis: number; batchDims: number }) => {
        if (batchDims) throw new RangeError('engine: gather must have batchDims 0; reshape instead');
        const [along] = tf.util.parseAxisParam(axis, x!.shape) as [number];
        return result(
          x!.shape.toSpliced(along, 1, ...indices!.shape),
          x!.dtype,
          node('Gather', [nameOf(x!), nameOf(indices!)], { axis: along }),
        );
      },
    },
    UnsortedSegmentSum: {
      inputNames: ['x', 'segmentIds'],
      kernel: ([x, segmentIds], { numSegments }: { numSegments: number }) => {
        const shape = x!.shape.with(0, numSegments);
        const zeros = nameOf(splat(shape, x!.dtype, 0));
        // Not ScatterND: its threads add in the order they come, so that sums would differ from run to run.
        const rows = reshaped(segmentIds!, [x!.shape[0]!, ...x!.shape.slice(1).fill(1)]);
        const places = node('Expand', [nameOf(rows), wholes(x!.shape)]);
        const scatter = { axis: 0, reduction: 'add' };
        return result(shape, x!.dtype, node('ScatterElements', [zeros, places, nameOf(x!)], scatter));
      },
    },
    OneHot: {
      inputNames: ['indices'],
      kernel: (
        [indices],
        {
          depth,
          onValue,
          offValue,
          dtype,
        }: { depth: number; onValue: number; offValue: number; dtype: DataType },
      ) => {
        const values = floats([offValue, onValue], [2]);
        const hot = node('OneHot', [node('Cast', [nameOf(indices!)], { to: 7 }), wholes([depth]), values], {
          axis: -1,
        });
        const shape = [...indices!.shape, depth];
        return result(shape, dtype, dtype === 'int32' ? node('Cast', [hot], { to: 6 }) : hot);
      },
    },
  };
}
