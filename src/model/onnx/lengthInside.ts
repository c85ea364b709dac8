import { InputError } from '../../base/inputError.ts';
import type { OnnxGraph } from '../../formats/onnx/readOnnx.ts';

/**
 * Measures a graph. One whose input leaves the length open may have a length inside all the same, as fully connected
 * layers have: that it fits no other is said then.
 *
 * @param samples - Length at which it is measured.
 * @param options - `option`: the option that gives the length; by default the description gives it.
 * @returns What the measurement gives.
 * @throws InputError when it cannot be computed.
 */
export function withLengthInside<T>(
  graph: OnnxGraph,
  { samples, option }: { samples: number; option?: string },
  measure: () => T,
): T {
  try {
    return measure();
  } catch (error) {
    const anew = '; export the model anew';
    const isOpen = graph.inputs[0]!.shape.at(-1) === 0;
    if (!(error instanceof InputError) || !isOpen || !error.message.endsWith(anew)) throw error;
    const reason = error.message.replace(`${graph.path}: `, '').slice(0, -anew.length);
    const rule = (of: string) =>
      `must be the length that ${of} was made for, which its input leaves open; with ${samples} samples ${reason}; give that length`;
    if (option !== undefined) throw new InputError(rule(graph.path), { option, cause: error });
    throw new InputError(`${graph.path}: samples in the .json beside it ${rule('it')}`, { cause: error });
  }
}
