import type { OnnxNode, OnnxType } from '../../formats/onnx/writeOnnx.ts';
import { addConstant, addFloats, addNode, addWholes, type Graph } from '../graph.ts';

/** A recorded node that is to be written in ops that a device has. */
export interface Lowered extends Omit<OnnxNode, 'outputs'> {
  outputCount: number;
  /** Shape of its first input, where that is a tensor's. */
  shape: readonly number[] | undefined;
  /** Shapes of all its inputs, likewise. */
  shapes: readonly (readonly number[] | undefined)[];
}

/**
 * Writes one op in others.
 *
 * @param target - The graph that they are added to.
 * @param node - The op; its inputs are values of that graph.
 * @returns Names of its outputs; undefined where it stands as it is.
 */
export type Lowering = (target: Target, node: Lowered) => string[] | undefined;

/** A graph that ops are written into. */
export interface Target {
  /** Appends a node with one output; returns its name. */
  node(opType: string, inputs: string[], attributes?: OnnxNode['attributes']): string;
  /** Appends a node with several outputs; returns their names. */
  nodes(opType: string, inputs: string[], attributes: OnnxNode['attributes'], outputCount: number): string[];
  /** A vector of int64. */
  wholes(values: readonly number[]): string;
  floats(values: readonly number[] | Float32Array, shape: readonly number[]): string;
  integers(values: Int32Array, shape: readonly number[]): string;
  /** Whole numbers of a constant, undefined for other values. */
  constantWholes(name: string): number[] | undefined;
  /** The one number of a constant that is no array, undefined for other values. */
  constantNumber(name: string): number | undefined;
  /** The node that gives a value, undefined for constants and the graph's inputs. */
  makerOf(name: string): OnnxNode | undefined;
  /** Of values that are the first columns of others, those; undefined of values that are known not to be. */
  widened: Map<string, Widened | undefined>;
}

/** A value of which another is the first columns; the columns after them are zeros. */
export interface Widened {
  /** Name of the other, in shape [batch, rows, columns]. */
  name: string;
  columns: number;
  /** Of the value, whatever axes it has come to be read in. */
  shape: readonly [batch: number, rows: number, columns: number];
}

/**
 * Writes the ops of a graph in those that a device has.
 *
 * @param graph - As recorded; it stays as it is, but for constants.
 * @param lowerings - By op; other ops stand as they are.
 * @returns The new graph, and the names that the old graph's values have in it.
 */
export function lower(
  graph: Graph,
  lowerings: Readonly<Record<string, Lowering>>,
): { graph: Graph; nameOf: (old: string) => string } {
  const lowered: Graph = { ...graph, nodes: [] };
  const target = targetIn(lowered);
  const names = new Map<string, string>();
  const nameOf = (old: string) => names.get(old) ?? old;
  for (const { opType, inputs, outputs, attributes } of graph.nodes) {
    const shapes = inputs.map((input) => graph.shapes.get(input) ?? graph.constants.get(input)?.shape);
    const node = {
      ...{ opType, attributes, inputs: inputs.map(nameOf), outputCount: outputs.length },
      ...{ shape: shapes[0], shapes },
    };
    const made =
      lowerings[opType]?.(target, node) ?? target.nodes(opType, node.inputs, attributes, outputs.length);
    for (const [i, output] of outputs.entries()) names.set(output, made[i]!);
  }
  return { graph: lowered, nameOf };
}

/**
 * A graph as ops are written into it.
 *
 * @param graph - Receives them.
 */
export function targetIn(graph: Graph): Target {
  return {
    node: (opType, inputs, attributes) => addNode(graph, opType, inputs, attributes)[0]!,
    nodes: (opType, inputs, attributes, count) => addNode(graph, opType, inputs, attributes, count),
    wholes: (values) => addWholes(graph, values),
    floats: (values, shape) => addFloats(graph, values, shape),
    integers: (values, shape) => addConstant(graph, 'int32', shape, new Uint8Array(values.buffer)),
    constantWholes(name) {
      const constant = graph.constants.get(name);
      return constant && wholesOf(constant);
    },
    constantNumber(name) {
      const constant = graph.constants.get(name);
      if (constant?.type !== 'float32' || constant.shape.length > 0) return undefined;
      return new Float32Array(constant.bytes.slice().buffer)[0];
    },
    widened: new Map(),
    makerOf: (name) => graph.nodes.findLast(({ outputs }) => outputs.includes(name)),
  };
}

function wholesOf({ type, bytes }: { type: OnnxType; bytes: Uint8Array }): number[] | undefined {
  // A copy, because the values of a constant may begin at any byte.
  const { buffer } = bytes.slice();
  if (type === 'int64') return Array.from(new BigInt64Array(buffer), Number);
  return type === 'int32' ? [...new Int32Array(buffer)] : undefined;
}
