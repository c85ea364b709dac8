import type { TensorInfo } from '@tensorflow/tfjs';
import { InputError } from '../base/inputError.ts';
import { callSite } from './callSite.ts';
import { tf } from './tf.ts';
import { constantTensor, constantValues, traceBackendName } from './traceBackend.ts';
import { typedCopy } from './typedValues.ts';

/** A kernel of the backend: reads shapes and attributes, records nodes, returns the results. */
export type TraceKernel = (inputs: TensorInfo[], attributes: never) => TensorInfo | TensorInfo[];

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
    constantTensor(x.shape, typedCopy(cpu.readSync(x.dataId), x.dtype), x.dtype);
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
          throw new InputError(
            `engine: op '${kernelName}', called at ${callSite()}, has no ONNX form; write it with one of ${[...known].sort().join(', ')}`,
            { remedy: { engine: 'tfjs' } },
          );
        },
      });
}
