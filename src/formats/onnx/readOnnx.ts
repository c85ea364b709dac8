import { InputError } from '../../base/inputError.ts';
import { readRegularFile } from '../../base/readRegularFile.ts';
import { type Fields, fieldsOf, floats, messages, texts, wholeNumbers } from './protobufReader.ts';
import { type OnnxArray, readTensor } from './readTensor.ts';

/** One operation. */
export interface OnnxNode {
  /** ONNX's own name, or `domain.name` for operations of other domains. */
  opType: string;
  /** Names; empty for an input left out. */
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: ReadonlyMap<string, OnnxAttribute>;
  /** Tensors of the graph around it that graphs in its attributes take. */
  captured: readonly string[];
}

/** Value of an attribute: whichever its kind is. */
export interface OnnxAttribute {
  /** `i` or `ints`, `f` or `floats`. */
  numbers: readonly number[];
  /** `s` or the first of `strings`; else empty. */
  text: string;
  /** `s` or `strings`. */
  texts: readonly string[];
  array?: OnnxArray;
  graph?: OnnxSubgraph;
}

/** A graph in an attribute: a branch, say. */
export interface OnnxSubgraph {
  nodes: readonly OnnxNode[];
  constants: ReadonlyMap<string, OnnxArray>;
  outputs: readonly string[];
}

/** An ONNX graph. */
export interface OnnxGraph extends OnnxSubgraph {
  /** The file, for messages. */
  path: string;
  /** Version of ONNX's own operator set, which decides what operations mean. */
  opset: number;
  /** Inputs that are not constants; sizes are 0 where the file leaves them open. */
  inputs: readonly { name: string; shape: readonly number[] }[];
  /** Free texts of the file's metadata. */
  metadata: ReadonlyMap<string, string>;
}

/**
 * Reads an ONNX file.
 *
 * @param path - The `.onnx` file; arrays kept in files beside it are read as well.
 * @returns Its graph.
 * @throws InputError when it is missing, cut off, not ONNX, or holds arrays that are not what their shapes and types say.
 */
export function readOnnx(path: string): OnnxGraph {
  try {
    const model = fieldsOf(readRegularFile(path));
    const [graph] = messages(model, 7);
    if (graph) return graphOf(graph, model, path);
  } catch (error) {
    throw error instanceof InputError ? error : notOnnx(path, error);
  }
  throw notOnnx(path);
}

function notOnnx(path: string, cause?: unknown): InputError {
  return new InputError(`${path} must be an ONNX model, it cannot be read as one; export the model anew`, {
    cause,
  });
}

function graphOf(graph: Fields, model: Fields, path: string): OnnxGraph {
  const own = subgraphOf(graph, path);
  return {
    ...own,
    path,
    opset: opsetOf(model),
    inputs: messages(graph, 11)
      .map((value) => ({ name: firstText(value, 1), shape: shapeOf(value) }))
      .filter(({ name }) => !own.constants.has(name)),
    metadata: new Map(messages(model, 14).map((entry) => [firstText(entry, 1), firstText(entry, 2)])),
  };
}

/** Graphs within graphs are read this deep. */
const deepest = 8;

function subgraphOf(graph: Fields, path: string, depth = 0): OnnxSubgraph {
  if (depth > deepest)
    throw new InputError(`${path} must nest graphs at most ${deepest} deep, it nests more; export it anew`);
  return {
    nodes: messages(graph, 1).map((node) => nodeOf(node, path, depth)),
    constants: constantsOf(graph, path),
    outputs: messages(graph, 12).map((value) => firstText(value, 1)),
  };
}

function constantsOf(graph: Fields, path: string): Map<string, OnnxArray> {
  if (graph.has(15))
    throw new InputError(
      `${path} must hold no sparse arrays, it holds some; export the model with dense ones`,
    );
  const constants = new Map<string, OnnxArray>();
  for (const tensor of messages(graph, 5)) {
    const name = firstText(tensor, 8);
    if (constants.has(name))
      throw new InputError(
        `${path} must name its arrays apart, '${name}' stands twice; export the model anew`,
      );
    constants.set(name, readTensor(tensor, path));
  }
  return constants;
}

function nodeOf(node: Fields, path: string, depth: number): OnnxNode {
  const [domain, opType] = [firstText(node, 7), firstText(node, 4)];
  const attributes = new Map(
    messages(node, 5).map((attribute) => [firstText(attribute, 1), attributeOf(attribute, path, depth)]),
  );
  return {
    opType: domain === '' || domain === onnxDomain ? opType : `${domain}.${opType}`,
    inputs: texts(node, 1),
    outputs: texts(node, 2),
    attributes,
    captured: [...attributes.values()].flatMap(({ graph }) => (graph ? takenFromAround(graph) : [])),
  };
}

function takenFromAround({ nodes, constants, outputs }: OnnxSubgraph): string[] {
  const own = new Set([...constants.keys(), ...nodes.flatMap((node) => node.outputs), '']);
  const used = [...nodes.flatMap(({ inputs, captured }) => [...inputs, ...captured]), ...outputs];
  return [...new Set(used.filter((name) => !own.has(name)))];
}

const onnxDomain = 'ai.onnx';

function opsetOf(model: Fields): number {
  const own = messages(model, 8).find((entry) => ['', onnxDomain].includes(firstText(entry, 1)));
  return own ? (wholeNumbers(own, 2)[0] ?? 1) : 1;
}

/** Shape inside ValueInfoProto.type.tensor_type.shape. */
function shapeOf(value: Fields): number[] {
  return messages(value, 2)
    .flatMap((type) => messages(type, 1))
    .flatMap((tensor) => messages(tensor, 2))
    .flatMap((shape) => messages(shape, 1))
    .map((dimension) => wholeNumbers(dimension, 1)[0] ?? 0);
}

function attributeOf(attribute: Fields, path: string, depth: number): OnnxAttribute {
  const [tensor] = messages(attribute, 5);
  const [graph] = messages(attribute, 6);
  const numbers = [2, 7]
    .flatMap((field) => floats(attribute, field))
    .concat([3, 8].flatMap((field) => wholeNumbers(attribute, field)));
  const [kind = 0] = wholeNumbers(attribute, 20);
  // Some writers leave out a single zero.
  const isZero = numbers.length === 0 && (kind === 1 || kind === 2);
  const given = [4, 9].flatMap((field) => texts(attribute, field));
  return {
    numbers: isZero ? [0] : numbers,
    text: given[0] ?? '',
    texts: given,
    ...(tensor ? { array: readTensor(tensor, path) } : {}),
    ...(graph ? { graph: subgraphOf(graph, path, depth + 1) } : {}),
  };
}

const firstText = (fields: Fields, field: number) => texts(fields, field)[0] ?? '';
