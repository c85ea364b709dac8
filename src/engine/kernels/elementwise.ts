import type { DataType, TensorInfo } from '@tensorflow/tfjs';
import { onnxTypes } from '../../formats/onnx/writeOnnx.ts';
import { tf } from '../tf.ts';
import {
  broadcasted,
  compact,
  conditionOf,
  constantValues,
  floats,
  nameOf,
  node,
  reshaped,
  result,
  splat,
  splatOf,
} from '../traceBackend.ts';
import type { TraceKernel } from '../traceKernels.ts';

type Kernels = Record<string, { inputNames: readonly string[]; kernel: TraceKernel }>;

/** Kernels that treat every element alike: arithmetic, comparison, functions of one number, casts, selection. */
export function elementwiseKernels(): Kernels {
  return {
    ...binary('Add', 'Add', { identity: 0 }),
    ...binary('Sub', 'Sub', { rightIdentity: 0 }),
    ...binary('Multiply', 'Mul', { identity: 1, kernel: masked }),
    ...binary('RealDiv', 'Div', { rightIdentity: 1 }),
    ...binary('Maximum', 'Max'),
    ...binary('Minimum', 'Min'),
    ...binary('Pow', 'Pow', { rightIdentity: 1 }),
    ...binary('Mod', 'Mod', { attributes: { fmod: 1 } }),
    ...binary('SquaredDifference', '', {
      kernel: ([a, b]) => {
        const shape = broadcastShape(a!, b!);
        const difference = node('Sub', broadcastNames(a!, b!, shape));
        return result(shape, a!.dtype, node('Mul', [difference, difference]));
      },
    }),
    ...comparison('Equal', 'Equal'),
    ...comparison('Greater', 'Greater'),
    ...comparison('GreaterEqual', 'GreaterOrEqual'),
    ...comparison('Less', 'Less'),
    ...comparison('LessEqual', 'LessOrEqual'),
    ...comparison('LogicalAnd', 'And'),
    ...comparison('LogicalOr', 'Or'),
    NotEqual: {
      inputNames: ['a', 'b'],
      kernel: ([a, b]) => {
        const shape = broadcastShape(a!, b!);
        return result(shape, 'bool', node('Not', [node('Equal', broadcastNames(a!, b!, shape))]));
      },
    },
    ...unary(
      ...['Relu', 'Sqrt', 'Neg', 'Exp', 'Log', 'Abs', 'Reciprocal', 'Sin', 'Cos', 'Tanh', 'Sigmoid'],
      ...['Sign', 'Floor', 'Ceil', 'Softplus', 'Erf'],
    ),
    AddN: {
      inputNames: [],
      kernel: (parts) => likeInput(parts[0]!, node('Sum', parts.map(nameOf))),
    },
    LogicalNot: map((x) => result(x.shape, 'bool', node('Not', [nameOf(x)]))),
    Square: map((x) => likeInput(x, node('Mul', [nameOf(x), nameOf(x)]))),
    Rsqrt: map((x) => likeInput(x, node('Reciprocal', [node('Sqrt', [nameOf(x)])]))),
    Log1p: map((x) => likeInput(x, node('Log', [node('Add', [nameOf(x), floats([1], [])])]))),
    Expm1: map((x) => likeInput(x, node('Sub', [node('Exp', [nameOf(x)]), floats([1], [])]))),
    Step: {
      inputNames: ['x'],
      kernel: ([x], { alpha }: { alpha: number }) => {
        const isPositive = node('Greater', [nameOf(x!), floats([0], [])]);
        if (alpha) return likeInput(x!, node('Where', [isPositive, floats([1], []), floats([alpha], [])]));
        return cast(result(x!.shape, 'bool', isPositive), 'float32');
      },
    },
    Identity: { inputNames: ['x'], kernel: ([x]) => x! },
    Cast: { inputNames: ['x'], kernel: ([x], { dtype }: { dtype: DataType }) => cast(x!, dtype) },
    ClipByValue: {
      inputNames: ['x'],
      kernel: ([x], { clipValueMin, clipValueMax }: { clipValueMin: number; clipValueMax: number }) =>
        likeInput(x!, node('Clip', [nameOf(x!), floats([clipValueMin], []), floats([clipValueMax], [])])),
    },
    Select: {
      inputNames: ['condition', 't', 'e'],
      kernel: ([condition, t, e]) =>
        result(
          t!.shape,
          t!.dtype,
          node('Where', [alongFirstAxis(condition!, t!.shape.length), compact(t!).name, compact(e!).name]),
        ),
    },
  };
}

