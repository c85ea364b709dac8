import type { InferenceSession } from 'onnxruntime-node';
import { orMemoryError } from '../base/memoryError.ts';
import { encodeOnnx, type OnnxModel } from '../formats/onnx/writeOnnx.ts';
import { isOfGraph, missingDevice } from './devices.ts';
import { type CompileOptions, type DeviceName, defaultDevice } from './engine.ts';
import { ort } from './onnxRuntime.ts';

// Its own messages would stand beside our sentences on standard error.
ort.env.logLevel = 'fatal';

/** Optimizers that move transpositions through masks, which WebGPU cannot transpose, besides the one of all devices. */
const webgpuUnfit = 'Pad_Fusion;TransposeOptimizer';

/** Not WebGPU's own layout: to reach it transpositions are moved likewise. */
const providerOf = (device: DeviceName) =>
  device === 'webgpu' ? { name: device, preferredLayout: 'NCHW' as const } : device;

/** Where and how a session computes. */
export interface SessionOptions extends Pick<CompileOptions, 'device' | 'threads'> {
  /** On WebGPU its outputs are new buffers on the device, where none are given for them. */
  outputsStay?: boolean;
}

/**
 * Makes ONNX Runtime ready to run a graph.
 *
 * @param model - The graph.
 * @throws InputError when the device is not on this machine, or memory does not suffice.
 */
export async function createSession(
  model: OnnxModel,
  { device = defaultDevice, threads, outputsStay }: SessionOptions,
): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(encodeOnnx(model), {
      executionProviders: [providerOf(device)],
      graphOptimizationLevel: 'all',
      // One block laid out beforehand for all values is larger than what is alive at once, and no faster.
      enableMemPattern: false,
      // Denormal numbers of near-silent bands would slow the convolutions down.
      // Its joining of paddings with the next window loses values that are outputs as well.
      extra: {
        session: {
          set_denormal_as_zero: '1',
          // Work that goes back and forth would be slower than on the processor, and nobody would know why.
          ...(device === 'webgpu' ? { disable_cpu_ep_fallback: '1' } : {}),
        },
        optimization: { disable_specified_optimizers: device === 'webgpu' ? webgpuUnfit : 'Pad_Fusion' },
      },
      ...(outputsStay ? { preferredOutputLocation: 'gpu-buffer' as const } : {}),
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    });
  } catch (error) {
    const told = orMemoryError(error);
    if (device === 'cpu' || told !== error || isOfGraph(error)) throw told;
    throw missingDevice(device, error);
  }
}
