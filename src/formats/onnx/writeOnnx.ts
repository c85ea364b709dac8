import {
  appendBytes,
  appendFloat,
  appendVarint,
  createMessage,
  type Message,
  messageBytes,
} from './protobufWriter.ts';

/** Element types of ONNX that the engine uses (TensorProto.DataType). */
export const onnxTypes = { float32: 1, int32: 6, int64: 7, bool: 9, float64: 11 } as const;
/** Name of an ONNX element type. */
export type OnnxType = keyof typeof onnxTypes;

/** Attribute of a node; whole numbers become `int`, others `float`. */
export type Attribute = number | string | readonly number[];

/** One operation of a graph. */
export interface OnnxNode {
  /** Of another operator set than ONNX's own with its domain before it: `domain::op`. */
  opType: string;
  inputs: string[];
  outputs: string[];
  attributes: Record<string, Attribute | undefined>;
}

/** A constant of a graph, little-endian and row-major. */
export interface OnnxConstant {
  name: string;
  type: OnnxType;
  shape: readonly number[];
  bytes: Uint8Array;
}

/** Input or output of a graph. */
export interface OnnxValue {
  name: string;
  type: OnnxType;
  shape: readonly number[];
}

/** A whole model. */
export interface OnnxModel {
  nodes: readonly OnnxNode[];
  constants: readonly OnnxConstant[];
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
}

/** Version of the operator set that the kernels are written for. */
const onnxOpset = 18;

/**
 * Encodes a model as an ONNX file (IR version 8).
 *
 * @param model - Nodes in an order in which every input is known before it is used.
 * @returns The bytes of a `.onnx` file.
 * @see onnx.proto3 of the ONNX project for message and field numbers.
 */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const graph = createMessage();
  for (const node of model.nodes) appendBytes(graph, 1, nodeMessage(node));
  appendBytes(graph, 2, 'auditory-metamer');
  for (const constant of model.constants) appendBytes(graph, 5, tensorMessage(constant));
  for (const input of model.inputs) appendBytes(graph, 11, valueMessage(input));
  for (const output of model.outputs) appendBytes(graph, 12, valueMessage(output));

  const domains = new Set(model.nodes.flatMap(({ opType }) => domainAndOp(opType)[0] || []));
  const file = createMessage();
  appendVarint(file, 1, 8);
  appendBytes(file, 2, 'auditory-metamer');
  appendBytes(file, 7, graph);
  appendBytes(file, 8, opsetMessage('', onnxOpset));
  for (const domain of domains) appendBytes(file, 8, opsetMessage(domain, 1));
  return messageBytes(file);
}

function domainAndOp(opType: string): [domain: string, op: string] {
  const [op, domain = ''] = opType.split('::').reverse();
  return [domain, op!];
}

function opsetMessage(domain: string, version: number): Message {
  const message = createMessage();
  appendBytes(message, 1, domain);
  appendVarint(message, 2, version);
  return message;
}

function nodeMessage(node: OnnxNode): Message {
  const message = createMessage();
  for (const input of node.inputs) appendBytes(message, 1, input);
  for (const output of node.outputs) appendBytes(message, 2, output);
  const [domain, op] = domainAndOp(node.opType);
  appendBytes(message, 4, op);
  for (const [name, value] of Object.entries(node.attributes))
    if (value !== undefined) appendBytes(message, 5, attributeMessage(name, value));
  if (domain !== '') appendBytes(message, 7, domain);
  return message;
}

function attributeMessage(name: string, value: Attribute): Message {
  const message = createMessage();
  appendBytes(message, 1, name);
  if (typeof value === 'string') {
    appendBytes(message, 4, value);
    appendVarint(message, 20, 3);
  } else if (typeof value !== 'number') {
    for (const whole of value) appendVarint(message, 8, whole);
    appendVarint(message, 20, 7);
  } else if (Number.isInteger(value)) {
    appendVarint(message, 3, value);
    appendVarint(message, 20, 2);
  } else {
    appendFloat(message, 2, value);
    appendVarint(message, 20, 1);
  }
  return message;
}

function tensorMessage(constant: OnnxConstant): Message {
  const message = createMessage();
  for (const size of constant.shape) appendVarint(message, 1, size);
  appendVarint(message, 2, onnxTypes[constant.type]);
  appendBytes(message, 8, constant.name);
  appendBytes(message, 9, constant.bytes);
  return message;
}

function valueMessage(value: OnnxValue): Message {
  const shape = createMessage();
  for (const size of value.shape) {
    const dimension = createMessage();
    appendVarint(dimension, 1, size);
    appendBytes(shape, 1, dimension);
  }
  const tensorType = createMessage();
  appendVarint(tensorType, 1, onnxTypes[value.type]);
  appendBytes(tensorType, 2, shape);
  const type = createMessage();
  appendBytes(type, 1, tensorType);
  const message = createMessage();
  appendBytes(message, 1, value.name);
  appendBytes(message, 2, type);
  return message;
}
