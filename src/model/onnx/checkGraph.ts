import { InputError } from '../../base/inputError.ts';
import type { OnnxGraph, OnnxNode } from '../../formats/onnx/readOnnx.ts';

/**
 * The nodes that tensors of a graph need, each after those that it needs itself.
 *
 * @param wanted - Names of tensors.
 * @param options - `around`: names that a graph within another takes from there.
 * @returns The nodes in an order in which they can be computed.
 * @throws InputError when a tensor is made by nobody or by two nodes, or needs itself.
 */
export function neededNodes(
  graph: OnnxGraph,
  wanted: readonly string[],
  { around = [] }: { around?: readonly string[] } = {},
): OnnxNode[] {
  const makers = makersOf(graph);
  const given = new Set([...graph.inputs.map(({ name }) => name), ...graph.constants.keys(), ...around, '']);
  const order: OnnxNode[] = [];
  const state = new Map<OnnxNode, 'open' | 'done'>();
  // Not recursive: graphs may be thousands of nodes deep. A node is met twice, before and after what it needs.
  const stack = wanted.map((name) => ({ name, usedBy: undefined as OnnxNode | undefined })).reverse();
  while (stack.length > 0) {
    const { name, usedBy } = stack.at(-1)!;
    const node = given.has(name) ? undefined : makers.get(name);
    if (!node && !given.has(name)) throw unmade(graph, name, usedBy);
    if (!node || state.get(node) === 'done') {
      stack.pop();
    } else if (state.get(node) === 'open') {
      stack.pop();
      state.set(node, 'done');
      order.push(node);
    } else {
      state.set(node, 'open');
      for (const input of [...node.inputs, ...node.captured].reverse()) {
        const maker = given.has(input) ? undefined : makers.get(input);
        if (maker && state.get(maker) === 'open') throw cyclic(graph, input);
        stack.push({ name: input, usedBy: node });
      }
    }
  }
  return order;
}

/**
 * Refuses operations that are not known, all of them at once.
 *
 * @param nodes - Those of its nodes that are needed.
 * @param known - Attributes that each known operation honors, by its name.
 * @throws InputError naming operations and attributes that are not, and what is known.
 */
export function checkOperations(
  graph: OnnxGraph,
  nodes: readonly OnnxNode[],
  known: ReadonlyMap<string, readonly string[]>,
): void {
  const missing = [...new Set(nodes.map(({ opType }) => opType).filter((name) => !known.has(name)))].sort();
  const [subject, verb] = missing.length === 1 ? ['operation', 'is'] : ['operations', 'are'];
  if (missing.length > 0)
    throw new InputError(
      `${graph.path}: ${subject} ${missing.join(', ')} ${verb} not supported; stages may need ${[...known.keys()].sort().join(', ')}; export the model with these, or name stages before ${missing.join(', ')}`,
    );
  for (const { opType, outputs, attributes } of nodes) {
    const unknown = [...attributes.keys()].find((name) => !known.get(opType)!.includes(name));
    if (unknown !== undefined)
      throw new InputError(
        `${graph.path}: attribute '${unknown}' of ${opType} '${outputs[0]}' is not supported; it must be one of ${known.get(opType)!.join(', ') || 'none'}; export the model without it`,
      );
  }
}

const makersByGraph = new WeakMap<OnnxGraph, ReadonlyMap<string, OnnxNode>>();

/**
 * The node that makes each tensor of a graph.
 *
 * @returns Nodes by name of their outputs.
 * @throws InputError when two make one tensor.
 */
export function makersOf(graph: OnnxGraph): ReadonlyMap<string, OnnxNode> {
  const known = makersByGraph.get(graph);
  if (known) return known;
  const makers = new Map<string, OnnxNode>();
  const taken = new Set([...graph.inputs.map(({ name }) => name), ...graph.constants.keys()]);
  for (const node of graph.nodes)
    for (const name of node.outputs.filter((output) => output !== '')) {
      if (taken.has(name))
        throw new InputError(
          `${graph.path}: tensor '${name}' must be made once, two nodes or inputs are called so; export the model anew`,
        );
      taken.add(name);
      makers.set(name, node);
    }
  makersByGraph.set(graph, makers);
  return makers;
}

function unmade({ path }: OnnxGraph, name: string, usedBy: OnnxNode | undefined): InputError {
  return new InputError(
    `${path}: tensor '${name}'${usedBy ? `, which ${usedBy.opType} '${usedBy.outputs[0]}' takes,` : ''} must be an input, a constant or a result, it is none; export the model anew`,
  );
}

function cyclic({ path }: OnnxGraph, name: string): InputError {
  return new InputError(`${path}: tensor '${name}' must not need itself, it does; export the model anew`);
}
