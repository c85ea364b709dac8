import type { BackendValues, DataType, TensorInfo } from '@tensorflow/tfjs';
import { addConstant, addNode, createGraph, type Graph } from './graph.ts';
import type { Attribute, OnnxType } from './onnxModel.ts';
import { tf } from './tf.ts';

/** Name of the TensorFlow.js backend whose kernels record ONNX nodes instead of computing. */
export const traceBackendName = 'onnx-trace';

/** What the backend knows of a tensor: its values when constant, else its name in the graph. */
interface Traced {
  shape: number[];
  dtype: DataType;
  values?: BackendValues;
  /** The one value that all elements of a constant have, where it was made so. */
  splat?: number;
  name?: string;
  /** Name of a smaller value that broadcasts to this tensor; it is expanded only where it must be. */
  compactName?: string;
  compactShape?: readonly number[];
  /** Name of the bool value that this is 1 or 0 for. */
  condition?: string;
}

/** A kernel of the backend: reads shapes and attributes, records nodes, returns the results. */
export type TraceKernel = (inputs: TensorInfo[], attributes: never) => TensorInfo | TensorInfo[];

// tfjs demands a subclass of KernelBackend: the one place where the project inherits.
class TraceBackend extends tf.KernelBackend {
  readonly store = new tf.DataStorage<Traced>(this, tf.engine());
  override numDataIds() {
    return this.store.numDataIds();
  }
  override write(values: BackendValues, shape: number[], dtype: DataType) {
    const dataId = {};
    this.store.set(dataId, { values, shape, dtype });
    return dataId;
  }
  override move(dataId: object, values: BackendValues, shape: number[], dtype: DataType) {
    this.store.set(dataId, { values, shape, dtype });
  }
  override readSync(dataId: object): BackendValues {
    const { values } = this.store.get(dataId);
    if (!values)
      throw new TypeError(
        `engine: a traced function must be made of TensorFlow.js ops alone, but a value is read at ${callSite()}; keep data-dependent code out of it`,
      );
    return values;
  }
  override async read(dataId: object) {
    return this.readSync(dataId);
  }
  override disposeData() {
    return true;
  }
  override incRef() {}
  override refCount() {
    return 1;
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override epsilon() {
    return 1e-7;
  }
  override timerAvailable() {
    return false;
  }
}

const backend = new TraceBackend();
tf.registerBackend(traceBackendName, () => backend, 0);
let graph: Graph = createGraph();
/** Names of the constants in the graph being recorded, by values and shape. */
let constantNames = new Map<BackendValues, Map<string, string>>();

/**
 * Records a function's ops.
 *
 * @param record - Calls TensorFlow.js ops while this backend is active; not asynchronous.
 * @returns The graph and what `record` returned.
 */
export async function trace<T>(record: () => T): Promise<{ graph: Graph; result: T }> {
  // One after the other: TensorFlow.js has one current backend.
  const turn = lastTrace.then(() => traceAlone(record));
  lastTrace = turn.catch(() => {});
  return turn;
}

let lastTrace: Promise<unknown> = Promise.resolve();

async function traceAlone<T>(record: () => T): Promise<{ graph: Graph; result: T }> {
  const before = tf.getBackend() ?? 'cpu';
  await tf.setBackend(traceBackendName);
  const own = createGraph();
  graph = own;
  constantNames = new Map();
  try {
    return { graph: own, result: tf.tidy(() => record() as never) };
  } finally {
    graph = createGraph();
    await tf.setBackend(before);
  }
}

/**
 * A symbolic input of the graph being recorded.
 *
 * @param name - Its name in the ONNX model.
 * @param shape - Its shape.
 * @param dtype - Its type.
 * @returns The tensor.
 */
export function traceInput(name: string, shape: readonly number[], dtype: 'float32' | 'int32') {
  graph.inputs.push({ name, type: dtype, shape });
  return tf.engine().makeTensorFromTensorInfo(result(shape, dtype, name));
}

/** TensorInfo of a value in the graph; `condition` names the bool value that it is 1 or 0 for. */
export function result(
  shape: readonly number[],
  dtype: DataType,
  name: string,
  condition?: string,
): TensorInfo {
  return store({ shape: [...shape], dtype, name, ...(condition === undefined ? {} : { condition }) });
}

/** Name of the bool value that a tensor is 1 or 0 for, undefined for any other tensor. */
export function conditionOf(x: TensorInfo): string | undefined {
  return backend.store.get(x.dataId).condition;
}

/** TensorInfo of a value that is equal to `x` but for its shape or type; a constant stays one. */
export function reshaped(x: TensorInfo, shape: readonly number[]): TensorInfo {
  const { values, splat } = backend.store.get(x.dataId);
  if (values)
    return store({ shape: [...shape], dtype: x.dtype, values, ...(splat === undefined ? {} : { splat }) });
  return result(shape, x.dtype, node('Reshape', [nameOf(x), wholes(shape)]));
}

/** TensorInfo of a smaller value that stands for its broadcast to `shape`. */
export function broadcasted(x: TensorInfo, shape: readonly number[]): TensorInfo {
  const { name, shape: compactShape } = compact(x);
  return store({ shape: [...shape], dtype: x.dtype, compactName: name, compactShape });
}

/** Name of a tensor in the graph; a constant becomes an initializer, a broadcast is carried out. */
export function nameOf(x: TensorInfo): string {
  const traced = backend.store.get(x.dataId);
  if (traced.name !== undefined) return traced.name;
  if (traced.compactName !== undefined) {
    traced.name = node('Expand', [traced.compactName, wholes(x.shape)]);
    return traced.name;
  }
  return constantName(traced);
}

/** Name and true shape of a tensor for ops that broadcast: a tensor not yet expanded stays small. */
export function compact(x: TensorInfo): { name: string; shape: readonly number[] } {
  const traced = backend.store.get(x.dataId);
  if (traced.compactName !== undefined && traced.compactShape)
    return { name: traced.compactName, shape: traced.compactShape };
  if (traced.splat !== undefined)
    return { name: constantName({ ...traced, shape: [], values: splatValues(traced) }), shape: [] };
  return { name: nameOf(x), shape: x.shape };
}

/** Values of a constant tensor, undefined when it depends on an input. */
export function constantValues(x: TensorInfo): BackendValues | undefined {
  return backend.store.get(x.dataId).values;
}

/** The one value of a constant that was made uniform (zeros, ones, a fill), else undefined. */
export function splatOf(x: TensorInfo): number | undefined {
  const { splat, values, shape } = backend.store.get(x.dataId);
  return splat ?? (values && shape.length === 0 ? Number(values[0]) : undefined);
}

/** A constant tensor. */
export function constantTensor(shape: readonly number[], values: Float32Array): TensorInfo {
  return store({ shape: [...shape], dtype: 'float32', values });
}

/** A constant tensor of one value. */
export function splat(shape: readonly number[], dtype: DataType, value: number): TensorInfo {
  const values = typedArray(dtype, tf.util.sizeFromShape([...shape])).fill(value);
  return store({ shape: [...shape], dtype, values, splat: value });
}

/** Appends a node with one output to the graph being recorded; returns the output's name. */
export function node(
  opType: string,
  inputs: string[],
  attributes: Record<string, Attribute | undefined> = {},
): string {
  return addNode(graph, opType, inputs, attributes)[0]!;
}

/** Appends a node with several outputs; returns their names. */
export function nodes(
  opType: string,
  inputs: string[],
  attributes: Record<string, Attribute | undefined>,
  outputCount: number,
): string[] {
  return addNode(graph, opType, inputs, attributes, outputCount);
}

/** A vector of int64 as ONNX wants for shapes, axes and bounds. */
export function wholes(values: readonly number[]): string {
  const bytes = new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer);
  return addConstant(graph, 'int64', [values.length], bytes);
}

