import type { BackendValues, DataType, Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { Attribute, OnnxType } from '../formats/onnx/writeOnnx.ts';
import { callSite } from './callSite.ts';
import { type DeviceName, defaultDevice } from './engine.ts';
import { addConstant, addFloats, addNode, addWholes, createGraph } from './graph.ts';
import { moveConstant } from './moveConstants.ts';
import { tf } from './tf.ts';
import { typedArray, typedCopy, typedValues } from './typedValues.ts';

/** What a tracer knows of a tensor: its values when constant, else its name in the graph. */
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
}

/** Input of a node: name of a value, or a tensor. */
export type NodeInput = string | TensorInfo;

/**
 * A TensorFlow.js backend that records ONNX nodes instead of computing: one for each trace, with the graph it makes.
 *
 * TensorFlow.js demands a subclass of KernelBackend: the one place where the project inherits.
 */
export class Tracer extends tf.KernelBackend {
  /** Where the graph is to run. */
  readonly device: DeviceName;

  constructor(device: DeviceName = defaultDevice) {
    super();
    this.device = device;
  }

  /** The graph so far. */
  readonly graph = createGraph();
  readonly #traced = new tf.DataStorage<Traced>(this, tf.engine());
  /** Names of the constants in the graph, by values and shape. */
  readonly #constantNames = new Map<BackendValues, Map<string, string>>();
  /** The same of their transpositions, by values, shape and order of axes. */
  readonly #transposedNames = new Map<BackendValues, Map<string, string>>();

  /** A symbolic input of the graph, by its name in the ONNX model. */
  input(name: string, shape: readonly number[], dtype: 'float32' | 'int32'): Tensor {
    this.graph.inputs.push({ name, type: dtype, shape });
    return tf.engine().makeTensorFromTensorInfo(this.result(shape, dtype, name));
  }

  /** Appends a node with one output; returns the output's name. */
  node(
    opType: string,
    inputs: readonly NodeInput[],
    attributes: Record<string, Attribute | undefined> = {},
  ): string {
    return this.nodes(opType, inputs, attributes, 1)[0]!;
  }

  /** Appends a node with several outputs; returns their names. */
  nodes(
    opType: string,
    inputs: readonly NodeInput[],
    attributes: Record<string, Attribute | undefined>,
    outputCount: number,
  ): string[] {
    const names = inputs.map((input) => (typeof input === 'string' ? input : this.nameOf(input)));
    return addNode(this.graph, opType, names, attributes, outputCount);
  }

  /** A vector of int64 as ONNX wants for shapes, axes and bounds. */
  wholes(values: readonly number[]): string {
    return addWholes(this.graph, values);
  }

  /** A float32 scalar or tensor constant. */
  floats(values: readonly number[] | Float32Array, shape: readonly number[]): string {
    return addFloats(this.graph, values, shape);
  }

  /** TensorInfo of a value in the graph. */
  result(shape: readonly number[], dtype: DataType, name: string): TensorInfo {
    this.graph.shapes.set(name, shape);
    return this.#store({ shape: [...shape], dtype, name });
  }

  /** TensorInfo of a value in the graph with the shape and type of another. */
  like(x: TensorInfo, name: string): TensorInfo {
    return this.result(x.shape, x.dtype, name);
  }

  /** TensorInfo of a value that is equal to `x` but for its shape; a constant stays one. */
  reshaped(x: TensorInfo, shape: readonly number[]): TensorInfo {
    if (tf.util.arraysEqual(x.shape, [...shape])) return x;
    const { values, splat } = this.#traced.get(x.dataId);
    if (!values) return this.result(shape, x.dtype, this.node('Reshape', [x, this.wholes(shape)]));
    const uniform = splat === undefined ? {} : { splat };
    return this.#store({ shape: [...shape], dtype: x.dtype, values, ...uniform });
  }

  /** TensorInfo of a smaller value that stands for its broadcast to `shape`. */
  broadcasted(x: TensorInfo, shape: readonly number[]): TensorInfo {
    const { name, shape: compactShape } = this.compact(x);
    return this.#store({ shape: [...shape], dtype: x.dtype, compactName: name, compactShape });
  }

  /** A constant tensor. */
  constantTensor(shape: readonly number[], values: BackendValues, dtype: DataType = 'float32'): TensorInfo {
    return this.#store({ shape: [...shape], dtype, values });
  }

  /** A constant tensor of one value. */
  splat(shape: readonly number[], dtype: DataType, value: number): TensorInfo {
    const values = typedArray(dtype, tf.util.sizeFromShape([...shape])).fill(value);
    return this.#store({ shape: [...shape], dtype, values, splat: value });
  }

  /** Name of a tensor in the graph; a constant becomes an initializer, a broadcast is carried out. */
  nameOf(x: TensorInfo): string {
    const traced = this.#traced.get(x.dataId);
    if (traced.name !== undefined) return traced.name;
    if (traced.compactName === undefined) return this.#constantName(traced);
    traced.name = this.node('Expand', [traced.compactName, this.wholes(x.shape)]);
    return traced.name;
  }

