import { type DeviceName, defaultDevice } from './engine.ts';
import type { Graph } from './graph.ts';
import { tf } from './tf.ts';
import { Tracer } from './tracer.ts';

/** Name under which TensorFlow.js knows the tracer at work and its kernels. */
export const traceBackendName = 'onnx-trace';

/**
 * Records a function's ops; a trace within a trace has a graph of its own.
 *
 * @param record - Calls TensorFlow.js ops, which a tracer of its own records; not asynchronous.
 * @param options - `device` where the graph is to run.
 * @returns The graph and what `record` returned.
 */
export function trace<T>(
  record: (tracer: Tracer) => T,
  { device = defaultDevice }: { device?: DeviceName | undefined } = {},
): { graph: Graph; result: T } {
  const before = tf.getBackend() ?? 'cpu';
  const outer = before === traceBackendName ? (tf.backend() as Tracer) : undefined;
  const tracer = new Tracer(device);
  putToWork(tracer);
  try {
    return { graph: tracer.graph, result: tf.tidy(() => record(tracer) as never) };
  } finally {
    if (outer) putToWork(outer);
    else setBackend(before);
  }
}

/**
 * Whether what is recorded now is for a device to which an op costs as much however little it computes: few wide ops then
 * are better than many narrow ones, even where those compute less.
 */
export function favorsFewOps(): boolean {
  return tf.getBackend() === traceBackendName && (tf.backend() as Tracer).device === 'webgpu';
}

/** Makes a tracer the backend of TensorFlow.js, which knows one of a name. */
function putToWork(tracer: Tracer): void {
  if (tf.findBackendFactory(traceBackendName)) tf.removeBackend(traceBackendName);
  tf.registerBackend(traceBackendName, () => tracer, 0);
  setBackend(traceBackendName);
}

function setBackend(name: string): void {
  // Its promise waits only for backends that load code, which neither a tracer nor one that was active has to.
  void tf.setBackend(name);
}
