import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../../base/inputError.ts';
import { float32OfFloat16Bits } from '../float16.ts';
import { chunks, type Fields, fieldsOf, floats, messages, texts, wholeNumbers } from './protobufReader.ts';

/** A constant of a graph; whole-number types (shapes, axes) stay apart from numbers that are computed with. */
export interface OnnxArray {
  shape: readonly number[];
  values: Float32Array;
  isInteger: boolean;
}

/** One operation. */
export interface OnnxNode {
  opType: string;
  /** Names; empty for an input left out. */
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** Value of an attribute: whichever its kind is. */
export interface OnnxAttribute {
  /** `i` or `ints`, `f` or `floats`. */
  numbers: readonly number[];
  text: string;
  array?: OnnxArray;
}

/** An ONNX graph. */
export interface OnnxGraph {
  nodes: readonly OnnxNode[];
  constants: ReadonlyMap<string, OnnxArray>;
  /** Inputs that are not constants; sizes are 0 where the file leaves them open. */
  inputs: readonly { name: string; shape: readonly number[] }[];
  outputs: readonly string[];
  /** Free texts of the file's metadata. */
  metadata: ReadonlyMap<string, string>;
}

/**
 * Reads an ONNX file.
 *
 * @param path - The `.onnx` file; arrays kept in files beside it are read as well.
 * @returns Its graph.
 * @throws InputError when it is missing, cut off, not ONNX, or holds numbers of an unknown type.
 */
export function readOnnx(path: string): OnnxGraph {
  let model: Fields;
  try {
    model = fieldsOf(readFileSync(path));
  } catch (error) {
    throw notOnnx(path, error);
  }
  const [graph] = chunks(model, 7);
  if (!graph) throw notOnnx(path);
  try {
    return graphOf(fieldsOf(graph), model, path);
  } catch (error) {
    throw error instanceof InputError ? error : notOnnx(path, error);
  }
}

function notOnnx(path: string, cause?: unknown): InputError {
  return new InputError(`${path} must be an ONNX model, it cannot be read as one; export the model anew`, {
    cause,
  });
}

function graphOf(graph: Fields, model: Fields, path: string): OnnxGraph {
  const arrays = messages(graph, 5).map((tensor): [string, OnnxArray] => [
    texts(tensor, 8)[0] ?? '',
    arrayOf(tensor, path),
  ]);
  const constants = new Map(arrays);
  return {
    nodes: messages(graph, 1).map((node) => ({
      opType: texts(node, 4)[0] ?? '',
      inputs: texts(node, 1),
      outputs: texts(node, 2),
      attributes: new Map(
        messages(node, 5).map((attribute) => [texts(attribute, 1)[0] ?? '', attributeOf(attribute, path)]),
      ),
    })),
    constants,
    inputs: messages(graph, 11)
      .map((value) => ({ name: texts(value, 1)[0] ?? '', shape: shapeOf(value) }))
      .filter(({ name }) => !constants.has(name)),
    outputs: messages(graph, 12).map((value) => texts(value, 1)[0] ?? ''),
    metadata: new Map(
      messages(model, 14).map((entry) => [texts(entry, 1)[0] ?? '', texts(entry, 2)[0] ?? '']),
    ),
  };
}

/** Shape inside ValueInfoProto.type.tensor_type.shape. */
function shapeOf(value: Fields): number[] {
  return messages(value, 2)
    .flatMap((type) => messages(type, 1))
    .flatMap((tensor) => messages(tensor, 2))
    .flatMap((shape) => messages(shape, 1))
    .map((dimension) => wholeNumbers(dimension, 1)[0] ?? 0);
}

function attributeOf(attribute: Fields, path: string): OnnxAttribute {
  const [array] = messages(attribute, 5);
  return {
    numbers: [2, 7]
      .flatMap((field) => floats(attribute, field))
      .concat([3, 8].flatMap((field) => wholeNumbers(attribute, field))),
    text: texts(attribute, 4)[0] ?? '',
    ...(array ? { array: arrayOf(array, path) } : {}),
  };
}

/** TensorProto's data types that models use: how wide, how read, in which field when not raw. */
const types: Record<
  number,
  { width: number; read: (view: DataView, at: number) => number; isInteger: boolean }
> = {
  1: { width: 4, read: (view, at) => view.getFloat32(at, true), isInteger: false },
  6: { width: 4, read: (view, at) => view.getInt32(at, true), isInteger: true },
  7: { width: 8, read: (view, at) => Number(view.getBigInt64(at, true)), isInteger: true },
  9: { width: 1, read: (view, at) => view.getUint8(at), isInteger: true },
  10: { width: 2, read: (view, at) => float32OfFloat16Bits(view.getUint16(at, true)), isInteger: false },
  11: { width: 8, read: (view, at) => view.getFloat64(at, true), isInteger: false },
};

function arrayOf(tensor: Fields, path: string): OnnxArray {
  const shape = wholeNumbers(tensor, 1);
  const [code = 0] = wholeNumbers(tensor, 2);
  const type = types[code];
  if (!type)
    throw new InputError(
      `${path}: array '${texts(tensor, 8)[0]}' must be of type float, float16, double, int32, int64 or bool, its type code is ${code}; export the model in float32`,
    );
  const count = shape.reduce((product, size) => product * size, 1);
  const raw = rawBytes(tensor, path);
  if (!raw) {
    const listed = code === 1 ? floats(tensor, 4) : wholeNumbers(tensor, code === 7 ? 7 : 5);
    return { shape, values: Float32Array.from(listed), isInteger: type.isInteger };
  }
  if (raw.length < count * type.width)
    throw new InputError(`${path}: array '${texts(tensor, 8)[0]}' is cut off; export the model anew`);
  if (code === 1) {
    const values = new Float32Array(Uint8Array.from(raw.subarray(0, 4 * count)).buffer);
    return { shape, values, isInteger: false };
  }
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return {
    shape,
    values: Float32Array.from({ length: count }, (_, i) => type.read(view, i * type.width)),
    isInteger: type.isInteger,
  };
}

/** Bytes in the tensor itself, or in the file beside the model that it names. */
function rawBytes(tensor: Fields, path: string): Uint8Array | undefined {
  const external = new Map(messages(tensor, 13).map((entry) => [texts(entry, 1)[0], texts(entry, 2)[0]]));
  const location = external.get('location');
  if (location === undefined) return chunks(tensor, 9)[0];
  const file = join(dirname(path), location);
  try {
    const bytes = readFileSync(file);
    const begin = Number(external.get('offset') ?? 0);
    return bytes.subarray(begin, begin + Number(external.get('length') ?? bytes.length - begin));
  } catch (error) {
    throw new InputError(`${file} cannot be read, ${path} keeps arrays there; put it beside the model`, {
      cause: error,
    });
  }
}
