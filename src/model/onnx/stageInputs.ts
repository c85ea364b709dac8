import type { OnnxGraph } from '../../formats/onnx/readOnnx.ts';

/** A stage and the tensor of the graph that holds it. */
export interface StageTensor {
  name: string;
  tensor: string;
}

/** Operations that hand their first input on in another form. */
const copying = new Set('Identity Dropout Cast Transpose Reshape Flatten Squeeze Unsqueeze'.split(' '));

/**
 * Which stages feed each stage of an ONNX graph: the nearest ones on every way back to the sound.
 *
 * A copy of a tensor that nothing in the graph uses, as exporters append for outputs, stands where its original does.
 *
 * @param stages - All stages, that of the graph's input included where it is one.
 * @returns Names of the feeding stages by name of the stage, in the order of `stages`.
 */
export function stageInputs(
  graph: Pick<OnnxGraph, 'nodes'>,
  stages: readonly StageTensor[],
): ReadonlyMap<string, readonly string[]> {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const uses = new Map<string, number>();
  for (const input of graph.nodes.flatMap(({ inputs }) => inputs))
    uses.set(input, (uses.get(input) ?? 0) + 1);
  const originalOf = (tensor: string): string => {
    for (let original = tensor, ownUses = 0; ; ownUses = 1) {
      const maker = makers.get(original);
      if (!maker || !copying.has(maker.opType) || (uses.get(original) ?? 0) !== ownUses) return original;
      original = maker.inputs[0]!;
    }
  };
  const placed = stages.map(({ name, tensor }) => ({ name, tensor: originalOf(tensor) }));
  const isStage = new Set(placed.map(({ tensor }) => tensor));
  const nearest = (tensor: string): Set<string> => {
    const found = new Set<string>();
    const seen = new Set([tensor]);
    // Not recursive: graphs may be thousands of nodes deep.
    for (const way = [tensor]; way.length > 0; ) {
      const maker = makers.get(way.pop()!);
      // A shape is known before the sound is: nothing of the sound goes through it.
      if (!maker || maker.opType === 'Shape') continue;
      for (const input of [...maker.inputs, ...maker.captured].filter((each) => !seen.has(each))) {
        seen.add(input);
        if (isStage.has(input)) found.add(input);
        else way.push(input);
      }
    }
    return found;
  };
  return new Map(
    placed.map(({ name, tensor }) => {
      const feeding = nearest(tensor);
      return [name, placed.filter((other) => feeding.has(other.tensor)).map((other) => other.name)];
    }),
  );
}
