import { type OnnxNode, onnxTypes } from '../../formats/onnx/writeOnnx.ts';
import { addFloats, type Graph } from '../graph.ts';
import { comparisons } from './recordedOps.ts';

/**
 * Writes products by masks of zeros and ones, which the gradients of rectifiers are, as choices by what the masks are made
 * of: one op less each. What is masked becomes zero even where it was infinite or no number.
 *
 * @param graph - As recorded; it stays as it is, but for constants.
 */
export function maskedByChoice(graph: Graph): Graph {
  const makers = new Map(
    graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
  );
  const shapeOf = (name: string) => String(graph.shapes.get(name) ?? graph.constants.get(name)?.shape);
  /** What a mask of numbers is made of, if that is as large as a product: WebGPU spreads no truth values over an axis. */
  const choiceOf = (mask: string, product: string): string | undefined => {
    const cast = makers.get(mask);
    const isNumber = cast?.opType === 'Cast' && cast.attributes['to'] === onnxTypes.float32;
    const choice = isNumber ? cast.inputs[0]! : '';
    const isChoice = comparisons.includes(makers.get(choice)?.opType ?? '');
    return isChoice && shapeOf(mask) === shapeOf(product) ? choice : undefined;
  };
  const chosen = (node: OnnxNode): OnnxNode => {
    const [a, b] = node.inputs as [string, string];
    const [product] = node.outputs as [string];
    if (node.opType !== 'Mul') return node;
    for (const [mask, masked] of [
      [a, b],
      [b, a],
    ] as const) {
      const choice = choiceOf(mask, product);
      if (choice) return { ...node, opType: 'Where', inputs: [choice, masked, addFloats(graph, [0], [])] };
    }
    return node;
  };
  return { ...graph, nodes: graph.nodes.map(chosen) };
}