/** A float32 scalar or tensor constant. */
export function floats(values: readonly number[] | Float32Array, shape: readonly number[]): string {
  return addConstant(graph, 'float32', shape, new Uint8Array(Float32Array.from(values).buffer));
}

/**
 * Registers kernels. One whose inputs are all constant is computed at once by the `cpu` backend, so constants are
 * folded before the graph exists.
 *
 * @param kernels - Kernel functions by TensorFlow.js name; `inputNames` gives the order of the inputs.
 */
export function registerTraceKernels(
  kernels: Record<string, { inputNames: readonly string[]; kernel: TraceKernel }>,
): void {
  for (const [kernelName, { inputNames, kernel }] of Object.entries(kernels))
    tf.registerKernel({
      kernelName,
      backendName: traceBackendName,
      kernelFunc: ({ inputs, attrs }) => {
        const given = (inputNames.length > 0 ? inputNames : Object.keys(inputs)).map((name) => inputs[name]!);
        const isConstant = given.every((input) => constantValues(input) !== undefined);
        if (isConstant && kernelName !== 'Identity' && given.length > 0)
          return computeConstant(kernelName, inputs as Record<string, TensorInfo>, attrs);
        const results = kernel(given, (attrs ?? {}) as never);
        return Array.isArray(results) ? results.map(fresh) : fresh(results);
      },
    });
}