interface BinaryOptions {
  /** Value that leaves the other operand as it is. */
  identity?: number;
  rightIdentity?: number;
  attributes?: Record<string, number>;
  kernel?: (inputs: TensorInfo[]) => TensorInfo | undefined;
}

function binary(name: string, opType: string, options: BinaryOptions = {}): Kernels {
  const kernel: TraceKernel = ([a, b]) => {
    const shape = broadcastShape(a!, b!);
    const unchanged = neutral(a!, b!, options);
    if (unchanged)
      return tf.util.arraysEqual(unchanged.shape, shape) ? unchanged : broadcasted(unchanged, shape);
    return (
      options.kernel?.([a!, b!]) ??
      result(shape, a!.dtype, node(opType, broadcastNames(a!, b!, shape), options.attributes))
    );
  };
  return { [name]: { inputNames: ['a', 'b'], kernel } };
}

/** The operand that an operation with a neutral constant leaves as it is. */
function neutral(a: TensorInfo, b: TensorInfo, { identity, rightIdentity }: BinaryOptions) {
  const right = rightIdentity ?? identity;
  if (right !== undefined && splatOf(b) === right) return a;
  if (identity !== undefined && splatOf(a) === identity) return b;
  return undefined;
}

/** Names of both operands, unexpanded as far as the result's shape allows. */
function broadcastNames(a: TensorInfo, b: TensorInfo, shape: readonly number[]): string[] {
  const [smallA, smallB] = [compact(a), compact(b)];
  const reaches = (p: readonly number[], q: readonly number[]) =>
    tf.util.arraysEqual(tf.backend_util.assertAndGetBroadcastShape([...p], [...q]), [...shape]);
  if (reaches(smallA.shape, smallB.shape)) return [smallA.name, smallB.name];
  if (reaches(a.shape, smallB.shape)) return [nameOf(a), smallB.name];
  return [reaches(smallA.shape, b.shape) ? smallA.name : nameOf(a), nameOf(b)];
}

/** x · float(condition) as a selection: one pass over memory less, and no cast. */
function masked([a, b]: TensorInfo[]): TensorInfo | undefined {
  for (const [x, mask] of [
    [a!, b!],
    [b!, a!],
  ] as const) {
    const condition = conditionOf(mask);
    if (condition === undefined || !tf.util.arraysEqual(x.shape, mask.shape)) continue;
    return result(x.shape, x.dtype, node('Where', [condition, nameOf(x), floats([0], [])]));
  }
  return undefined;
}

function cast(x: TensorInfo, dtype: DataType): TensorInfo {
  if (x.dtype === dtype) return x;
  const uniform = splatOf(x);
  if (uniform !== undefined && constantValues(x)) return splat(x.shape, dtype, uniform);
  const condition = x.dtype === 'bool' ? nameOf(x) : undefined;
  return result(x.shape, dtype, node('Cast', [nameOf(x)], { to: onnxTypes[dtype as 'float32'] }), condition);
}

function comparison(name: string, opType: string): Kernels {
  const kernel: TraceKernel = ([a, b]) => {
    const shape = broadcastShape(a!, b!);
    return result(shape, 'bool', node(opType, broadcastNames(a!, b!, shape)));
  };
  return { [name]: { inputNames: ['a', 'b'], kernel } };
}

function unary(...names: string[]): Kernels {
  return Object.fromEntries(names.map((name) => [name, map((x) => likeInput(x, node(name, [nameOf(x)])))]));
}

function map(one: (x: TensorInfo) => TensorInfo): { inputNames: readonly string[]; kernel: TraceKernel } {
  return { inputNames: ['x'], kernel: ([x]) => one(x!) };
}

const likeInput = (x: TensorInfo, name: string) => result(x.shape, x.dtype, name);

const broadcastShape = (a: TensorInfo, b: TensorInfo) =>
  tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);

/** tfjs lets a vector condition select whole rows. */
function alongFirstAxis(condition: TensorInfo, rank: number): string {
  if (condition.shape.length === rank || condition.shape.length === 0) return nameOf(condition);
  const shape = [...condition.shape, ...new Array(rank - condition.shape.length).fill(1)];
  return nameOf(reshaped(condition, shape));
}