  /** Name and true shape of a tensor for ops that broadcast: a tensor not yet expanded stays small. */
  compact(x: TensorInfo): { name: string; shape: readonly number[] } {
    const traced = this.#traced.get(x.dataId);
    if (traced.compactName !== undefined && traced.compactShape)
      return { name: traced.compactName, shape: traced.compactShape };
    if (traced.splat === undefined) return { name: this.nameOf(x), shape: x.shape };
    const values = typedArray(traced.dtype, 1).fill(traced.splat);
    return { name: this.#constantName({ ...traced, shape: [], values }), shape: [] };
  }

  /** Values of a constant tensor, undefined when it depends on an input. */
  constantValues(x: TensorInfo): BackendValues | undefined {
    return this.#traced.get(x.dataId).values;
  }

  /** The one value of a constant that was made uniform (zeros, ones, a fill), else undefined. */
  splatOf(x: TensorInfo): number | undefined {
    const { splat, values, shape } = this.#traced.get(x.dataId);
    return splat ?? (values && shape.length === 0 ? Number(values[0]) : undefined);
  }

  /**
   * Computes a kernel on constants with the `cpu` backend.
   *
   * @param kernelName - TensorFlow.js' name of the kernel.
   * @param inputs - Constant tensors by input name, or in a list.
   * @param attrs - The kernel's attributes.
   * @returns The results, constants of this tracer.
   */
  compute(kernelName: string, inputs: Record<string, TensorInfo>, attrs: unknown): TensorInfo | TensorInfo[] {
    const [first] = Object.values(inputs);
    const values = first && this.constantValues(first);
    const moved = values && moveConstant(kernelName, first, { values, attrs });
    if (moved) return this.constantTensor(moved.shape, moved.values, first.dtype);
    const cpu = tf.engine().findBackend('cpu');
    const toCpu = (x: TensorInfo): TensorInfo => ({
      ...x,
      dataId: cpu.write(this.constantValues(x)!, x.shape, x.dtype),
    });
    const cpuInputs: Record<string, TensorInfo> = Array.isArray(inputs)
      ? (inputs.map(toCpu) as never)
      : Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, toCpu(x)]));
    const { kernelFunc } = tf.getKernel(kernelName, 'cpu');
    const computed = kernelFunc({ inputs: cpuInputs, attrs: attrs as never, backend: cpu });
    const fromCpu = (x: TensorInfo) =>
      this.constantTensor(x.shape, typedCopy(cpu.readSync(x.dataId), x.dtype), x.dtype);
    const results = Array.isArray(computed) ? computed.map(fromCpu) : fromCpu(computed);
    for (const x of [...Object.values(cpuInputs), ...(Array.isArray(computed) ? computed : [computed])])
      cpu.disposeData(x.dataId, true);
    return results;
  }

  /**
   * Name of a constant's transposition. It is computed once: a gradient asks for that of a matrix at each use.
   *
   * @param values - Of the constant.
   * @param perm - For each axis of the result, the axis of the constant.
   */
  transposedConstant(x: TensorInfo, values: BackendValues, perm: readonly number[]): string {
    const names = this.#transposedNames.get(values) ?? new Map<string, string>();
    this.#transposedNames.set(values, names);
    const key = `${x.shape.join()} ${perm.join()}`;
    const name = names.get(key) ?? this.nameOf(this.compute('Transpose', { x }, { perm }) as TensorInfo);
    names.set(key, name);
    return name;
  }

  #store(traced: Traced): TensorInfo {
    const dataId = {};
    this.#traced.set(dataId, traced);
    return { dataId, shape: traced.shape, dtype: traced.dtype };
  }

  #constantName(traced: Traced): string {
    const names = this.#constantNames.get(traced.values!) ?? new Map<string, string>();
    this.#constantNames.set(traced.values!, names);
    const shape = traced.shape.join();
    if (!names.has(shape)) {
      const values = typedValues(traced.values!, traced.dtype);
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      names.set(shape, addConstant(this.graph, traced.dtype as OnnxType, traced.shape, bytes));
    }
    return names.get(shape)!;
  }

  override write(values: BackendValues, shape: number[], dtype: DataType) {
    return this.#store({ values, shape, dtype, ...uniform(values) }).dataId;
  }
  override move(dataId: object, values: BackendValues, shape: number[], dtype: DataType) {
    this.#traced.set(dataId, { values, shape, dtype });
  }
  override readSync(dataId: object): BackendValues {
    const { values } = this.#traced.get(dataId);
    if (!values)
      throw new TypeError(
        `engine: a traced function must be made of TensorFlow.js ops alone, but a value is read at ${callSite()}; keep data-dependent code out of it`,
      );
    return values;
  }
  override async read(dataId: object) {
    return this.readSync(dataId);
  }
  override numDataIds() {
    return this.#traced.numDataIds();
  }
  override disposeData() {
    return true;
  }
  override dispose() {}
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

/** TensorFlow.js writes ones as large as what it sums, or means, into the gradient. */
function uniform(values: BackendValues): Pick<Traced, 'splat'> {
  const isUniform =
    values instanceof Float32Array && values.length > 1 && values.every((each) => each === values[0]);
  return isUniform ? { splat: values[0]! } : {};
}
