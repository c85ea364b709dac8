import { createHash } from 'node:crypto';
import type { Attribute, OnnxConstant, OnnxNode, OnnxType, OnnxValue } from '../formats/onnx/writeOnnx.ts';

/** An ONNX graph under construction. */
export interface Graph {
  nodes: OnnxNode[];
  constants: Map<string, OnnxConstant>;
  inputs: OnnxValue[];
  /** Shapes of those values that stand for a tensor. */
  shapes: Map<string, readonly number[]>;
}

/** Starts an empty graph. */
export function createGraph(): Graph {
  return { nodes: [], constants: new Map(), inputs: [], shapes: new Map() };
}

/** Names of what nodes make begin with it. */
export const nodePrefix = 'node:';

/**
 * Appends a node; its outputs get names with colons, which no input or output of ours has.
 *
 * @param opType - ONNX operator.
 * @param inputs - Names of its inputs; an empty name leaves an optional one out.
 * @param attributes - Attributes; undefined ones are left out.
 * @param outputCount - Number of outputs.
 * @returns The names of its outputs.
 */
export function addNode(
  graph: Graph,
  opType: string,
  inputs: string[],
  attributes: Record<string, Attribute | undefined> = {},
  outputCount = 1,
): string[] {
  const outputs = Array.from({ length: outputCount }, (_, i) => `${nodePrefix}${graph.nodes.length}:${i}`);
  graph.nodes.push({ opType, inputs, outputs, attributes });
  return outputs;
}

/**
 * Adds a constant; small equal ones are kept once.
 *
 * @param type - Element type.
 * @param bytes - Values, little-endian and row-major; not copied.
 * @returns Its name.
 */
export function addConstant(
  graph: Graph,
  type: OnnxType,
  shape: readonly number[],
  bytes: Uint8Array,
): string {
  const name =
    bytes.byteLength <= 4096
      ? `${type}[${shape}]:${createHash('sha1').update(bytes).digest('hex')}`
      : `constant:${graph.constants.size}`;
  graph.constants.set(name, { name, type, shape: [...shape], bytes });
  return name;
}

/**
 * Adds a vector of int64, as ONNX wants for shapes, axes and bounds.
 *
 * @param values - Whole numbers, in the order of the axes.
 * @returns Its name.
 */
export function addWholes(graph: Graph, values: readonly number[]): string {
  const bytes = new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer);
  return addConstant(graph, 'int64', [values.length], bytes);
}

/**
 * Adds a float32 scalar or tensor.
 *
 * @param values - Row-major.
 * @returns Its name.
 */
export function addFloats(
  graph: Graph,
  values: readonly number[] | Float32Array,
  shape: readonly number[],
): string {
  return addConstant(graph, 'float32', shape, new Uint8Array(Float32Array.from(values).buffer));
}

/**
 * What is left of a graph when only some values are wanted.
 *
 * @param outputs - Names of the wanted values.
 * @returns Its nodes and constants that these values depend on, in order.
 */
export function neededPart(
  graph: Graph,
  outputs: readonly string[],
): { nodes: OnnxNode[]; constants: OnnxConstant[] } {
  const needed = new Set(outputs);
  const nodes: OnnxNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    nodes.push(node);
    for (const input of node.inputs) needed.add(input);
  }
  return {
    nodes: nodes.reverse(),
    constants: [...graph.constants.values()].filter(({ name }) => needed.has(name)),
  };
}
