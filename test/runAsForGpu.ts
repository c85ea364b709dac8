import type { InputSpec, TensorFunction } from '../src/engine/engine.ts';
import { ort } from '../src/engine/onnxRuntime.ts';
import { createSession } from '../src/engine/onnxSession.ts';
import { traceFunction } from '../src/engine/traceFunction.ts';

/** Runs on the processor, which has all of ONNX, what is recorded for a GPU. */
export async function runAsForGpu<In extends string>(
  fn: TensorFunction<In>,
  inputs: Readonly<Record<In, InputSpec>>,
  values: Readonly<Record<In, Float32Array>>,
) {
  const model = traceFunction(fn, inputs, { device: 'webgpu' });
  const session = await createSession(model, { device: 'cpu' });
  const feeds = Object.entries<InputSpec>(inputs).map(
    ([name, { shape }]) => [name, new ort.Tensor('float32', values[name as In], [...shape])] as const,
  );
  const outputs = await session.run(Object.fromEntries(feeds));
  await session.release();
  const results = Object.fromEntries(
    Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]),
  );
  return { model, results };
}
