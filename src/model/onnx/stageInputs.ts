import type { OnnxGraph } from '../../formats/onnx/readOnnx.ts';

/** A stage and the tensor of the graph that holds it. */
export interface StageTensor {
  name: string;
  tensor: string;
}

/** Operations that hand their first input on in another form. */
const copying = new Set(
  ['Identity', 'Dropout', 'Cast', 'Transpose', 'Reshape', 'Flatten', 'Squeeze'].concat('Unsqueeze'),
);

/**
 * Which stages feed each stage of an ONNX graph: the nearest ones on every way back to the sound.
 *
 * A copy of a tensor that nothing in the graph uses, as exporters append for outputs, stands where its original does.
 *
 * @param graph - The graph.
 * @param stages - All stages, that of the graph's input included where it is one.
 * @returns Names of the feeding stages by name of the stage, in the order of `stages`.
 */
export function stageInputs(
  graph: Pick<OnnxGraph, 'nodes'>,
  stages: readonly StageTensor[],
): ReadonlyMap<string, readonly string[]> {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const usesOf = (tensor: string) => graph.nodes.filter(({ inputs }) => inputs.includes(tensor)).length;
  const originalOf = (tensor: string, ownUses = 0): string => {
    const maker = makers.get(tensor);
    const isCopy = maker !== undefined && copying.has(maker.opType) && usesOf(tensor) === ownUses;
    return isCopy ? originalOf(maker.inputs[0]!, 1) : tensor;
  };
  const placed = stages.map(({ name, tensor }) => ({ name, tensor: originalOf(tensor) }));
  const isStage = new Set(placed.map(({ tensor }) => tensor));
  const nearest = (tensor: string, seen: Set<string>): string[] => {
    const maker = makers.get(tensor);
    // A shape is known before the sound is: nothing of the sound goes through it.
    if (!maker || maker.opType === 'Shape') return [];
    return maker.inputs.flatMap((input) => {
      if (seen.has(input)) return [];
      seen.add(input);
      return isStage.has(input) ? [input] : nearest(input, seen);
    });
  };
  return new Map(
    placed.map(({ name, tensor }) => {
      const feeding = new Set(nearest(tensor, new Set([tensor])));
      return [name, placed.filter((other) => feeding.has(other.tensor)).map((other) => other.name)];
    }),
  );
}
