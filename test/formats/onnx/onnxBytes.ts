import {
  appendBytes,
  appendFloat,
  appendVarint,
  createMessage,
  type Message,
  messageBytes,
} from '../../../src/formats/onnx/protobufWriter.ts';

/** One field of a message: its number, and a whole number, text, bytes or nested message. */
export type Field = readonly [number, number | string | Uint8Array | Message];

/** A protocol-buffer message of fields in order. */
export function message(...fields: Field[]): Message {
  const made = createMessage();
  for (const [field, value] of fields)
    if (typeof value === 'number') appendVarint(made, field, value);
    else appendBytes(made, field, value);
  return made;
}

/** A TensorProto of a type code and shape, with further fields for its numbers. */
export function tensor(
  name: string,
  typeCode: number,
  shape: readonly number[],
  ...fields: Field[]
): Message {
  return message(...shape.map((size): Field => [1, size]), [2, typeCode], [8, name], ...fields);
}

/** Packed 32-bit floats. */
export const packedFloats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
/** Packed 64-bit floats. */
export const packedDoubles = (...values: number[]) => new Uint8Array(Float64Array.from(values).buffer);

/** One node of a test graph. */
export interface TestNode {
  opType: string;
  inputs: readonly string[];
  outputs: readonly string[];
  /** Whole numbers, lists of them, floats (as `{ float }` or `{ floats }`), texts or tensors. */
  attributes?: Record<
    string,
    number | readonly number[] | string | readonly string[] | { float: number } | { tensor: Message }
  >;
  domain?: string;
}

/**
 * A node of a test graph.
 *
 * @param inputs - Names with a space between; two spaces leave an optional one out.
 * @param outputs - Names with a space between.
 */
export const node = (
  opType: string,
  inputs: string,
  outputs: string,
  attributes: TestNode['attributes'] = {},
): TestNode => ({
  ...{ opType, attributes, outputs: outputs.split(' ') },
  inputs: inputs === '' ? [] : inputs.split(' '),
});

/** The bytes of an ONNX file. */
export function onnxBytes({
  nodes,
  tensors = [],
  inputs = [{ name: 'x', shape: [1, 4] }],
  outputs = ['y'],
  opset = 18,
}: {
  nodes: readonly TestNode[];
  tensors?: readonly Message[];
  inputs?: readonly { name: string; shape: readonly number[] }[];
  outputs?: readonly string[];
  opset?: number;
}): Uint8Array {
  const graph = message(
    ...nodes.map((node): Field => [1, nodeMessage(node)]),
    ...tensors.map((each): Field => [5, each]),
    ...inputs.map(({ name, shape }): Field => [11, valueMessage(name, shape)]),
    ...outputs.map((name): Field => [12, message([1, name])]),
  );
  return messageBytes(message([1, 8], [7, graph], [8, message([1, ''], [2, opset])]));
}

function nodeMessage({ opType, inputs, outputs, attributes = {}, domain }: TestNode): Message {
  return message(
    ...inputs.map((name): Field => [1, name]),
    ...outputs.map((name): Field => [2, name]),
    [4, opType],
    ...Object.entries(attributes).map(([name, value]): Field => [5, attributeMessage(name, value)]),
    ...(domain ? [[7, domain] as Field] : []),
  );
}

function attributeMessage(name: string, value: NonNullable<TestNode['attributes']>[string]): Message {
  if (typeof value === 'number') return message([1, name], [3, value], [20, 2]);
  if (typeof value === 'string') return message([1, name], [4, value], [20, 3]);
  if (Array.isArray(value)) {
    if (typeof value[0] === 'string')
      return message([1, name], ...value.map((text): Field => [9, text]), [20, 8]);
    return message([1, name], ...value.map((whole): Field => [8, whole]), [20, 7]);
  }
  if ('tensor' in value) return message([1, name], [5, value.tensor], [20, 4]);
  const made = message([1, name], [20, 1]);
  appendFloat(made, 2, (value as { float: number }).float);
  return made;
}

function valueMessage(name: string, shape: readonly number[]): Message {
  const sizes = message(
    ...shape.map((size): Field => [1, size > 0 ? message([1, size]) : message([2, 'n'])]),
  );
  return message([1, name], [2, message([1, message([1, 1], [2, sizes])])]);
}
