import type { InferenceSession } from 'onnxruntime-node';
import { orMemoryError } from '../base/memoryError.ts';
import { encodeOnnx, type OnnxModel } from '../formats/onnx/writeOnnx.ts';
import { isOfGraph, missingDevice } from './devices.ts';
import { type CompileOptions, type DeviceName, defaultDevice } from './engine.ts';
import { ort } from './onnxRuntime.ts';

// Its own messages would stand beside our sentences on standard error.
ort.env.logLevel = 'fatal';

/** How a session takes and gives values on WebGPU. */
export interface SessionForm {
  /** Its outputs are new buffers on the device. */
  outputsStay?: boolean;
  /**
   * Its commands are recorded once and repeated: from the second run on it reads and writes the buffers of that run,
   * whatever it is given, and the processor no longer goes through the nodes.
   */
  isRepeated?: boolean;
}

/** Optimizers that move transpositions through masks, which WebGPU cannot transpose, besides the one of all devices. */
const webgpuUnfit = 'Pad_Fusion;TransposeOptimizer';

/** Not WebGPU's own layout: to reach it transpositions are moved likewise. */
const providerOf = (device: DeviceName) =>
  device === 'webgpu' ? { name: device, preferredLayout: 'NCHW' as const } : device;

/**
 * Makes ONNX Runtime ready to run a graph.
 *
 * @param model - The graph.
 * @param options - Device and threads.
 * @param form - Where its outputs lie.
 * @throws InputError when the device is not on this machine, or memory does not suffice.
 */
export async function createSession(
  model: OnnxModel,
  options: Pick<CompileOptions, 'device' | 'threads'>,
  { outputsStay, isRepeated }: SessionForm = {},
): Promise<InferenceSession> {
  const device = options.device ?? defaultDevice;
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
        ...(isRepeated ? { ep: { webgpuexecutionprovider: { enableGraphCapture: '1' } } } : {}),
      },
      ...(outputsStay ? { preferredOutputLocation: 'gpu-buffer' as const } : {}),
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    });
  } catch (error) {
    const told = orMemoryError(error);
    if (device === 'cpu' || told !== error || isOfGraph(error)) throw told;
    throw missingDevice(device, error);
  }
}
