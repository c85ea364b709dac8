/** Fields of one protocol-buffer message: by field number, in order; numbers for varints, else the bytes. */
export type Fields = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

/** Bytes and the place up to which they are read. */
interface Cursor {
  bytes: Uint8Array;
  at: number;
}

/**
 * Splits a protocol-buffer message into its fields, in one pass.
 *
 * @param bytes - The message.
 * @returns Its fields; nested messages, texts and fixed-width numbers stay bytes.
 * @throws RangeError when the message is cut off or not of this format.
 * @see https://protobuf.dev/programming-guides/encoding
 */
export function fieldsOf(bytes: Uint8Array): Fields {
  const fields = new Map<number, (number | Uint8Array)[]>();
  const cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const tag = varint(cursor);
    const number = Math.floor(tag / 8);
    if (number < 1) throw new RangeError('protobuf: field numbers begin at 1');
    const value = fieldValue(cursor, tag & 7);
    const earlier = fields.get(number);
    if (earlier) earlier.push(value);
    else fields.set(number, [value]);
  }
  return fields;
}

function fieldValue(cursor: Cursor, wireType: number): number | Uint8Array {
  if (wireType === 0) return varint(cursor);
  if (wireType === 1) return chunk(cursor, 8);
  if (wireType === 2) return chunk(cursor, varint(cursor));
  if (wireType === 5) return chunk(cursor, 4);
  throw new RangeError(`protobuf: wire type must be 0, 1, 2 or 5, got ${wireType}`);
}

function chunk(cursor: Cursor, length: number): Uint8Array {
  if (length < 0 || length > cursor.bytes.length - cursor.at)
    throw new RangeError('protobuf: message is cut off');
  cursor.at += length;
  return cursor.bytes.subarray(cursor.at - length, cursor.at);
}

/** A number of at most ten bytes; negative ones fill all of them. */
function varint(cursor: Cursor): number {
  let low = 0;
  let scale = 1;
  const begin = cursor.at;
  for (let count = 1; ; count++) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined || count > 10) throw new RangeError('protobuf: message is cut off');
    // Seven bytes hold 49 bits, which a double holds exactly.
    if (count > 7 && byte < 128) return longVarint(cursor.bytes, begin, cursor.at);
    low += (byte & 127) * scale;
    scale *= 128;
    if (byte < 128) return low;
  }
}

function longVarint(bytes: Uint8Array, begin: number, end: number): number {
  let value = 0n;
  for (let i = end - 1; i >= begin; i--) value = (value << 7n) | BigInt(bytes[i]! & 127);
  return Number(BigInt.asIntN(64, value));
}

/** Nested messages of a field. */
export function messages(fields: Fields, field: number): Fields[] {
  return chunks(fields, field).map(fieldsOf);
}

/** Byte strings of a field. */
export function chunks(fields: Fields, field: number): Uint8Array[] {
  return (fields.get(field) ?? []).filter((value) => typeof value !== 'number');
}

/** Texts of a field. */
export function texts(fields: Fields, field: number): string[] {
  return chunks(fields, field).map((value) => Buffer.from(value).toString('utf8'));
}

/** Whole numbers of a field, packed or not. */
export function wholeNumbers(fields: Fields, field: number): number[] {
  const numbers: number[] = [];
  for (const value of fields.get(field) ?? []) {
    if (typeof value === 'number') numbers.push(value);
    // A packed field is a run of varints; with a field number in front it would be a message of them.
    else
      for (const cursor = { bytes: value, at: 0 }; cursor.at < value.length; ) numbers.push(varint(cursor));
  }
  return numbers;
}

/** 32-bit floats of a field, packed or not. */
export function floats(fields: Fields, field: number): number[] {
  return fixedWidth(fields, field, 4, (view, at) => view.getFloat32(at, true));
}

/** 64-bit floats of a field, packed or not. */
export function doubles(fields: Fields, field: number): number[] {
  return fixedWidth(fields, field, 8, (view, at) => view.getFloat64(at, true));
}

function fixedWidth(
  fields: Fields,
  field: number,
  width: number,
  read: (view: DataView, at: number) => number,
): number[] {
  const numbers: number[] = [];
  for (const bytes of chunks(fields, field)) {
    if (bytes.length % width !== 0) throw new RangeError(`protobuf: field ${field} is cut off`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length; at += width) numbers.push(read(view, at));
  }
  return numbers;
}
