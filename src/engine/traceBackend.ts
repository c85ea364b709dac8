import type { BackendValues, DataType, TensorInfo } from '@tensorflow/tfjs';
import type { Attribute, OnnxType } from '../formats/onnx/writeOnnx.ts';
import { callSite } from './callSite.ts';
import { addConstant, addNode, createGraph, type Graph } from './graph.ts';
import { tf } from './tf.ts';
import { typedArray, typedValues } from './typedValues.ts';

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
export function trace<T>(record: () => T): { graph: Graph; result: T } {
  const before = tf.getBackend() ?? 'cpu';
  // Its promise waits only for backends that load code, which neither this one nor an active one has to.
  void tf.setBackend(traceBackendName);
  const own = createGraph();
  graph = own;
  constantNames = new Map();
  try {
    return { graph: own, result: tf.tidy(() => record() as never) };
  } finally {
    graph = createGraph();
    void tf.setBackend(before);
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
export function constantTensor(
  shape: readonly number[],
  values: BackendValues,
  dtype: DataType = 'float32',
): TensorInfo {
  return store({ shape: [...shape], dtype, values });
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
    const values = typedValues(traced.values!, traced.dtype);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    names.set(shape, addConstant(graph, traced.dtype as OnnxType, traced.shape, bytes));
  }
  return names.get(shape)!;
}

const splatValues = (traced: Traced) => typedArray(traced.dtype, 1).fill(traced.splat!);
