import type { TensorInfo } from '@tensorflow/tfjs';
import { InputError } from '../base/inputError.ts';
import { callSite } from './callSite.ts';
import { tf } from './tf.ts';
import { traceBackendName } from './trace.ts';
import type { Tracer } from './tracer.ts';

/** A kernel of the tracing backend: reads shapes and attributes, records nodes, returns the results. */
export type TraceKernel = (
  tracer: Tracer,
  inputs: TensorInfo[],
  attributes: never,
) => TensorInfo | TensorInfo[];

/** Kernels by TensorFlow.js name; `inputNames` gives the order of the inputs. */
export type TraceKernels = Record<string, { inputNames: readonly string[]; kernel: TraceKernel }>;

/**
 * Registers kernels. One whose inputs are all constant is computed at once by the `cpu` backend, so constants are
 * folded before the graph exists.
 *
 * @param kernels - Kernels that record nodes.
 */
export function registerTraceKernels(kernels: TraceKernels): void {
  for (const [kernelName, { inputNames, kernel }] of Object.entries(kernels))
    tf.registerKernel({
      kernelName,
      backendName: traceBackendName,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const tracer = backend as Tracer;
        const given = (inputNames.length > 0 ? inputNames : Object.keys(inputs)).map((name) => inputs[name]!);
        if (given.length > 0 && kernelName !== 'Identity' && areConstant(tracer, given))
          return tracer.compute(kernelName, inputs as Record<string, TensorInfo>, attrs);
        const results = kernel(tracer, given, (attrs ?? {}) as never);
        return Array.isArray(results) ? results.map(fresh) : fresh(results);
      },
    });
}

// tfjs takes a returned Tensor for the result itself: an op that passes its input on would be its own input.
const fresh = ({ dataId, shape, dtype }: TensorInfo): TensorInfo => ({ dataId, shape, dtype });

/** Every op that the `cpu` backend has and this one lacks ends in an error that names it and its place. */
export function registerUnknownKernels(): void {
  const known = new Set(tf.getKernelsForBackend(traceBackendName).map(({ kernelName }) => kernelName));
  for (const { kernelName } of tf.getKernelsForBackend('cpu'))
    if (!known.has(kernelName))
      tf.registerKernel({
        kernelName,
        backendName: traceBackendName,
        kernelFunc: ({ inputs, attrs, backend }) => {
          const tracer = backend as Tracer;
          if (areConstant(tracer, Object.values(inputs).flat() as TensorInfo[]))
            return tracer.compute(kernelName, inputs as Record<string, TensorInfo>, attrs);
          throw new InputError(
            `engine: op '${kernelName}', called at ${callSite()}, has no ONNX form; write it with one of ${[...known].sort().join(', ')}`,
            { remedy: { engine: 'tfjs' } },
          );
        },
      });
}

function areConstant(tracer: Tracer, inputs: readonly TensorInfo[]): boolean {
  return inputs.every((input) => tracer.constantValues(input) !== undefined);
}
