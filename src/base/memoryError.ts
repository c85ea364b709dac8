import { InputError } from './inputError.ts';

/** What allocators say when there is no memory left: C++, ONNX Runtime, V8, WebAssembly, the system. */
const words =
  /bad_alloc|bad allocation|failed to allocate|allocation failed|cannot allocate|out of memory|invalid typed array length: \d{10}|ENOMEM/i;

/** What WebGPU says of a value of which a shader would have to see more than it may: both in bytes. */
const tooLarge =
  /binding size \((\d+)\) of .* is larger than the maximum storage buffer binding size \((\d+)\)/i;

/**
 * An error that says in a sentence that memory did not suffice, or not for one value.
 *
 * @param error - What was thrown.
 * @returns The sentence; the error itself when it is about something else, or tells what to do already.
 */
export function orMemoryError(error: unknown): unknown {
  if (error instanceof InputError || !(error instanceof Error)) return error;
  const [, size, most] = error.message.match(tooLarge) ?? [];
  if (size !== undefined)
    return new InputError(
      `a value of the graph must have ≤ ${most} bytes, which the device reads at once, got ${size}; compute fewer or shorter sounds at a time`,
      { cause: error },
    );
  if (!words.test(error.message)) return error;
  return new InputError(
    'memory must suffice for what is computed, there is too little of it; close other programs, run fewer workers at once, or take a smaller model or a machine with more',
    { cause: error },
  );
}
