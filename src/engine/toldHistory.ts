import type { OnnxConstant, OnnxModel, OnnxValue } from '../formats/onnx/writeOnnx.ts';

/**
 * Lets a step keep what it and the steps before it told, so that they need not be waited for one by one.
 *
 * @param model - A step; one of its outputs is what it tells, a vector.
 * @param toldName - That output's name.
 * @param steps - Steps whose telling is kept.
 * @returns The step with one input more, `history` [steps · length], the last step's at its end, and the output
 *   `next/history` in the place of what is told.
 */
export function withHistory(
  model: OnnxModel,
  toldName: string,
  steps: number,
): { model: OnnxModel; history: OnnxValue } {
  const told = model.outputs.find(({ name }) => name === toldName)!;
  const length = told.shape[0]!;
  const history: OnnxValue = { ...told, name: 'history', shape: [steps * length] };
  const next = { ...history, name: `next/${history.name}` };
  const [joined, start, end] = ['history:joined', 'history:start', 'history:end'] as const;
  const whole = (name: string, value: number): OnnxConstant => ({
    ...{ name, type: 'int64', shape: [1] },
    bytes: new Uint8Array(BigInt64Array.of(BigInt(value)).buffer),
  });
  return {
    history,
    model: {
      nodes: [
        ...model.nodes,
        ...[
          { opType: 'Concat', inputs: [history.name, toldName], outputs: [joined], attributes: { axis: 0 } },
          { opType: 'Slice', inputs: [joined, start, end], outputs: [next.name], attributes: {} },
        ],
      ],
      constants: [...model.constants, whole(start, length), whole(end, (steps + 1) * length)],
      inputs: [...model.inputs, history],
      outputs: [...model.outputs.filter((output) => output !== told), next],
    },
  };
}
