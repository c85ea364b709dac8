import type { DataType, TensorInfo } from '@tensorflow/tfjs';
import { onnxTypes } from '../../formats/onnx/writeOnnx.ts';
import { tf } from '../tf.ts';
import { favorsFewOps } from '../trace.ts';
import type { TraceKernel, TraceKernels } from '../traceKernels.ts';
import type { NodeInput, Tracer } from '../tracer.ts';

/** Kernels that treat every element alike: arithmetic, comparison, functions of one number, casts, selection. */
export function elementwiseKernels(): TraceKernels {
  return { ...arithmetic(), ...comparisons(), ...functions(), ...choices() };
}

function arithmetic(): TraceKernels {
  return {
    ...binary('Add', 'Add', { identity: 0 }),
    ...binary('Sub', 'Sub', { rightIdentity: 0 }),
    ...binary('Multiply', 'Mul', { identity: 1 }),
    ...binary('RealDiv', 'Div', { rightIdentity: 1 }),
    ...binary('Maximum', 'Max'),
    ...binary('Minimum', 'Min'),
    ...binary('Pow', 'Pow', { rightIdentity: 1 }),
    ...binary('Mod', 'Mod', { attributes: { fmod: 1 } }),
    ...binary('SquaredDifference', '', {
      kernel: (tracer, [a, b]) => {
        const shape = broadcastShape(a!, b!);
        const difference = combined(tracer, 'Sub', [a!, b!], { shape });
        return tracer.result(shape, a!.dtype, tracer.node('Mul', [difference, difference]));
      },
    }),
    AddN: {
      inputNames: [],
      kernel: (tracer, parts) => tracer.like(parts[0]!, tracer.node('Sum', parts)),
    },
  };
}

function comparisons(): TraceKernels {
  return {
    ...comparison('Equal', 'Equal'),
    ...comparison('Greater', 'Greater'),
    ...comparison('GreaterEqual', 'GreaterOrEqual'),
    ...comparison('Less', 'Less'),
    ...comparison('LessEqual', 'LessOrEqual'),
    ...comparison('LogicalAnd', 'And'),
    ...comparison('LogicalOr', 'Or'),
    NotEqual: {
      inputNames: ['a', 'b'],
      kernel: (tracer, [a, b]) => {
        const shape = broadcastShape(a!, b!);
        return tracer.result(
          shape,
          'bool',
          tracer.node('Not', [combined(tracer, 'Equal', [a!, b!], { shape })]),
        );
      },
    },
    LogicalNot: map((tracer, x) => tracer.result(x.shape, 'bool', tracer.node('Not', [x]))),
  };
}

function functions(): TraceKernels {
  return {
    ...unary(
      ...['Relu', 'Sqrt', 'Neg', 'Exp', 'Log', 'Abs', 'Reciprocal', 'Sin', 'Cos', 'Tanh', 'Sigmoid'],
      ...['Sign', 'Floor', 'Ceil', 'Round', 'Softplus', 'Erf'],
      ...['Asin', 'Acos', 'Atan', 'Asinh', 'Acosh', 'Atanh'],
    ),
    Square: map((tracer, x) => tracer.like(x, tracer.node('Mul', [x, x]))),
    Rsqrt: map((tracer, x) => tracer.like(x, tracer.node('Reciprocal', [tracer.node('Sqrt', [x])]))),
    Log1p: map((tracer, x) =>
      tracer.like(x, tracer.node('Log', [tracer.node('Add', [x, tracer.floats([1], [])])])),
    ),
    Expm1: map((tracer, x) =>
      tracer.like(x, tracer.node('Sub', [tracer.node('Exp', [x]), tracer.floats([1], [])])),
    ),
    Step: {
      inputNames: ['x'],
      kernel: (tracer, [x], { alpha }: { alpha: number }) => {
        const isPositive = tracer.node('Greater', [x!, tracer.floats([0], [])]);
        if (alpha)
          return tracer.like(
            x!,
            tracer.node('Where', [isPositive, tracer.floats([1], []), tracer.floats([alpha], [])]),
          );
        return cast(tracer, tracer.result(x!.shape, 'bool', isPositive), 'float32');
      },
    },
  };
}

function choices(): TraceKernels {
  return {
    Identity: { inputNames: ['x'], kernel: (_, [x]) => x! },
    Cast: {
      inputNames: ['x'],
      kernel: (tracer, [x], { dtype }: { dtype: DataType }) => cast(tracer, x!, dtype),
    },
    ClipByValue: {
      inputNames: ['x'],
      kernel: (tracer, [x], { clipValueMin, clipValueMax }: { clipValueMin: number; clipValueMax: number }) =>
        tracer.like(
          x!,
          tracer.node('Clip', [x!, tracer.floats([clipValueMin], []), tracer.floats([clipValueMax], [])]),
        ),
    },
    Select: {
      inputNames: ['condition', 't', 'e'],
      kernel: (tracer, [condition, t, e]) =>
        tracer.result(
          t!.shape,
          t!.dtype,
          tracer.node('Where', [
            alongFirstAxis(tracer, condition!, t!.shape.length),
            tracer.compact(t!).name,
            tracer.compact(e!).name,
          ]),
        ),
    },
  };
}

