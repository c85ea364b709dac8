import type { Graph } from './graph.ts';
import { tf } from './tf.ts';
import { Tracer } from './tracer.ts';

/** Name under which TensorFlow.js knows the tracer at work and its kernels. */
export const traceBackendName = 'onnx-trace';

/**
 * Records a function's ops; a trace within a trace has a graph of its own.
 *
 * @param record - Calls TensorFlow.js ops, which a tracer of its own records; not asynchronous.
 * @returns The graph and what `record` returned.
 */
export function trace<T>(record: (tracer: Tracer) => T): { graph: Graph; result: T } {
  const before = tf.getBackend() ?? 'cpu';
  const outer = before === traceBackendName ? (tf.backend() as Tracer) : undefined;
  const tracer = new Tracer();
  putToWork(tracer);
  try {
    return { graph: tracer.graph, result: tf.tidy(() => record(tracer) as never) };
  } finally {
    if (outer) putToWork(outer);
    else setBackend(before);
  }
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
