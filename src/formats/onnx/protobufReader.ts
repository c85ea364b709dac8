/** Fields of one protocol-buffer message: by field number, in order; numbers for varints, else the bytes. */
export type Fields = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

/**
 * Splits a protocol-buffer message into its fields.
 *
 * @param bytes - The message.
 * @returns Its fields; nested messages, texts and fixed-width numbers stay bytes.
 * @throws RangeError when the message is cut off or not of this format.
 * @see https://protobuf.dev/programming-guides/encoding
 */
export function fieldsOf(bytes: Uint8Array): Fields {
  const fields = new Map<number, (number | Uint8Array)[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (at >= bytes.length || shift > 63n) throw new RangeError('protobuf: message is cut off');
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(BigInt.asIntN(64, value));
    }
  };
  const chunk = (length: number): Uint8Array => {
    if (!(length >= 0) || at + length > bytes.length) throw new RangeError('protobuf: message is cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const wireType = tag & 7;
    const value = wireType === 0 ? varint() : wireType === 2 ? chunk(varint()) : chunk(fixedWidth(wireType));
    const number = Math.floor(tag / 8);
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

function fixedWidth(wireType: number): number {
  if (wireType === 1) return 8;
  if (wireType === 5) return 4;
  throw new RangeError(`protobuf: wire type must be 0, 1, 2 or 5, got ${wireType}`);
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
  return (fields.get(field) ?? []).flatMap((value) =>
    typeof value === 'number' ? [value] : packedVarints(value),
  );
}

/** 32-bit floats of a field, packed or not. */
export function floats(fields: Fields, field: number): number[] {
  return chunks(fields, field).flatMap((value) => [...new Float32Array(Uint8Array.from(value).buffer)]);
}

/** A packed field is a run of varints; with a field number in front it would be a message of them. */
function packedVarints(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte < 128) {
      numbers.push(Number(BigInt.asIntN(64, value)));
      value = 0n;
      shift = 0n;
    }
  }
  return numbers;
}