interface BinaryOptions {
  /** Value that leaves the other operand as it is. */
  identity?: number;
  rightIdentity?: number;
  attributes?: Record<string, number>;
  kernel?: (tracer: Tracer, inputs: TensorInfo[]) => TensorInfo | undefined;
}

function binary(name: string, opType: string, options: BinaryOptions = {}): TraceKernels {
  const kernel: TraceKernel = (tracer, [a, b]) => {
    const shape = broadcastShape(a!, b!);
    const unchanged = neutral(tracer, a!, b!, options);
    if (unchanged)
      return tf.util.arraysEqual(unchanged.shape, shape) ? unchanged : tracer.broadcasted(unchanged, shape);
    return (
      options.kernel?.(tracer, [a!, b!]) ??
      tracer.result(
        shape,
        a!.dtype,
        combined(tracer, opType, [a!, b!], { shape, attributes: options.attributes }),
      )
    );
  };
  return { [name]: { inputNames: ['a', 'b'], kernel } };
}

/** The operand that an operation with a neutral constant leaves as it is. */
function neutral(tracer: Tracer, a: TensorInfo, b: TensorInfo, { identity, rightIdentity }: BinaryOptions) {
  const right = rightIdentity ?? identity;
  if (right !== undefined && tracer.splatOf(b) === right) return a;
  if (identity !== undefined && tracer.splatOf(a) === identity) return b;
  return undefined;
}

/**
 * Name of an operation's result. On a processor one number against many is slow, number by number, where the last axis has
 * length one; the many are made a vector then.
 */
function combined(
  tracer: Tracer,
  opType: string,
  [a, b]: readonly [TensorInfo, TensorInfo],
  { shape, attributes }: { shape: readonly number[]; attributes?: Record<string, number> | undefined },
): string {
  const isOne = (x: TensorInfo) => tf.util.sizeFromShape(x.shape) === 1;
  if (favorsFewOps() || shape.at(-1) !== 1 || isOne(a) === isOne(b))
    return tracer.node(opType, broadcastInputs(tracer, a, b, shape), attributes);
  const flat = [a, b].map((x) => tracer.reshaped(x, isOne(x) ? [] : [tf.util.sizeFromShape(x.shape)]));
  return tracer.node('Reshape', [tracer.node(opType, flat, attributes), tracer.wholes(shape)]);
}

/** Both operands, unexpanded as far as the result's shape allows. */
function broadcastInputs(
  tracer: Tracer,
  a: TensorInfo,
  b: TensorInfo,
  shape: readonly number[],
): NodeInput[] {
  const [smallA, smallB] = [tracer.compact(a), tracer.compact(b)];
  const reaches = (p: readonly number[], q: readonly number[]) =>
    tf.util.arraysEqual(tf.backend_util.assertAndGetBroadcastShape([...p], [...q]), [...shape]);
  if (reaches(smallA.shape, smallB.shape)) return [smallA.name, smallB.name];
  if (reaches(a.shape, smallB.shape)) return [a, smallB.name];
  return [reaches(smallA.shape, b.shape) ? smallA.name : a, b];
}

function cast(tracer: Tracer, x: TensorInfo, dtype: DataType): TensorInfo {
  if (x.dtype === dtype) return x;
  const uniform = tracer.splatOf(x);
  if (uniform !== undefined && tracer.constantValues(x)) return tracer.splat(x.shape, dtype, uniform);
  return tracer.result(x.shape, dtype, tracer.node('Cast', [x], { to: onnxTypes[dtype as 'float32'] }));
}

function comparison(name: string, opType: string): TraceKernels {
  const kernel: TraceKernel = (tracer, [a, b]) => {
    const shape = broadcastShape(a!, b!);
    return tracer.result(shape, 'bool', combined(tracer, opType, [a!, b!], { shape }));
  };
  return { [name]: { inputNames: ['a', 'b'], kernel } };
}

function unary(...names: string[]): TraceKernels {
  return Object.fromEntries(
    names.map((name) => [name, map((tracer, x) => tracer.like(x, tracer.node(name, [x])))]),
  );
}

function map(one: (tracer: Tracer, x: TensorInfo) => TensorInfo): {
  inputNames: readonly string[];
  kernel: TraceKernel;
} {
  return { inputNames: ['x'], kernel: (tracer, [x]) => one(tracer, x!) };
}

const broadcastShape = (a: TensorInfo, b: TensorInfo) =>
  tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);

/** tfjs lets a vector condition select whole rows. */
function alongFirstAxis(tracer: Tracer, condition: TensorInfo, rank: number): TensorInfo {
  if (condition.shape.length === rank || condition.shape.length === 0) return condition;
  const shape = [...condition.shape, ...new Array(rank - condition.shape.length).fill(1)];
  return tracer.reshaped(condition, shape);
}