// tfjs takes a returned Tensor for the result itself: an op that passes its input on would be its own input.
const fresh = ({ dataId, shape, dtype }: TensorInfo): TensorInfo => ({ dataId, shape, dtype });

/**
 * Computes a kernel on constants with the `cpu` backend.
 *
 * @param kernelName - TensorFlow.js' name of the kernel.
 * @param inputs - Constant tensors of this backend by input name.
 * @param attrs - The kernel's attributes.
 * @returns The results, constants of this backend.
 */
export function computeConstant(
  kernelName: string,
  inputs: Record<string, TensorInfo>,
  attrs: unknown,
): TensorInfo | TensorInfo[] {
  const cpu = tf.engine().findBackend('cpu');
  const toCpu = (x: TensorInfo): TensorInfo => ({
    ...x,
    dataId: cpu.write(constantValues(x)!, x.shape, x.dtype),
  });
  const cpuInputs: Record<string, TensorInfo> = Array.isArray(inputs)
    ? (inputs.map(toCpu) as never)
    : Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, toCpu(x)]));
  const computed = tf
    .getKernel(kernelName, 'cpu')
    .kernelFunc({ inputs: cpuInputs, attrs: attrs as never, backend: cpu });
  const fromCpu = (x: TensorInfo) =>
    store({ shape: x.shape, dtype: x.dtype, values: copyOf(cpu.readSync(x.dataId), x.dtype) });
  const results = Array.isArray(computed) ? computed.map(fromCpu) : fromCpu(computed);
  for (const x of [...Object.values(cpuInputs), ...(Array.isArray(computed) ? computed : [computed])])
    cpu.disposeData(x.dataId, true);
  return results;
}

/** Every op that the `cpu` backend has and this one lacks ends in an error that names it and its place. */
export function registerUnknownKernels(): void {
  const known = new Set(tf.getKernelsForBackend(traceBackendName).map(({ kernelName }) => kernelName));
  for (const { kernelName } of tf.getKernelsForBackend('cpu'))
    if (!known.has(kernelName))
      tf.registerKernel({
        kernelName,
        backendName: traceBackendName,
        kernelFunc: ({ inputs, attrs }) => {
          const given = Object.values(inputs).flat() as TensorInfo[];
          if (given.every((input) => constantValues(input) !== undefined))
            return computeConstant(kernelName, inputs as Record<string, TensorInfo>, attrs);
          throw new TypeError(
            `engine: op '${kernelName}', called at ${callSite()}, has no ONNX form; write it with one of ${[...known].sort().join(', ')}, or run with --engine tfjs`,
          );
        },
      });
}

/** File and line outside TensorFlow.js and the engine that called the current op. */
function callSite(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  Error.stackTraceLimit = limit;
  const outside = frames.find(
    (frame) => !/node_modules|tfjs-core|node:|[\\/]src[\\/]engine[\\/]/.test(frame),
  );
  return (outside ?? frames[0] ?? 'an unknown place')
    .trim()
    .replace(/^at /, '')
    .replace(/file:\/\//, '');
}

function store(traced: Traced): TensorInfo {
  const dataId = {};
  backend.store.set(dataId, traced);
  return { dataId, shape: traced.shape, dtype: traced.dtype };
}

function constantName(traced: Traced): string {
  const names = constantNames.get(traced.values!) ?? new Map<string, string>();
  constantNames.set(traced.values!, names);
  const shape = traced.shape.join();
  if (!names.has(shape)) {
    const values = copyless(traced.values!, traced.dtype);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    names.set(shape, addConstant(graph, traced.dtype as OnnxType, traced.shape, bytes));
  }
  return names.get(shape)!;
}

const splatValues = (traced: Traced) => typedArray(traced.dtype, 1).fill(traced.splat!);

function typedArray(dtype: DataType, size: number): Float32Array | Int32Array | Uint8Array {
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}

function copyless(values: BackendValues, dtype: DataType): Float32Array | Int32Array | Uint8Array {
  const Wanted = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype as 'float32'];
  return values instanceof Wanted ? values : copyOf(values, dtype);
}

function copyOf(values: BackendValues, dtype: DataType): Float32Array | Int32Array | Uint8Array {
  const copy = typedArray(dtype, values.length);
  copy.set(values as Float32Array);
  return copy;
}
