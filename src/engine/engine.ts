import type { Tensor } from '@tensorflow/tfjs';

/** The machines that run a TensorFlow.js function. */
export const engineNames = ['onnxruntime', 'tfjs-node', 'tfjs'] as const;
/** Name of an engine. */
export type EngineName = (typeof engineNames)[number];

/** Where ONNX Runtime computes. */
export const deviceNames = ['cpu', 'webgpu', 'cuda'] as const;
/** Name of a device. */
export type DeviceName = (typeof deviceNames)[number];

/** A function in TensorFlow.js ops: tensors in, tensors out; it must not read values or depend on anything but its inputs. */
export type TensorFunction = (...inputs: Tensor[]) => Tensor[];

/** Shape and type of one input. */
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
  /** Writes the ONNX model here as well (engine `onnxruntime` only). */
  saveOnnxPath?: string;
  /** Replaces another file at `saveOnnxPath`; the same model may always stand there already. */
  overwriteOnnx?: boolean;
}

/** A compiled function: fixed shapes, values in, values out. */
export interface Program {
  /** Runs it once. Inputs and outputs are row-major; int32 and bool outputs come as float32. */
  run(...inputs: (Float32Array | Int32Array)[]): Promise<Float32Array[]>;
  readonly outputShapes: readonly (readonly number[])[];
  /** Frees its memory; the program must not run again. */
  release(): Promise<void>;
}
