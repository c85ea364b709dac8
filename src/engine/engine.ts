import type { Tensor } from '@tensorflow/tfjs';

/** The machines that run a TensorFlow.js function. */
export const engineNames = ['onnxruntime', 'tfjs-node', 'tfjs'] as const;
/** Name of an engine. */
export type EngineName = (typeof engineNames)[number];

/** Where ONNX Runtime computes. */
export const deviceNames = ['cpu', 'webgpu', 'cuda'] as const;
/** Name of a device. */
export type DeviceName = (typeof deviceNames)[number];

/** What computes where nothing else is asked for. */
export const defaultEngine: EngineName = 'onnxruntime';
/** Where, if nothing else is asked for. */
export const defaultDevice: DeviceName = 'cpu';

/** A function in TensorFlow.js ops: tensors in, tensors out, by name; it must not read values or depend on anything but its inputs. */
export type TensorFunction<In extends string = string, Out extends string = string> = (
  inputs: Record<In, Tensor>,
) => Record<Out, Tensor>;

/** Shape and type of one input; `float32` where none is given. */
export interface InputSpec {
  shape: readonly number[];
  dtype?: 'float32' | 'int32';
}

/** How a function is compiled. */
export interface CompileOptions {
  /** Default `onnxruntime`. */
  engine?: EngineName;
  /** Default `cpu`. */
  device?: DeviceName;
  /** Threads of one run; default: all cores. */
  threads?: number;
}

/** What computes, where, and with how many threads. */
export type ComputingOptions = Pick<CompileOptions, 'engine' | 'device' | 'threads'>;

/** A compiled function: fixed shapes, values in, values out, by name. */
export interface Program<In extends string = string, Out extends string = string> {
  /** Runs it once. Inputs and outputs are row-major; int32 and bool outputs come as float32. */
  run(inputs: Readonly<Record<In, Float32Array | Int32Array>>): Promise<Record<Out, Float32Array>>;
  /** Shape of each output, batch axis included; on tfjs and tfjs-node known from the first run on. */
  readonly outputShapes: Readonly<Record<Out, readonly number[]>>;
  /** Frees its memory; the program must not run again. */
  release(): Promise<void>;
}
